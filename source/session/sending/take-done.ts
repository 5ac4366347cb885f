import { createBreath } from '../../core/breath.ts';
import { asFailure } from '../../core/errors.ts';
import { toBase64url } from '../../core/bytes.ts';
import { keptAt, type Done } from '../../core/parcel.ts';
import { parsePlace, placesOf } from '../../core/place.ts';
import { listParcels, readDone, removeParcels, type ParcelName } from '../../inbox/parcels.ts';
import { outgoingWithBytes } from '../../store/outbox.ts';
import { dropOldest } from '../../store/wire.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { composeQueued } from './compose.ts';
import { settle } from './settle.ts';

/** How many notes share one transaction. */
const atOnce = 128;

/** Callbacks for a listener's notes that cannot be used, and the time to stop. */
export type Taking = {
  /** Called for each note that is not believed; its parcel may be gone with it. */
  readonly rejected?: (note: Omit<ParcelName, 'kind'>) => void;
  /** Called with the error that keeps a note from being read or removed. */
  readonly say: (error: unknown) => void;
  /** Notes that are not taken over by then (ms of the monotonic clock) stay for the next client. */
  readonly until?: number;
};

/**
 * Settles the envelopes that the listener reports as taken, if the proof of the contact's listener fits a waiting envelope, and removes the
 * notes. The network-facing process can write anything there. PROTOCOL.md "Parcels".
 */
export async function takeDone(context: Context, taking: Taking): Promise<void> {
  const { inbox } = context.paths;
  const { rejected, say, until = Infinity } = taking;
  try {
    const notes = (await listParcels(inbox)).filter(({ kind }) => kind === 'done');
    for (let at = 0; at < notes.length && performance.now() < until; at += atOnce) {
      const some = notes.slice(at, at + atOnce);
      const settled = await turn(context, (work) => settleAll(work, some, { inbox, say }));
      const unremoved = await removeParcels(inbox, some);
      for (const { error } of unremoved.slice(0, 1)) say(asFailure(error));
      for (const note of some.filter((one) => !settled.has(one))) rejected?.(note);
    }
  } catch (error) {
    throw asFailure(error);
  }
}

async function settleAll(
  work: Work,
  notes: readonly ParcelName[],
  { inbox, say }: Pick<Taking, 'say'> & { readonly inbox: string },
): Promise<ReadonlySet<ParcelName>> {
  const breathe = createBreath();
  const settled = new Set<ParcelName>();
  for (const note of notes) {
    await breathe();
    const done = await readDone(inbox, note, (error) => say(asFailure(error)));
    if (done && settleOne(work, note.number, done)) settled.add(note);
  }
  dropOldest(work.database);
  for (const contactId of work.touched) await composeQueued(work, contactId);
  return settled;
}

/** Returns whether the proof is good. */
function settleOne(work: Work, id: number, done: Done): boolean {
  const waiting = outgoingWithBytes(work.database, id);
  const proof = toBase64url(done.kept);
  if (!waiting || !placesOf(waiting.address).includes(done.place)) return false;
  if (keptAt(done.place, waiting.slotKey, { ...done, ...waiting }) !== proof) return false;
  const { contactId, elsewhere } = waiting;
  const at = Math.min(done.at, work.now);
  const carried = { head: done.head, status: 202, proof, tries: done.tries, at };
  settle(work, { id, contactId, elsewhere, carried, inBox: parsePlace(done.place)?.box !== '' });
  // The courier may hold it ready.
  work.recalled.add(contactId);
  return true;
}
