import { limits } from '../../core/limits.ts';
import { parsePlace, placesOf } from '../../core/place.ts';
import { sameBytes } from '../../core/bytes.ts';
import { isInviteSlot } from '../../protocol/invitation.ts';
import type { Profile } from '../../protocol/profile.ts';
import { contactOf, type ContactRow } from '../../store/contacts.ts';
import { dropWaitingAt, placesWaitedFor, type Place } from '../../store/outbox.ts';
import { beginFromReserve, routeOf } from '../sending/route.ts';
import { composeUnordered } from '../sending/compose.ts';
import type { Speaker, Work } from '../work/work.ts';
import { followedBody } from './tell-owed.ts';

/**
 * Says, at the place where a contact was before (`before`), that I write to another address or slot of its now, and to which key: if a
 * thief of its keys moved it, its owner hears of it there. Uses a session of its own, because the thief may have gone on with the one that is there.
 */
export async function sayWhereItMoved(work: Work, before: ContactRow): Promise<void> {
  const contact = contactOf(work.database, before.id);
  if (contact.request !== null || !hasMoved(before, contact)) return;
  const { id, address, theirSlot: slotKey } = contact;
  dropWaitingAt(work.database, id, { address, slotKey });
  work.recalled.add(id);
  const place = { address: before.address, slotKey: before.theirSlot };
  if (isWaitedFor(work, id, place)) return;
  const begun = await beginFromReserve(work, before, contact.followedEpoch);
  if (!begun) return;
  const body = { ...followedBody(work, contact), hasMoved: true };
  await composeUnordered(work, contact, body, { what: 'answer', route: routeOf(work, begun), place });
}

/**
 * Tells an older key of a contact which newest one is followed here, in the session in which the older key spoke, and at the place that
 * `profile` says, which that key has signed: mail to the contact goes where the newest key wants it, and if that key is a thief's, the
 * owner asks in vain.
 */
export async function nameKeysAt(work: Work, from: Speaker, profile: Profile): Promise<void> {
  const { contactId, myEpoch, epoch: theirEpoch } = from;
  const { address, slotKey, sealKey } = profile;
  const place = { address, slotKey };
  if (address === '' || isWaitedFor(work, contactId, place)) return;
  const contact = contactOf(work.database, contactId);
  const route = { session: { contactId, myEpoch, theirEpoch }, sealKey };
  await composeUnordered(work, contact, followedBody(work, contact), { what: 'answer', route, place });
}

/**
 * Tells whether an answer for a place waits already, or too many do: a contact that moves again and again is followed by a few words, and
 * the first of them go where the owner was.
 */
function isWaitedFor({ database }: Work, contactId: number, place: Place): boolean {
  const waiting = placesWaitedFor(database, contactId);
  return waiting.length >= limits.placesWaitedFor || waiting.some((one) => isSame(one, place));
}

/** A place in a link that was carried by hand: nobody is there. RFC 2606. */
function isNowhere(place: string): boolean {
  return parsePlace(place)?.host.endsWith('.invalid') ?? true;
}

/** The slot of a link is only ever for the beginning. */
function hasMoved(before: ContactRow, now: ContactRow): boolean {
  if (placesOf(before.address).every(isNowhere)) return false;
  if (before.address !== now.address) return true;
  return !isInviteSlot(before.theirSlot) && !sameBytes(before.theirSlot, now.theirSlot);
}

function isSame(one: Place, other: Place): boolean {
  return one.address === other.address && sameBytes(one.slotKey, other.slotKey);
}
