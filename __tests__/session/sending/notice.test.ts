import { beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../../source/core/limits.ts';
import { addNotice, unsay } from '../../../source/session/sending/notice.ts';
import type { Database } from '../../../source/store/database.ts';
import { forgetContact } from '../../../source/store/forget.ts';
import { addMessage, page } from '../../../source/store/messages.ts';
import { newContact, tempDatabase } from '../../support/temp-database.ts';
import { workOn } from '../../support/work.ts';

let database: Database;
let contactId = 0;
let seq = 0;

beforeEach(async () => {
  database = await tempDatabase();
  contactId = newContact(database).id;
  seq = 0;
});

function say(text: string, topic: string | null, now = 1000): void {
  addNotice(workOn(database, now), contactId, text, topic);
}

function hear(text: string): void {
  seq += 1;
  const id = new Uint8Array(16).fill(seq);
  const times = { sentAt: 1, receivedAt: 1 };
  addMessage(database, {
    contactId,
    direction: 'in',
    id,
    kind: 'text',
    seq,
    text,
    state: 'received',
    ...times,
  });
}

function lines(): readonly string[] {
  return page(database, contactId, { before: null, count: 1000 }).map(({ text }) => text);
}

describe('a line of the program about something that others can bring about', () => {
  test('is one line with a count, however often it happens, and says the newest', () => {
    for (let n = 1; n <= 100; n += 1) say(`the name is now ${n}`, 'name');
    expect(lines()).toEqual(['the name is now 100 (100 times)']);
    expect(database.get('SELECT count(*) AS count FROM messages')).toEqual({ count: 1 });
  });

  test('stands where it happened last: behind the messages that came in between, which keep their order', () => {
    hear('one');
    say('the name is now A', 'name');
    hear('two');
    hear('three');
    say('the name is now B', 'name', 2000);
    hear('four');
    expect(lines()).toEqual(['one', 'two', 'three', 'the name is now B (2 times)', 'four']);
  });

  test('is told from those on other topics, in other conversations, and from the program’s own', () => {
    const other = newContact(database).id;
    for (let n = 0; n < 3; n += 1) {
      say('a', 'a');
      say('b', 'b');
      say('of me', null);
      addNotice(workOn(database), other, 'a', 'a');
    }
    expect(lines()).toEqual(['of me', 'of me', 'a (3 times)', 'b (3 times)', 'of me']);
    expect(page(database, other, { before: null, count: 9 }).map(({ text }) => text)).toEqual([
      'a (3 times)',
    ]);
  });

  test('starts a new line an hour after the last, unless nothing came since', () => {
    say('a', 'a', 0);
    say('a', 'a', limits.noticeAgainMs - 1);
    hear('a word');
    say('a', 'a', 2 * limits.noticeAgainMs - 1);
    expect(lines()).toEqual(['a (2 times)', 'a word', 'a']);
    say('a', 'a', 9 * limits.noticeAgainMs);
    expect(lines()).toEqual(['a (2 times)', 'a word', 'a (2 times)']);
  });

  test('has its count before the keys that it names', () => {
    say('a new key\n1234', 'key');
    say('a new key\n5678', 'key');
    expect(lines()).toEqual(['a new key (2 times)\n5678']);
  });

  test('restarts its count when it was taken away', () => {
    say('a', 'a');
    say('a', 'a');
    unsay(workOn(database, 1), contactId, 'a');
    expect(lines()).toEqual([]);
    say('a', 'a');
    expect(lines()).toEqual(['a']);
    forgetContact(database, contactId);
    expect(database.all('SELECT * FROM told')).toEqual([]);
  });
});

test('is taken away by its topic when it is no longer true', () => {
  say('something newer came', 'newer');
  say('something newer came', 'newer');
  say('another', 'other');
  unsay(workOn(database, 1), contactId, 'newer');
  unsay(workOn(database, 1), contactId, 'never said');
  expect(lines()).toEqual(['another']);
});
