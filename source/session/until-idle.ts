import type { Bell } from '../core/bell.ts';
import { asFailure } from '../core/errors.ts';
import { listNew } from '../inbox/watch.ts';
import type { Context } from './work/work.ts';

/**
 * Resolves when none of the parts has anything to do and nothing is in the inbox. A failing disk ends the wait: files that it cannot read
 * are tried again only after a while.
 */
export async function untilIdle(context: Context, parts: ReadonlyArray<Pick<Bell, 'idle'>>): Promise<void> {
  const pass = async (): Promise<void> => {
    for (const part of parts) await part.idle();
  };
  for (;;) {
    await pass();
    await context.takeTurn(() => undefined);
    const waiting = await listNew(context.paths.inbox).catch((error: unknown) => {
      throw asFailure(error);
    });
    await pass();
    if (waiting.length === 0 || context.state.get().alert !== null) return;
  }
}
