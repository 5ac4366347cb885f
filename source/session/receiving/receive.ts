import { createBreath } from '../../core/breath.ts';
import { asFailure, ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Bytes } from '../../core/types.ts';
import { keepBad, quarantine } from '../../inbox/quarantine.ts';
import { discard, takeEnvelopes, type Taken } from '../../inbox/take.ts';
import { sha256 } from '../../protocol/digest.ts';
import { savepoint } from '../../store/commit.ts';
import { contactOf } from '../../store/contacts.ts';
import { isDue, notePace } from '../../store/paces.ts';
import { wasSeen } from '../../store/sessions.ts';
import { dropOldest } from '../../store/wire.ts';
import { joinPart, partOf, turn, type Context, type Work } from '../work/work.ts';
import { answerHeard, openAndApply, type Arrived, type Verdict } from './open.ts';
import { askAgain } from '../kinds/recover.ts';
import { noteBug } from '../work/note-bug.ts';
import { slotOwners, type SlotOwner } from '../work/slots.ts';
import { noteStranger } from '../trust/second-user.ts';

/** Files that cannot be read now, and the system's error; they stay where they are and delay nobody. */
export type Stuck = Map<string, ChatError>;

/** How many envelopes of a file with several were handled, by the name of the file; `allOfThem` once it needs nothing more. */
export type Progress = Map<string, number>;

/** All envelopes of a file were handled. */
const allOfThem = Infinity;

/** Tells whether a file whose turn is over needs no other; nothing is noted about a file with a single envelope. */
export function isThrough(progress: Progress, name: string): boolean {
  return (progress.get(name) ?? allOfThem) === allOfThem;
}

/** An envelope, and the file that it came in, alone or with others. */
type Envelope = {
  readonly name: string;
  readonly slotId: string;
  readonly bytes: Bytes;
  readonly isAlone: boolean;
};

/** One slice: when it ends, and the outcome for the files. */
type Slice = {
  readonly inbox: string;
  readonly stuck: Stuck;
  readonly progress: Progress;
  readonly until: number;
  readonly breathe: ReturnType<typeof createBreath>;
  readonly done: string[];
  readonly bad: Envelope[];
};

/**
 * THE RECEIVE LINE: take, open, apply, one commit; then show, and only then discard the files. Works on the front of `names` (one turn of a
 * file each) for as long as a slice lasts; returns how many of these turns are over. A crash anywhere leaves the files, and an envelope
 * that was already committed is recognised by its hash.
 */
export async function receiveSlice(
  context: Context,
  names: readonly string[],
  stuck: Stuck = new Map(),
  progress: Progress = new Map(),
): Promise<number> {
  const { inbox } = context.paths;
  let handled = 0;
  const slice = await turn(context, async (work) => {
    const until = performance.now() + limits.sliceLastsMs;
    const breathe = createBreath();
    const begun: Slice = { inbox, stuck, progress, until, breathe, done: [], bad: [] };
    for (const name of names) {
      if (!(await receiveNext(work, name, begun))) break;
      handled += 1;
      if (await isOver(begun)) break;
    }
    await answerHeard(work);
    dropOldest(work.database);
    return begun;
  });
  for (const { name, slotId, bytes, isAlone } of slice.bad)
    await (isAlone ? quarantine(inbox, name) : keepBad(inbox, slotId, bytes));
  await discard(inbox, slice.done);
  return handled;
}

/** Handles the next envelopes of a file; returns false when the slice ended before they were through. */
async function receiveNext(work: Work, name: string, slice: Slice): Promise<boolean> {
  const from = slice.progress.get(name) ?? 0;
  const taken = from === allOfThem ? null : await takeUnlessStuck(name, from, slice);
  if (taken?.kind !== 'envelopes') return true;
  return taken.count > 1
    ? receiveMany(work, { ...taken, name, from }, slice)
    : receiveSingle(work, { ...taken, name }, slice);
}

type Part = Taken & { readonly kind: 'envelopes' } & { readonly name: string };

async function receiveSingle(work: Work, { name, slotId, envelopes }: Part, slice: Slice): Promise<true> {
  for (const bytes of envelopes) {
    const isGood = await receiveOne(work, { name, slotId, bytes, isAlone: true }, slice);
    if (isGood) slice.done.push(name);
  }
  return true;
}

async function receiveMany(
  work: Work,
  part: Part & { readonly from: number },
  slice: Slice,
): Promise<boolean> {
  const { name, slotId, from, count } = part;
  let at = from;
  for (const bytes of part.envelopes) {
    if (at > from && (await isOver(slice))) return false;
    await receiveOne(work, { name, slotId, bytes, isAlone: false }, slice);
    at += 1;
    slice.progress.set(name, at < count ? at : allOfThem);
  }
  if (at === count) slice.done.push(name);
  return true;
}

/** Tells whether the time of a slice is over; yields the event loop first. */
async function isOver({ breathe, until }: Slice): Promise<boolean> {
  await breathe();
  return performance.now() > until;
}

async function takeUnlessStuck(name: string, from: number, { inbox, stuck }: Slice): Promise<Taken | null> {
  try {
    return await takeEnvelopes(inbox, name, from);
  } catch (error) {
    const failure = asFailure(error);
    if (!(failure instanceof ChatError)) throw error;
    stuck.set(name, failure);
    return null;
  }
}

/** Opens and applies one envelope; returns whether it was good. */
async function receiveOne(work: Work, envelope: Envelope, slice: Slice): Promise<boolean> {
  const { name, slotId, bytes } = envelope;
  const hash = sha256(bytes);
  if (wasSeen(work.database, hash)) return true;
  const owner = slotOwners(work.database).get(slotId)?.owner;
  if (owner?.kind === 'blocked') return true;
  const isGood = owner !== undefined && (await isGoodFrom(work, owner, { bytes, hash, name }));
  if (!isGood) slice.bad.push(envelope);
  return isGood;
}

type Readers = Exclude<SlotOwner, { kind: 'blocked' }>;

async function isGoodFrom(work: Work, owner: Readers, arrived: Arrived): Promise<boolean> {
  const part = partOf(work);
  let verdict: Verdict = { kind: 'refused' };
  const open = async (): Promise<boolean> => {
    verdict = await openAndApply(part, owner, arrived);
    return verdict.kind === 'good';
  };
  const good = await savepoint(work.database, open, (bug) => noteBug(work.database, bug));
  if (good) joinPart(work, part);
  else await answerBad(work, owner, verdict);
  return good;
}

/**
 * Asks a contact again for messages that cannot be read, and for those that arrive in its name under another key, which may be its newest.
 */
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
  // Do not ask a contact whose hello has not come yet: anybody with the link could cause that.
  if (contactOf(work.database, contactId).lastHeardAt === null) return;
  if (!isDue(work.database, contactId, 'unplaced', work.now)) return;
  const { inviteLifeMs: first } = limits;
  notePace(work.database, contactId, 'unplaced', { now: work.now, first, most: first });
  await askAgain(work, contactId);
}
