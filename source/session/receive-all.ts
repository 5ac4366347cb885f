import { limits } from '../core/limits.ts';
import { countQuarantined } from '../inbox/quarantine.ts';
import { listNew } from '../inbox/watch.ts';
import { slotOwners } from './work/slots.ts';
import { readInTurn, type Context } from './work/work.ts';
import { createClockwork } from './clockwork.ts';
import { noteTried } from './pairing/links.ts';
import { isThrough, receiveSlice, type Progress, type Stuck } from './receiving/receive.ts';
import { finishEffects } from './effects.ts';
import { countPart, slotPart } from '../core/message-name.ts';

/** Makes the work of the inbox's bell: it receives everything there, does what is due by the clock, and then `takeDone`. */
export function createReceiving(
  context: Context,
  takeDone = (): Promise<void> => Promise.resolve(),
): () => Promise<void> {
  const byTheClock = createClockwork(context);
  return async () => {
    await receiveAll(context).finally(() => showCaughtUp(context));
    await noteTried(context);
    await byTheClock();
    await takeDone();
  };
}

/** Shows that the inbox is caught up: files that arrive after the first listing of the folder count as new. */
function showCaughtUp({ state }: Context): void {
  state.update((now) => (now.caughtUp ? now : { ...now, caughtUp: true }));
}

/**
 * The folder is the truth: it is read again until nothing in it can be handled. Slots take turns, including slots that get new mail
 * meanwhile. Throws the system's errors about files that cannot be read; they are tried again the next time.
 */
async function receiveAll(context: Context): Promise<void> {
  await finishEffects(context);
  const stuck: Stuck = new Map();
  const progress: Progress = new Map();
  const early = new Set<string>();
  let pass = await listAgain(context, stuck);
  for (const name of pass.names) early.add(name);
  for (; pass.names.length > 0; pass = await listAgain(context, stuck)) {
    for (
      let next = inTurns(pass.names, limits.turnFiles, pass.turnOf);
      next.length > 0 && performance.now() < pass.until;
    ) {
      const handled = await receiveSlice(context, next, stuck, progress);
      for (const name of next.slice(0, handled).filter((one) => isThrough(progress, one))) early.delete(name);
      if (early.size === 0) showCaughtUp(context);
      next = next.slice(handled);
    }
  }
  const quarantined = await countQuarantined(context.paths.inbox);
  context.state.update((state) => {
    const alert = stuck.size > 0 ? state.alert : null;
    return state.quarantined === quarantined && state.alert === alert
      ? state
      : { ...state, quarantined, alert };
  });
  const [failure] = stuck.values();
  if (failure) throw failure;
}

/** Names, oldest first; the owner of each slot's turn; and until when that list is new enough. */
type Pass = {
  readonly names: readonly string[];
  readonly turnOf: (slot: string) => string;
  readonly until: number;
};

/** Lists the waiting files, oldest first, and until when (ms, as `performance.now` counts) that list is new enough. */
async function listAgain(context: Context, stuck: Stuck): Promise<Pass> {
  const start = performance.now();
  const names = (await listNew(context.paths.inbox)).filter((name) => !stuck.has(name));
  const owners = await readInTurn(context, slotOwners);
  const turnOf = (slot: string): string => {
    const owner = owners.get(slot)?.owner;
    return owner?.kind === 'contact' ? `contact ${owner.contactId}` : slot;
  };
  const now = performance.now();
  // Listing must not take more than a tenth of the time.
  return { names, turnOf, until: now + Math.max(limits.lookAgainMs, 10 * (now - start)) };
}

/**
 * The `most` names of inbox/new to receive next, out of `names`, which are oldest first: one of each slot, then the next one of each, so
 * that two thousand envelopes of one contact keep nobody else's waiting. A file with several has as many turns as it is received in. Within
 * a slot the names keep their order; files without a message's name wait among the others as one slot more, or a few. `turnOf` names the
 * owner of a slot's turn: one contact may have two slots, and its messages must stay in order.
 */
export function inTurns(
  names: readonly string[],
  most: number,
  turnOf: (slot: string) => string = (slot) => slot,
): readonly string[] {
  const slots = new Map<string, string[]>();
  for (const name of names) {
    const slot = turnOf(slotPart(name));
    const known = slots.get(slot) ?? [];
    if (known.length < most) for (let turns = turnsOf(name); turns > 0; turns -= 1) known.push(name);
    slots.set(slot, known);
  }
  const next: string[] = [];
  let waiting = [...slots.values()];
  for (let round = 0; waiting.length > 0 && next.length < most; round += 1) {
    for (const of of waiting) next.push(...of.slice(round, round + 1));
    waiting = waiting.filter((of) => of.length > round + 1);
  }
  return next.slice(0, most);
}

function turnsOf(name: string): number {
  return Math.ceil(countPart(name) / limits.takenAtOnce);
}
