import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { emojiFile, emojiPath } from '../../../scripts/emoji.mjs';

test('the names are those of the gemoji package (npm run emoji writes them)', async () => {
  expect(readFileSync(emojiPath, 'utf8')).toBe(await emojiFile());
});
