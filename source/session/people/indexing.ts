import { createBell, type Bell } from '../../core/bell.ts';
import { limits } from '../../core/limits.ts';
import { indexedAfter, indexMore } from '../../store/found-texts.ts';
import { readInTurn, turn, type Context } from '../work/work.ts';

/** Adds missing texts to the search index whenever it is rung. */
export type Indexing = Pick<Bell, 'ring'> & {
  /** Resolves when it has stopped; it continues at the next start. */
  readonly close: () => Promise<void>;
};

/** Makes the indexing of one client; a slice at a time, so that typing stays smooth. */
export function createIndexing(context: Context, failed: (error: unknown) => void): Indexing {
  const end = new AbortController();
  const bell = createBell(async () => {
    if ((await readInTurn(context, indexedAfter)) === 0) return;
    while (
      !end.signal.aborted &&
      (await turn(context, ({ database }) => indexMore(database, limits.sliceMs)))
    );
  }, failed);
  return {
    ring: bell.ring,
    close() {
      end.abort();
      bell.stop();
      return bell.idle();
    },
  };
}
