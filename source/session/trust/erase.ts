import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { eraseMessage } from '../../store/messages.ts';
import { eraseLog, eraseRemains, fileBytes } from '../../store/forget.ts';
import { turn, type Context } from '../work/work.ts';
import { unlessDiskFails } from './forget.ts';

/**
 * Deletes the text of one message, and keeps its place: its seq counts as known, so that nothing is missing and nothing comes
 * again. The remains in the database's file are cleared at once, or in a very large file (`erased` is false then) at the next start. Throws
 * ChatError message-unknown. PROTOCOL.md §11.
 */
export async function erase(context: Context, ask: { readonly row: number }): Promise<{ erased: boolean }> {
  await turn(context, (work) => {
    const contactId = eraseMessage(work.database, ask.row);
    if (contactId === null) throw new ChatError('message-unknown', String(ask.row));
    work.touched.add(contactId);
  });
  return { erased: await unlessDiskFails(() => context.takeTurn(() => clear(context))) };
}

/** Rewriting a file takes about a second for 100,000 messages, and blocks typing. */
function clear({ database }: Context): boolean {
  const isSmall = fileBytes(database) <= limits.eraseAtOnceBytes;
  if (isSmall) eraseRemains(database);
  else eraseLog(database);
  return isSmall;
}
