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

/**
 * Settles what the listener says was taken, as far as the proof of the contact's listener fits an envelope that waits, and removes what it
 * said: the network-facing process may write anything there. PROTOCOL.md "Parcels".
 */
export async function takeDone(context: Context): Promise<void> {
  const { inbox } = context.paths;
  try {
    const notes = (await listParcels(inbox)).filter(({ kind }) => kind === 'done');
    for (let at = 0; at < notes.length; at += atOnce) {
      const some = notes.slice(at, at + atOnce);
      await turn(context, (work) => settleAll(work, inbox, some));
      await removeParcels(inbox, some);
    }
  } catch (error) {
    throw asFailure(error);
  }
}

async function settleAll(work: Work, inbox: string, notes: readonly ParcelName[]): Promise<void> {
  const breathe = createBreath();
  for (const note of notes) {
    await breathe();
    const done = await readDone(inbox, note);
    if (done) settleOne(work, note.number, done);
  }
  dropOldest(work.database);
  for (const contactId of work.touched) await composeQueued(work, contactId);
}

function settleOne(work: Work, id: number, done: Done): void {
  const waiting = outgoingWithBytes(work.database, id);
  const proof = toBase64url(done.kept);
  if (!waiting || !placesOf(waiting.address).includes(done.place)) return;
  if (keptAt(done.place, waiting.slotKey, { ...done, ...waiting }) !== proof) return;
  const { contactId, elsewhere } = waiting;
  const at = Math.min(done.at, work.now);
  const carried = { head: done.head, status: 202, proof, tries: done.tries, at };
  settle(work, { id, contactId, elsewhere, carried, inBox: parsePlace(done.place)?.box !== '' });
  // The courier may hold it ready.
  work.recalled.add(contactId);
}
