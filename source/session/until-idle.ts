import type { Bell } from '../core/bell.ts';
import { asFailure } from '../core/errors.ts';
import { listNew } from '../inbox/watch.ts';
import type { Context } from './work/work.ts';

/** The parts of a client that may have something to do; the inbox is one of them. */
type Parts = {
  readonly inbox: Pick<Bell, 'ring' | 'idle'>;
  readonly others: ReadonlyArray<Pick<Bell, 'idle'>>;
};

/**
 * Resolves when none of the parts has anything to do and nothing is in the inbox, or when the client closes. What is in the inbox is
 * received at once: its event may not have come yet. A failing disk ends the wait: files that it cannot read are tried again only after a
 * while.
 */
export async function untilIdle(context: Context, { inbox, others }: Parts): Promise<void> {
  const pass = async (): Promise<void> => {
    for (const part of [inbox, ...others]) await part.idle();
  };
  for (;;) {
    await pass();
    await context.takeTurn(() => undefined);
    const waiting = await listNew(context.paths.inbox).catch((error: unknown) => {
      throw asFailure(error);
    });
    await pass();
    if (waiting.length === 0 || context.state.get().alert !== null || !inbox.ring()) return;
    // A list of few names takes no trip through the event loop, and neither may anything that follows.
    await new Promise(setImmediate);
  }
}
