import { limits } from '../../core/limits.ts';
import type { Content } from '../../protocol/content.ts';
import type { Profile } from '../../protocol/profile.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import { identityOf } from '../../store/identities.ts';
import type { Agreement } from '../receiving/acks.ts';
import { takeProfile } from '../pairing/apply-profile.ts';
import { compose } from '../sending/compose.ts';
import { composeQueued } from '../sending/compose-queued.ts';
import type { Work } from '../context.ts';
import { speaksNow } from '../trust/from.ts';
import type { From } from '../trust/from.ts';
import { addNotice } from '../sending/notice.ts';
import { oweReceipt } from '../receiving/owe-receipt.ts';
import { myProfile } from '../pairing/profile.ts';
import { beginAnew } from './recover.ts';
import { giveReserve } from './reserve.ts';
import { tellRotatesIn } from '../trust/rotation.ts';
import { goBackTo, goOnAfter } from './set-back.ts';

type Said = { readonly content: Content; readonly agreement: Agreement };

const olderKey =
  'their home was set back to before their last key change; forget them here, and give them a new link';

/**
 * Answers a reset: takes over how to write to the contact, and sends again, in the session that the reset began, everything
 * that it does not have. A retired key may not ask that, nor may it be asked of one. PROTOCOL.md "Recovery".
 */
export async function applyReset(work: Work, from: From, said: Said): Promise<void> {
  const { contactId } = from;
  const { body } = said.content;
  if (body.kind !== 'reset') return;
  const contact = contactOf(work.database, contactId);
  if (contact.epoch !== from.epoch) return addNotice(work, contactId, olderKey, 'older key');
  if (!speaksNow(contact, from)) return tellOfMyKeys(work, from, body.profile);
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

/**
 * To an older key of mine anybody may say this who has that key; so it moves nothing here and is told nothing but how my keys
 * changed since, which only the contact can follow. Its next receipt, to the newest, says where it stands.
 */
async function tellOfMyKeys(work: Work, from: From, { sealKey }: Profile): Promise<void> {
  const { contactId, myEpoch, epoch: theirEpoch } = from;
  const { staleAt } = contactOf(work.database, contactId);
  if (staleAt !== null && Math.abs(work.now - staleAt) < limits.setBackEveryMs) return;
  changeContact(work.database, contactId, { staleAt: work.now });
  await tellRotatesIn(work, { session: { contactId, myEpoch, theirEpoch }, sealKey });
}

/** Acts on an ack that shows that one of the two homes was set back to an earlier state. */
export async function goWhereTheyStand(work: Work, contactId: number, said: Said): Promise<void> {
  const { content, agreement } = said;
  if (agreement === 'other' && goOnAfter(work, contactId, content)) {
    work.recalled.add(contactId);
    await beginAnew(work, contactOf(work.database, contactId));
    return composeQueued(work, contactId);
  }
  const isLater = content.sentAt >= contactOf(work.database, contactId).ackedAt;
  if (agreement !== 'old' || content.body.kind !== 'receipt' || !isLater) return;
  if (!goBackTo(work, contactId, content)) return;
  work.recalled.add(contactId);
  await composeQueued(work, contactId);
}
