import type { Message } from '../core/types.ts';
import { sayIfDeaf } from './deaf.ts';
import { afterEveryChange } from './follow.ts';
import type { Invocation } from './invocation.ts';
import { noteSeen } from './seen.ts';
import { showMessages } from './show-messages.ts';
import { withHome } from './with-home.ts';

/**
 * `read`: the history, one message a line; --follow goes on with new messages until interrupted. Printed messages count as read, unless
 * --peek.
 */
export async function read(call: Invocation): Promise<void> {
  const { follow = false, peek = false, last } = call.flags;
  await withHome(call, follow ? 'supervise' : 'read', async (reached) => {
    const { calls } = reached;
    const [contact] = call.words;
    const of = contact === undefined ? { peek: true } : { contact, peek: true };
    const print = async (messages: readonly Message[]): Promise<void> => {
      await showMessages(call, calls, messages);
      if (!peek) await noteSeen(call, calls, messages);
    };
    const history = await calls.read(last === undefined ? of : { ...of, last: Math.max(1, last) });
    await print(last === 0 ? [] : history);
    let row = highestRow(history, 0);
    const showNews = async (): Promise<void> => {
      const news = await calls.read({ ...of, after: row });
      row = highestRow(news, row);
      await print(news);
    };
    if (follow) await Promise.all([afterEveryChange(calls, showNews), sayIfDeaf(call, reached)]);
  });
}

function highestRow(messages: readonly Message[], least: number): number {
  return messages.reduce((highest, { row }) => Math.max(highest, row), least);
}
