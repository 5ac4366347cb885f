import type { Calls } from '../core/calls.ts';
import type { Contact, Message } from '../core/types.ts';
import { afterEveryChange } from './with-home.ts';

/** The most letters of a message that are echoed. */
const mostLetters = 2000;

const greeting = [
  'Hi, I am Echo: a second cryptochat on this machine, a separate program with its own keys. Write something, and I answer.',
  'Everything between us works as it does over a network: your message is encrypted, posted to my listener, and only my keys open it.',
  'Press Ctrl+O to see our keys and our safety number, and Ctrl+R to rotate your key: I switch to it. Write "rotate", and I rotate mine.',
];

const afterRotation =
  'Done: I have a new key, signed by the old one, so you know it is still me. Ctrl+O shows it; our safety number has changed too.';

/** Echo's knowledge of the people so far. */
type Acquaintance = { readonly epochs: Map<number, number>; row: number };

/** Greets every new contact, answers every message, and notices new keys. Never resolves; throws the errors of the calls. */
export async function answerForEver(calls: Calls): Promise<never> {
  const known: Acquaintance = { epochs: new Map(), row: 0 };
  return afterEveryChange(calls, async () => {
    for (const contact of await calls.contacts()) await meet(calls, known, contact);
    for (const message of await calls.read({ after: known.row })) {
      known.row = Math.max(known.row, message.row);
      await answer(calls, message);
    }
  });
}

async function meet(calls: Calls, { epochs }: Acquaintance, { id, epoch }: Contact): Promise<void> {
  const before = epochs.get(id);
  if (before === epoch) return;
  epochs.set(id, epoch);
  const news = `I see that you have a new key, number ${epoch}, signed by the one I knew. I use it from now on.`;
  for (const text of before === undefined ? greeting : [news])
    await calls.send({ contact: String(id), text });
}

async function answer(calls: Calls, { direction, kind, text, contactId }: Message): Promise<void> {
  if (direction !== 'in' || kind !== 'text') return;
  const contact = String(contactId);
  if (/^\W*rotate\W*$/iu.test(text)) {
    await calls.rotate();
    await calls.send({ contact, text: afterRotation });
    return;
  }
  const echoed = [...text].slice(0, mostLetters).join('');
  await calls.send({ contact, text: `You wrote: ${echoed}` });
}
