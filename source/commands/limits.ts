import { cannotPromise } from './cannot-promise.ts';
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
