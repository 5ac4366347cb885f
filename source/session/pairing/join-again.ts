import { ChatError } from '../../core/errors.ts';
import type { ContactState, Joined } from '../../core/types.ts';
import { changeSealKey, noteNewCount } from '../../store/contact-keys.ts';
import { changeContact, type ContactRow } from '../../store/contacts.ts';
import { currentIdentity, identityOf } from '../../store/identities.ts';
import { endPace } from '../../store/paces.ts';
import { recallAll } from '../../store/unsent.ts';
import { composeQueued } from '../sending/compose.ts';
import type { Work } from '../work/work.ts';
import { addNotice, unheardTopic, unsay } from '../sending/notice.ts';
import { tellOwed } from '../trust/tell-owed.ts';
import { sayHello, type Inviter } from './say-hello.ts';

const anew = 'you joined with a new link from them; you are connected again';
const settled = 'you joined with a link that names the key you know: you can write to them again';

/**
 * Connects again with a contact by a link that names its pinned key: in a new session, through the link's slot; the history and the
 * comparison stay as they were. The link came over another channel than the network, so it settles a conflict. Throws ChatError
 * link-forged. PROTOCOL.md "First contact".
 */
export async function joinAgain(
  work: Work,
  contact: ContactRow,
  inviter: Inviter,
): Promise<Joined['joined']> {
  const { bundle, link, keys, alias } = inviter;
  if (bundle.epoch !== contact.epoch) throw new ChatError('link-forged');
  // The contact must recognise the sender of the hello: use the newest key of mine that it named, as long as that key still exists.
  const mine = identityOf(work.database, contact.namedEpoch) ?? currentIdentity(work.database);
  const state = stateAfter(contact, inviter);
  changeContact(work.database, contact.id, {
    state,
    request: link.card ? 'sent' : null,
    address: link.address,
    theirSlot: keys.slot,
    followedEpoch: mine.epoch,
    stranger: null,
    myReset: null,
    resetDue: null,
    rival: null,
    unknownSince: null,
    reserveGiven: 0,
    ...(alias === null ? {} : { alias }),
  });
  changeSealKey(work.database, { contactId: contact.id, epoch: bundle.epoch, sealKey: bundle.sealKey });
  // The contact may have forgotten me.
  noteNewCount(work.database, { contactId: contact.id, epoch: bundle.epoch });
  recallAll(work.database, contact.id);
  unsay(work, contact.id, unheardTopic);
  for (const what of ['keys', 'reset'] as const) endPace(work.database, contact.id, what);
  work.recalled.add(contact.id);
  await sayHello(work, contact.id, inviter, mine);
  await tellOwed(work, contact.id, 'instead');
  await composeQueued(work, contact.id);
  if (state === 'requested') return 'asked';
  addNotice(work, contact.id, contact.state === 'conflict' ? settled : anew);
  return contact.state === 'conflict' ? 'settled' : 'again';
}

/**
 * The state after joining: a contact that asked me is accepted by it; a contact that I asked through a card may still have to accept,
 * unless this link needs no acceptance.
 */
function stateAfter({ state, request }: ContactRow, { link }: Inviter): ContactState {
  if (state === 'conflict') return 'not-compared';
  if (state !== 'requested') return state;
  return link.card && request === 'sent' ? 'requested' : 'not-compared';
}
