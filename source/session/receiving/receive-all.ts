import { countQuarantined } from '../../inbox/quarantine.ts';
import { listNew } from '../../inbox/watch.ts';
import { createClockwork } from '../by-the-clock.ts';
import type { Context } from '../context.ts';
import { noteTried } from '../pairing/note-tried.ts';
import { receiveSlice } from './receive.ts';
import type { Stuck } from './receive.ts';
import { finishEffects } from '../upkeep.ts';

/** Makes the work of the inbox's bell: everything that lies there is received, then what is due by the clock is done. */
export function createReceiving(context: Context): () => Promise<void> {
  const byTheClock = createClockwork(context);
  return async () => {
    await receiveAll(context).finally(() => showCaughtUp(context));
    await noteTried(context);
    await byTheClock();
  };
}

/** What came after the first list of the folder was made comes while somebody looks on. */
function showCaughtUp({ state }: Context): void {
  state.update((now) => (now.caughtUp ? now : { ...now, caughtUp: true }));
}

/**
 * The folder is the truth: it is read again until a whole pass finds nothing that can be handled. Throws what the disk says
 * of files that it does not give out; they are tried again the next time.
 */
async function receiveAll(context: Context): Promise<void> {
  await finishEffects(context);
  const stuck: Stuck = new Map();
  const waiting = async (): Promise<readonly string[]> =>
    (await listNew(context.paths.inbox)).filter((name) => !stuck.has(name));
  for (let names = await waiting(); names.length > 0;) {
    const handled = await receiveSlice(context, names, stuck);
    const isListDone = handled >= names.length;
    if (isListDone) showCaughtUp(context);
    names = isListDone ? await waiting() : names.slice(handled);
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
