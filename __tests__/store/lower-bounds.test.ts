import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** A lower bound of a query behind a constant one: SQLite begins at the first that it reads, and goes through everything from there. */
const hidden = /\bseq > 0\s+AND\s+(?:\w+\.)?seq\s*(?:>|BETWEEN)/;

test('a query with a seq to begin at does not begin at the first message of the conversation', () => {
  expect('seq > 0 AND seq > ?').toMatch(hidden);
  const files = readdirSync('source/store').map((name) => `source/store/${name}`);
  expect(files.filter((file) => hidden.test(readFileSync(file, 'utf8')))).toEqual([]);
});
