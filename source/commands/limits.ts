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
  'It does not hide that you run it. Without Tor, anyone who watches your line sees your IP address, when you write, and how much.',
  "It cannot protect what is on your contact's screen, or stop them from sharing what you wrote.",
  'It cannot lock your disk without a passphrase, and no program can delete what an SSD has moved elsewhere.',
  'It does not protect what you take out of it, such as an export, or the copies of drafts that your editor keeps.',
  'It does not protect you from programs that run as you: they can read your keyboard, your screen and the memory of cryptochat.',
  'Until you verify a contact, you know only that they had your link, not who they are. The 60 digits of a whole safety number are the same on both sides: they prove something only when the other person reads them to you.',
  'A future quantum computer cannot read what you write today, but it can find out which identity key wrote a recorded envelope. An attacker who has one while you talk could pretend to be someone else: signatures are not post-quantum.',
  '`node --permission` around the listener is a seat belt, not a jail: it stops a mistake and makes an exploit harder. It covers files, not signals and sockets: an exploit could end your other programs, or enter another Node program of yours (not cryptochat) through its debugger. `docs/cryptochat-listener@.service` runs the listener in a jail of the operating system.',
];
