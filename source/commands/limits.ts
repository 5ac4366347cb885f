import { print, type Invocation } from './invocation.ts';

/** `help limits`: the promises that cryptochat cannot make. The other topics of `help` are the texts of --help, see cli.tsx. */
export function limits(call: Invocation): Promise<void> {
  print(call, limitsText());
  return Promise.resolve();
}

function limitsText(): string {
  const items = cannotPromise.map((item) => wrapWords(item, textColumns).join('\n  '));
  return ['What cryptochat cannot promise', '', ...items.map((item) => `- ${item}`)].join('\n');
}

const textColumns = 76;

function wrapWords(text: string, columns: number): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

/** The promises that cryptochat cannot make, a sentence or two each: SECURITY.md has the same words, and a test compares them. */
export const cannotPromise: readonly string[] = [
  'It does not hide that you run it. Without Tor it does not hide your IP address, or when you write and how much, from who watches the line.',
  "It does not protect what is on your contact's screen, or their discretion.",
  'It does not replace a passphrase that you did not set, and no program deletes what an SSD has moved elsewhere.',
  'It does not protect what you take out of it: an export, and what your editor keeps of a draft in files of its own.',
  'It does not protect you from programs that run as you: they can read your keyboard, your screen and the memory of this one.',
  'Until you verify a contact you know who holds the link that you gave away, not who they are. The 60 digits of a whole safety number are the same on both sides: they prove something only when the other one reads them to you.',
  'What you write today stays unreadable for a quantum computer of tomorrow; which identity key wrote an envelope that was recorded does not. An attacker who has one while you talk could pretend to be somebody: signatures are not post-quantum.',
  '`node --permission` around the listener is a seat belt, not a jail: it stops a mistake and makes an exploit harder. It covers files, not signals and sockets: an exploit could end your other programs, or get into another Node program of yours (not into cryptochat) by its debugger. `docs/cryptochat-listener@.service` runs the listener in a jail of the system.',
];
