// Writes source/ui/text/emoji-names.ts from the gemoji package: `npm run emoji`, after a new version of it.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The file that is kept. */
export const emojiPath = fileURLToPath(new URL('../source/ui/text/emoji-names.ts', import.meta.url));

/** The content of the file: every name and its emoji, in the package's order. */
export async function emojiFile() {
  /** @type {{ gemoji: ReadonlyArray<{ emoji: string, names: readonly string[] }> }} */
  const { gemoji } = await import(import.meta.resolve('gemoji'));
  // Three flags are spelled with tag characters, which no screen of cryptochat draws.
  const drawn = gemoji.filter(({ emoji }) => !/[\u{e0000}-\u{e007f}]/u.test(emoji));
  const words = drawn.flatMap(({ emoji, names }) => names.flatMap((name) => [name, emoji]));
  return [
    '// Made by `npm run emoji` from the gemoji package (MIT, GitHub); do not edit.',
    '',
    '/** The names of emoji, each followed by its emoji, with blanks between. */',
    'export const emojiNames =',
    `  '${words.join(' ')}';`,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(emojiPath, await emojiFile());
