import { expect, test } from 'vitest';
import { joinDrafts } from '../../source/core/join-drafts.ts';

test.each([
  ['half a sentence', 'new', 'half a sentence\nnew'],
  ['half a sentence', '', 'half a sentence'],
  ['', 'new', 'new'],
  ['the same', 'the same', 'the same'],
  ['', '', ''],
])('what is kept, %j, and what was typed, %j, become %j', (kept, typed, both) => {
  expect(joinDrafts(kept, typed)).toBe(both);
});
