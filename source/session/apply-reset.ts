import type { Content } from '../protocol/content.ts';
import { changeContact, contactOf } from '../store/contacts.ts';
import { identityOf } from '../store/identities.ts';
import type { Agreement } from './acks.ts';
import { takeProfile } from './apply-profile.ts';
import { compose } from './compose.ts';
import { composeQueued } from './compose-queued.ts';
import type { Work } from './context.ts';
import { speaksNow } from './from.ts';
import type { From } from './from.ts';
import { addNotice } from './notice.ts';
import { oweReceipt } from './owe-receipt.ts';
import { myProfile } from './profile.ts';
import { beginAnew } from './recover.ts';
import { giveReserve } from './reserve.ts';
import { goBackTo, goOnAfter } from './set-back.ts';

type Said = { readonly content: Content; readonly agreement: Agreement };

const olderKey = (whose: 'their' | 'your'): string =>
  `their home was set back to before ${whose} last key change; forget them here, and give them a new link`;

/**
 * Answers a reset: takes over how to write to the contact, and sends again, in the session that the reset began, everything
 * that it does not have. A retired key may not ask that, nor may it be asked of one. PROTOCOL.md "Recovery".
 */
export async function applyReset(work: Work, from: From, said: Said): Promise<void> {
  const { contactId } = from;
  const { body } = said.content;
  if (body.kind !== 'reset') return;
  const contact = contactOf(work.database, contactId);
  if (!speaksNow(contact, from)) {
    return addNotice(work, contactId, olderKey(from.epoch === contact.epoch ? 'your' : 'their'));
  }
  takeProfile(work, from, body.profile);
  oweReceipt(work, contactId);
  const went = said.agreement === 'other' ? goOnAfter : goBackTo;
  if (!went(work, contactId, said.content)) return;
  work.recalled.add(contactId);
  changeContact(work.database, contactId, { followedEpoch: from.myEpoch, resetDue: null, reserveGiven: 0 });
  await composeQueued(work, contactId);
  const mine = identityOf(work.database, from.myEpoch);
  if (mine) await compose(work, contactId, { kind: 'profile', profile: myProfile(work, contactId, mine) });
  await giveReserve(work, contactId);
}

/** Acts on an ack that shows that one of the two homes was set back to an earlier state. */
export async function goWhereTheyStand(work: Work, contactId: number, said: Said): Promise<void> {
  const { content, agreement } = said;
  if (agreement === 'other' && goOnAfter(work, contactId, content)) {
    work.recalled.add(contactId);
    await beginAnew(work, contactOf(work.database, contactId));
    return composeQueued(work, contactId);
  }
  const isLater = content.sentAt > contactOf(work.database, contactId).ackedAt;
  if (agreement !== 'old' || content.body.kind !== 'receipt' || !isLater) return;
  if (!goBackTo(work, contactId, content)) return;
  work.recalled.add(contactId);
  await composeQueued(work, contactId);
}
