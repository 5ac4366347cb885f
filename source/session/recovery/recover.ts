import { limits } from '../../core/limits.ts';
import { allContacts, changeContact, contactOf } from '../../store/contacts.ts';
import type { ContactRow } from '../../store/contacts.ts';
import { identityOf } from '../../store/identities.ts';
import { gapSince } from '../../store/order.ts';
import { recallMail, requeueStale } from '../../store/unsent.ts';
import { beginFromReserve } from './begin-from-reserve.ts';
import { composeUnordered, storedOutOfOrder } from '../sending/compose.ts';
import { composeQueued } from '../sending/compose-queued.ts';
import type { Work } from '../context.ts';
import { frozenReason } from '../trust/frozen.ts';
import { addNotice } from '../sending/notice.ts';
import { myProfile } from '../pairing/profile.ts';

/** What a conversation says of something that cannot be read. */
export const askedAgain = 'something came that could not be read; it was asked for again';

/**
 * Something from a contact cannot be read. Asks for it again, in a new session: at once, and then once an hour at most, so
 * that junk is not answered with work. `myEpoch` is the key of mine that it was sent to: who sends to a newer one than I knew
 * has followed that, and would take the older one for stolen. PROTOCOL.md "Recovery".
 */
export async function askAgain(work: Work, contactId: number, myEpoch = 0): Promise<void> {
  const before = contactOf(work.database, contactId);
  if (frozenReason(before)) return;
  const hasFollowed = myEpoch > before.followedEpoch;
  if (hasFollowed) changeContact(work.database, contactId, { followedEpoch: myEpoch });
  const contact = contactOf(work.database, contactId);
  if (await (hasFollowed ? reset : beginAnew)(work, contact)) {
    addNotice(work, contactId, askedAgain, 'unreadable');
  } else if (contact.resetDue === null) changeContact(work.database, contactId, { resetDue: work.now });
}

/** Resets the session with a contact, if that is not too soon; answers whether it did. */
export async function beginAnew(work: Work, contact: ContactRow): Promise<boolean> {
  return isTime(work, contact) && reset(work, contact);
}

/** Asks again where it is due: not where messages came since then and none is missing. */
export async function askWhereDue(work: Work): Promise<void> {
  for (const contact of allContacts(work.database)) {
    if (frozenReason(contact)) continue;
    await sendStaleAgain(work, contact);
    if (!isTime(work, contact)) continue;
    if (isMissing(work, contact) || isSilent(contact)) await reset(work, contact);
    else if (contact.resetDue !== null) changeContact(work.database, contact.id, { resetDue: null });
  }
}

/** Who is heard, and says for an hour nothing of a message, has lost it: its home was set back after it took it. */
async function sendStaleAgain(work: Work, { id, lastHeardAt, staleAt }: ContactRow): Promise<void> {
  if (lastHeardAt === null || lastHeardAt < (staleAt ?? 0) + limits.resetEveryMs) return;
  const count = requeueStale(work.database, id, Math.min(lastHeardAt, work.now) - limits.resetEveryMs);
  if (count === 0) return;
  changeContact(work.database, id, { staleAt: work.now });
  await composeQueued(work, id);
}

/** Envelopes go out in order: what is still missing after a while does not come by itself. */
function isMissing(work: Work, { id, storedUpTo }: ContactRow): boolean {
  const since = gapSince(work.database, id, storedUpTo);
  return since !== null && since < work.now - limits.gapPatienceMs;
}

/** Whether nothing readable came since something unreadable did. */
function isSilent({ resetDue, lastHeardAt }: ContactRow): boolean {
  return resetDue !== null && (lastHeardAt ?? 0) <= resetDue;
}

/** Says to every contact, in a new session, where this home stands: after it was restored from a backup. */
export async function announce(work: Work): Promise<void> {
  for (const contact of allContacts(work.database)) {
    if (!frozenReason(contact)) await reset(work, contact);
  }
}

function isTime(work: Work, { resetAt }: ContactRow): boolean {
  return resetAt === null || resetAt > work.now || work.now - resetAt >= limits.resetEveryMs;
}

/**
 * A new session that begins with a reset: what I have, and how to write to me. What waits for the contact is encrypted
 * anew. Answers false when no session can be begun and none is there.
 */
async function reset(work: Work, contact: ContactRow): Promise<boolean> {
  const identity = identityOf(work.database, contact.followedEpoch);
  // Who never answered has no session to reset: the hello is still on its way.
  if (!identity || contact.lastHeardAt === null) return false;
  await beginFromReserve(work, contact);
  recallMail(work.database, contact.id);
  work.recalled.add(contact.id);
  const stored = storedOutOfOrder(work, contact);
  const profile = myProfile(work, contact.id, identity);
  const sent = await composeUnordered(work, contact, { kind: 'reset', stored, profile });
  await composeQueued(work, contact.id);
  if (sent) changeContact(work.database, contact.id, { resetAt: work.now, resetDue: null });
  return sent;
}
