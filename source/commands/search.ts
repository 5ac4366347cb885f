import { say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';
import { showMessages } from './read.ts';

/** `search`: the messages that contain a text, in the format of `read`. */
export async function search(call: Invocation): Promise<void> {
  const [text = '', contact] = call.words;
  const { last, json } = call.flags;
  const ask = {
    text,
    ...(contact === undefined ? {} : { contact }),
    ...(last === undefined ? {} : { last }),
  };
  await withHome(call, 'read', async ({ calls }) => {
    const found = await calls.search(ask);
    await showMessages(call, calls, found);
    if (found.length === 0 && !json) say(call, 'No messages found.');
  });
}
