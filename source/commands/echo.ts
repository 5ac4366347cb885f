import type { Calls } from '../core/calls.ts';
import type { Contact, Message } from '../core/types.ts';
import { afterEveryChange } from './with-home.ts';

/** The most letters of a message that are echoed. */
const mostLetters = 2000;

const greeting = [
  'Hi, I am Echo: a second cryptochat on this machine, a program of its own with keys of its own. Write something, I answer.',
  'Between us everything is as it would be over the network: your message is encrypted, posted to my listener, and only my keys open it.',
  'Try Ctrl+O to see our keys and the number to compare, and Ctrl+R for a new key of yours: I follow it. Write "rotate" and I make a new one of mine.',
];

const afterRotation =
  'Done: I have a new key, signed by the old one, so you know it is still me. Ctrl+O shows it; the number to compare is a new one too.';

/** Echo's knowledge of the people so far. */
type Acquaintance = { readonly epochs: Map<number, number>; row: number };

/** Greets everybody who comes, answers every message, and notices new keys. Never answers; throws what a call throws. */
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
  const news = `I see that you have a new key, number ${epoch}, signed by the one I knew. I write to it from now on.`;
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
