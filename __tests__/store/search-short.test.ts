import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold } from '../../source/core/fold.ts';
import { commit } from '../../source/store/commit.ts';
import type { Database } from '../../source/store/database.ts';
import { emptyIndex, indexMore } from '../../source/store/found-texts.ts';
import { searchTexts } from '../../source/store/search.ts';
import { add, conversation } from '../support/conversation.ts';
import { newContact } from '../support/temp-database.ts';

/** More rows than are read before the index is asked. */
const beforeIndex = 10_000;

/** A long history of two contacts with `old` texts at its beginning, in turn from both of them. */
async function longHistory(old: readonly string[]) {
  const { database, contactId } = await conversation();
  const other = newContact(database).id;
  await commit(database, () => {
    for (const [at, text] of old.entries())
      add(database, { contactId: at % 2 === 0 ? contactId : other, seq: at + 1, text });
    for (let seq = 1; seq <= beforeIndex; seq += 1)
      add(database, { contactId, seq, direction: 'out', kind: 'notice', text: '' });
  });
  return { database, contactId, other };
}

function find(
  database: Database,
  text: string,
  contactId: number | null = null,
  last = 50,
): readonly string[] {
  return searchTexts(database, { text, contactId, last }).map((message) => message.text);
}

const old = [
  'at the quay',
  'qu',
  'a Q',
  'Faq',
  'ÑQ',
  '日本語のメッセージ',
  '本',
  'sqlite',
  'nothing of it',
  'ends in qx',
];

describe('one or two letters in old texts', () => {
  test.each([
    ['q', ['at the quay', 'qu', 'a Q', 'Faq', 'ÑQ', 'sqlite', 'ends in qx']],
    ['QU', ['at the quay', 'qu']],
    ['aq', ['Faq']],
    ['ñq', ['ÑQ']],
    ['qx', ['ends in qx']],
    ['本', ['日本語のメッセージ', '本']],
    ['ージ', ['日本語のメッセージ']],
    ['日本', ['日本語のメッセージ']],
    ['qq', []],
    ['zz', []],
    ['"', []],
    ['*', []],
    ['\uFFFE', []],
    ['\u{10FFFF}', []],
    ['a\u{10FFFF}', []],
  ])('%s', async (text, found) => {
    const { database } = await longHistory(old);
    expect(find(database, text)).toEqual(found);
  });

  test('behind a NUL', async () => {
    const texts = ['hello\0x', 'a\0quyz', 'abc\0quy'];
    const { database } = await longHistory(texts);
    expect(['x', 'z', 'yz', 'u', 'lo', 'quy'].map((text) => find(database, text))).toEqual([
      [texts[0]], [texts[1]], [texts[1]], texts.slice(1), [texts[0]], texts.slice(1),
    ]); // prettier-ignore
  });

  test('of one contact, and the last ones of many', async () => {
    const { database, contactId, other } = await longHistory(old);
    expect([find(database, 'q', contactId), find(database, 'q', other)]).toEqual([
      ['at the quay', 'a Q', 'ÑQ'],
      ['qu', 'Faq', 'sqlite', 'ends in qx'],
    ]);
    expect(find(database, 'q', null, 2)).toEqual(['sqlite', 'ends in qx']);
  });

  test('also where the index is not made yet, or only in part', async () => {
    const { database } = await longHistory(old);
    const all = find(database, 'q');
    await commit(database, () => emptyIndex(database));
    expect(find(database, 'q')).toEqual(all);
    await commit(database, () => indexMore(database, 0));
    expect(find(database, 'q')).toEqual(all);
  });

  test('not in texts that are gone or changed', async () => {
    const { database } = await longHistory(old);
    database.run("UPDATE messages SET kind = 'hidden', text = '', folded = NULL WHERE text = 'qu'");
    database.run("UPDATE messages SET text = 'no more' WHERE text = 'Faq'");
    database.run("DELETE FROM messages WHERE text = 'sqlite'");
    expect(find(database, 'q')).toEqual(['at the quay', 'a Q', 'ÑQ', 'ends in qx']);
  });
});

test('the index and a look at every text find the same', async () => {
  const letter = fc.constantFrom(
    ...Array.from('aAbBßéÉ İıſςΣ日ёЁ"*\nﬁ\u0301👍ᏸ\uFFFD\uFFFE\u{10FFFF}\0'),
    '👍🏽',
  );
  const text = fc.array(letter, { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
  const needle = fc.array(letter, { minLength: 1, maxLength: 2 }).map((all) => all.join(''));
  await fc.assert(
    fc.asyncProperty(
      fc.array(text, { maxLength: 30 }),
      fc.array(needle, { maxLength: 20 }),
      async (texts, needles) => {
        const { database } = await longHistory(texts);
        for (const one of needles)
          expect([one, find(database, one)]).toEqual([
            one,
            texts.filter((any) => fold(any).includes(fold(one))),
          ]);
      },
    ),
    { numRuns: 20 },
  );
});

test('an index answers for the ends of texts', async () => {
  const { database } = await longHistory(old);
  const ending = 'lower(substr(coalesce(folded, text), -2))';
  const plan = database.all<{ detail: string }>(
    `EXPLAIN QUERY PLAN SELECT row FROM messages m WHERE kind = 'text' AND ${ending} IN (SELECT value FROM json_each('["qx"]'))`,
  );
  expect(plan.map(({ detail }) => detail).join('; ')).toContain('messages_ending');
});
