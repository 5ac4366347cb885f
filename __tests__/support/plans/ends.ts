import type { Bytes, Message } from '../../../source/core/types.ts';
import { sameBytes } from '../../../source/core/bytes.ts';
import { isRejected } from '../../../source/protocol/bytes.ts';
import { decodeBundle } from '../../../source/protocol/bundle.ts';
import { contactKey } from '../../../source/store/contact-keys.ts';
import type { ContactRow } from '../../../source/store/contacts.ts';
import type { Database } from '../../../source/store/database.ts';
import { currentIdentity, identityOf } from '../../../source/store/identities.ts';
import { page } from '../../../source/store/messages.ts';
import { other, people } from './plan.ts';
import type { Step, Who } from './plan.ts';
import type { Stage } from './stage.ts';

/** The state in which somebody is left when all is over. */
export type End = {
  readonly database: Database;
  readonly contact: ContactRow | null;
  readonly lines: readonly Message[];
};

export type Ends = readonly [End, End];

export async function endOf(stage: Stage, who: Who): Promise<End> {
  const { opened } = await stage.open(who);
  const contact = await stage.contactOf(who);
  stage.ledger.noteHome(who, opened);
  return {
    database: opened,
    contact,
    lines: contact ? page(opened, contact.id, { before: null, count: 100_000 }) : [],
  };
}

/** True if one of the two, or `who`, did one of these. */
export function did({ ledger }: Stage, what: ReadonlyArray<Step['do']>, who?: Who): boolean {
  const whom = who === undefined ? people : [who];
  return whom.some((one) => what.some((step) => ledger.done.has(`${step} ${one}`)));
}

/** True if somebody has neither a session with the other, nor a bundle to begin one from. */
export function isMute({ database, contact }: End): boolean {
  if (!contact) return false;
  const sql = 'SELECT count(*) AS n FROM sessions WHERE contact_id = ?';
  const sessions = database.get<{ n: number }>(sql, [contact.id])?.n ?? 0;
  return sessions === 0 && !hasBundle({ database, contact });
}

/** True if nothing of somebody is on its way to the other. */
export function hasNothingToPost({ database, contact }: End): boolean {
  const sql = 'SELECT count(*) AS n FROM outbox WHERE contact_id = ?';
  return contact === null || database.get<{ n: number }>(sql, [contact.id])?.n === 0;
}

/** True if somebody can begin a new session with the other. */
export function hasBundle({ database, contact }: Pick<End, 'database' | 'contact'>): boolean {
  return contact !== null && contactKey(database, contact.id, contact.epoch).reserve !== null;
}

/** True if the other no longer has the keys of the bundle that somebody has to begin a session from. */
export function hasStaleBundle(ends: Ends, who: Who): boolean {
  const { database, contact } = ends[who];
  const key = contact && contactKey(database, contact.id, contact.epoch);
  const bundle = key?.reserve ? decodeBundle(key.reserve, key.identity) : null;
  if (!bundle || isRejected(bundle)) return false;
  // A home that was set back may have made another key under the same number.
  const sql = "SELECT 1 AS found FROM prekeys WHERE kind = 'signed' AND public = ?";
  return ends[other(who)].database.get(sql, [bundle.signedPreKey]) === undefined;
}

/** True if nobody of the two has a bundle whose keys the other still has: nobody can begin a session. */
export function isCutOff(ends: Ends): boolean {
  const isGone = (who: Who): boolean => !hasBundle(ends[who]) || hasStaleBundle(ends, who);
  return ends.every(({ contact }) => contact !== null) && people.every(isGone);
}

/** True if the other writes to a slot that somebody does not have any more. */
export function hasLostSlot(ends: Ends, who: Who): boolean {
  const { database } = ends[who];
  const theirs = ends[other(who)].contact;
  const sql = `SELECT my_slot AS slot FROM contacts UNION SELECT slot FROM old_slots UNION SELECT slot FROM invites`;
  const slots = database.all<{ slot: Bytes }>(sql);
  return theirs !== null && !slots.some(({ slot }) => sameBytes(slot, theirs.theirSlot));
}

/** True if the other follows a key that somebody does not have any more: only a home that was set back loses one. */
export function hasLostKey(ends: Ends, who: Who): boolean {
  const { database, contact } = ends[other(who)];
  if (!contact) return false;
  const { identity } = contactKey(database, contact.id, contact.epoch);
  const mine = identityOf(ends[who].database, contact.epoch);
  return !mine || !sameBytes(mine.publicKey, identity);
}

/** True if somebody knows of the other only a key that is gone there. */
export function writesToGone(ends: Ends, who: Who): boolean {
  const { contact } = ends[who];
  return contact !== null && identityOf(ends[other(who)].database, contact.epoch) === null;
}

/** True if somebody once had a key that is newer than all that it has now: only a home that was set back has lost one. */
export function hasLostNewest(stage: Stage, ends: Ends, who: Who): boolean {
  const newest = currentIdentity(ends[who].database).epoch;
  return [...stage.ledger.keys[who]].some((key) => Number(key.split(' ')[0]) > newest);
}

/** True if somebody made two different successors of one key: only a home that was set back does. */
export function hasForked(stage: Stage, who: Who): boolean {
  const epochs = [...stage.ledger.keys[who]].map((key) => key.split(' ')[0]);
  return new Set(epochs).size < epochs.length;
}

/** True if somebody wrote something that its home knows nothing of any more. */
export function hasLostContent({ ledger }: Stage, ends: Ends, who: Who): boolean {
  const sql = "SELECT lower(hex(id)) AS id FROM messages WHERE direction = 'out'";
  const known = new Set(ends[who].database.all<{ id: string }>(sql).map(({ id }) => id));
  return [...ledger.written[who]].some((id) => !known.has(id));
}
