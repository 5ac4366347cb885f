import { expect, test } from 'vitest';
import { joinDrafts } from '../../source/core/join-drafts.ts';

test.each([
  ['half a sentence', 'new', 'half a sentence\nnew'],
  ['half a sentence', '', 'half a sentence'],
  ['', 'new', 'new'],
  ['the same', 'the same', 'the same'],
  ['', '', ''],
])('%j kept and %j typed become %j', (kept, typed, both) => {
  expect(joinDrafts(kept, typed)).toBe(both);
});
