import { asFailure, ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Bytes } from '../../core/types.ts';
import { quarantine } from '../../inbox/quarantine.ts';
import { discard, takeEnvelope, type Taken } from '../../inbox/take.ts';
import { sha256 } from '../../protocol/digest.ts';
import { savepoint } from '../../store/commit.ts';
import { contactOf } from '../../store/contacts.ts';
import { isDue, notePace } from '../../store/paces.ts';
import { wasSeen } from '../../store/sessions.ts';
import { dropOldest } from '../../store/wire.ts';
import { joinPart, partOf, turn, type Context, type Work } from '../work/work.ts';
import { openAndApply, type Verdict } from './open.ts';
import { askAgain } from '../kinds/recover.ts';
import { noteBug } from '../work/note-bug.ts';
import { slotOwners, type SlotOwner } from '../work/slots.ts';
import { noteStranger } from '../trust/second-user.ts';

/** The outcome for the files of one slice. */
type Slice = { readonly done: string[]; readonly bad: string[]; readonly stuck: Stuck; handled: number };

/** Files that the disk does not give out now, and what it says; they stay where they are and keep nobody waiting. */
export type Stuck = Map<string, ChatError>;

/**
 * THE RECEIVE LINE: take, open, apply, one commit; then show, and only then discard the files. Works on the
 * front of `names` for as long as a slice lasts; answers how many files it handled. A crash anywhere leaves the files, and a
 * file that was already committed is recognised by its hash.
 */
export async function receiveSlice(
  context: Context,
  names: readonly string[],
  stuck: Stuck = new Map(),
): Promise<number> {
  const slice: Slice = { done: [], bad: [], stuck, handled: 0 };
  await turn(context, async (work) => {
    const until = performance.now() + limits.sliceMs;
    for (const name of names.slice(0, limits.sliceFiles)) {
      await receiveOne(work, { inbox: context.paths.inbox, name, slice });
      slice.handled += 1;
      if (performance.now() > until) break;
    }
    dropOldest(work.database);
  });
  await discard(context.paths.inbox, slice.done);
  for (const name of slice.bad) await quarantine(context.paths.inbox, name);
  return slice.handled;
}

type File = { readonly inbox: string; readonly name: string; readonly slice: Slice };

async function receiveOne(work: Work, file: File): Promise<void> {
  const taken = await takeUnlessStuck(file);
  if (taken?.kind !== 'envelope') return;
  const good = await isGood(work, file, taken);
  (good ? file.slice.done : file.slice.bad).push(file.name);
}

async function takeUnlessStuck({ inbox, name, slice }: File): Promise<Taken | null> {
  try {
    return await takeEnvelope(inbox, name);
  } catch (error) {
    const failure = asFailure(error);
    if (!(failure instanceof ChatError)) throw error;
    slice.stuck.set(name, failure);
    return null;
  }
}

async function isGood(work: Work, file: File, taken: { slotId: string; bytes: Bytes }): Promise<boolean> {
  const hash = sha256(taken.bytes);
  if (wasSeen(work.database, hash)) return true;
  const owner = slotOwners(work.database).get(taken.slotId)?.owner;
  if (!owner) return false;
  if (owner.kind === 'blocked') return true;
  const part = partOf(work);
  let verdict: Verdict = { kind: 'refused' };
  const open = async (): Promise<boolean> => {
    verdict = await openAndApply(part, owner, { bytes: taken.bytes, hash, name: file.name });
    return verdict.kind === 'good';
  };
  const good = await savepoint(work.database, open, (bug) => noteBug(work.database, bug));
  if (good) joinPart(work, part);
  else await answerBad(work, owner, verdict);
  return good;
}

/** Asks a contact again for what nobody can read, also for what comes in its name under another key, which may be its newest. */
async function answerBad(work: Work, owner: SlotOwner, verdict: Verdict): Promise<void> {
  if (verdict.kind === 'unreadable') await askAgain(work, verdict.contactId, verdict.myEpoch);
  if (verdict.kind === 'unplaced') await askUnplaced(work, verdict.contactId);
  if (verdict.kind !== 'stranger' || owner.kind !== 'contact') return;
  if (noteStranger(work, owner, verdict.sender)) await askAgain(work, owner.contactId, verdict.myEpoch);
}

/**
 * Asks a contact about an `unplaced` envelope, once in the life of a link: anybody who holds a link can make such envelopes, in the name of
 * any contact.
 */
async function askUnplaced(work: Work, contactId: number): Promise<void> {
  // Nobody is asked whose hello is still to come: anybody with the link could bring that about.
  if (contactOf(work.database, contactId).lastHeardAt === null) return;
  if (!isDue(work.database, contactId, 'unplaced', work.now)) return;
  const { inviteLifeMs: first } = limits;
  notePace(work.database, contactId, 'unplaced', { now: work.now, first, most: first });
  await askAgain(work, contactId);
}
