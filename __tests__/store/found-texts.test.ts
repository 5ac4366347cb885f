import { describe, expect, test } from 'vitest';
import { fold } from '../../source/core/fold.ts';
import type { Database } from '../../source/store/database.ts';
import { commit } from '../../source/store/commit.ts';
import { add, conversation } from '../support/conversation.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { newContact } from '../support/temp-database.ts';

/** The rows of the texts that contain a phrase. */
function found(database: Database, phrase: string): number[] {
  const sql = 'SELECT rowid FROM found_texts WHERE found_texts MATCH ? ORDER BY rowid';
  return database.all<{ rowid: number }>(sql, [`"${fold(phrase)}"`]).map(({ rowid }) => rowid);
}

/** Throws when the index does not match the stored texts. */
function check(database: Database): void {
  database.run("INSERT INTO found_texts (found_texts, rank) VALUES ('integrity-check', 1)");
}

/** Everything that the index has written, as text. */
function indexBytes(database: Database): string {
  const blocks = database.all<{ block: Uint8Array<ArrayBuffer> }>('SELECT block FROM found_texts_data');
  return Buffer.concat(blocks.map(({ block }) => block)).toString('latin1');
}

describe('a search', () => {
  test('finds texts of both directions, by any three letters of them', async () => {
    const { database, contactId } = await conversation();
    const rows = [
      add(database, { contactId, seq: 1, text: 'the Lighthouse at nine' }),
      add(database, { contactId, seq: 1, direction: 'out', text: 'which lighthouse?' }),
    ];
    expect([found(database, 'lighthouse'), found(database, 'ight'), found(database, 'nine')]).toEqual([
      rows, rows, [rows[0]],
    ]); // prettier-ignore
    expect(found(database, 'lighthouses')).toEqual([]);
    check(database);
  });

  test('finds letters with an accent or without', async () => {
    const { database, contactId } = await conversation();
    const row = add(database, { contactId, seq: 1, text: 'Grüße vom Café' });
    for (const phrase of ['GRÜßE', 'grusse', 'cafe', 'café']) {
      expect([phrase, found(database, phrase)]).toEqual([phrase, [row]]);
    }
  });

  test('finds no line of the program, and nothing hidden', async () => {
    const { database, contactId } = await conversation();
    add(database, { contactId, seq: 0, kind: 'notice', text: 'a lighthouse' });
    add(database, { contactId, seq: 1, kind: 'hidden', text: 'a lighthouse' });
    expect(found(database, 'lighthouse')).toEqual([]);
    check(database);
  });

  test('finds nothing uncommitted', async () => {
    const { database, contactId } = await conversation();
    const work = commit(database, () => {
      add(database, { contactId, seq: 1, text: 'a lighthouse' });
      expect(found(database, 'lighthouse')).toHaveLength(1);
      throw new Error('the end');
    });
    await expect(work).rejects.toThrow('the end');
    expect(found(database, 'lighthouse')).toEqual([]);
    check(database);
  });
});

describe('a text that is gone', () => {
  const remove = 'DELETE FROM messages WHERE row = ?';
  const hide = "UPDATE messages SET kind = 'hidden', text = '' WHERE row = ?";

  test.each([
    ['removed', remove],
    ['hidden', hide],
  ])('is not found any more when it was %s', async (_, sql) => {
    const { database, contactId } = await conversation();
    const [gone, kept] = ['the old lighthouse', 'the new lighthouse'].map((text, at) =>
      add(database, { contactId, seq: at + 1, text }),
    );
    database.run(sql, [gone!]);
    expect([found(database, 'lighthouse'), found(database, 'the old')]).toEqual([[kept], []]);
    check(database);
    database.run(remove, [gone!]);
    database.run(remove, [kept!]);
    expect(found(database, 'lighthouse')).toEqual([]);
    check(database);
  });

  test.each([
    ['removed', remove],
    ['hidden', hide],
  ])('leaves nothing in the index when it was %s', async (_, sql) => {
    const { database, contactId } = await conversation();
    const row = add(database, { contactId, seq: 1, text: 'zqxjkv' });
    add(database, { contactId, seq: 2, text: 'something else' });
    expect(indexBytes(database)).toContain('zqx');
    database.run(sql, [row]);
    expect(indexBytes(database)).not.toContain('zqx');
  });

  test('went with its contact', async () => {
    const { database, contactId } = await conversation();
    const kept = add(database, { contactId: newContact(database).id, seq: 1, text: 'a lighthouse' });
    for (let seq = 1; seq <= 20; seq += 1) add(database, { contactId, seq, text: `lighthouse ${seq}` });
    expect(found(database, 'lighthouse')).toHaveLength(21);
    database.run('DELETE FROM contacts WHERE id = ?', [contactId]);
    expect(found(database, 'lighthouse')).toEqual([kept]);
    check(database);
  });

  test('can be any text, and the rest is found as before', async () => {
    const { database, contactId } = await conversation();
    const texts = [
      ...hostileStrings,
      '',
      'a',
      'ab',
      'a\0bcd',
      '\ufeffabc',
      '🦊🦊🦊',
      '\ud800x',
      'x'.repeat(61_440),
    ];
    const rows = texts.map((text, at) => add(database, { contactId, seq: at + 1, text }));
    const kept = add(database, { contactId, seq: 1, direction: 'out', text: 'a lighthouse' });
    check(database);
    for (const [at, row] of rows.entries()) database.run(at % 2 === 0 ? remove : hide, [row]);
    check(database);
    expect(found(database, 'lighthouse')).toEqual([kept]);
    expect(database.all('SELECT rowid FROM found_texts')).toEqual([{ rowid: kept }]);
  });
});

test('finds a text as before when its state and its place change', async () => {
  const { database, contactId } = await conversation();
  const row = add(database, { contactId, seq: 1, direction: 'out', text: 'a lighthouse' });
  database.run("UPDATE messages SET state = 'delivered', seq = 7, place = 9 WHERE row = ?", [row]);
  expect(found(database, 'lighthouse')).toEqual([row]);
  check(database);
});
