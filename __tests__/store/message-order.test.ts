import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Message } from '../../source/core/types.ts';
import type { Database } from '../../source/store/database.ts';
import { addMessage, page } from '../../source/store/messages.ts';
import { bytesOf, newContact, tempDatabase } from '../support/temp-database.ts';

/** Events of a conversation, in this order: a seq of the peer arrives, or (0) a message is sent. */
const happenings = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 14 }),
    fc.array(fc.nat(14), { maxLength: 5 }),
  )
  .map(([seqs, sends]) => sends.reduce<number[]>((all, at) => all.toSpliced(at, 0, 0), seqs));

function play(database: Database, happened: readonly number[]): number {
  const contactId = newContact(database).id;
  let sent = 0;
  for (const seq of happened) {
    if (seq === 0) sent += 1;
    addMessage(database, {
      contactId,
      direction: seq === 0 ? 'out' : 'in',
      id: bytesOf(seq === 0 ? `out ${sent}` : `in ${seq}`, 16),
      kind: 'text',
      seq: seq === 0 ? sent : seq,
      text: '',
      state: seq === 0 ? 'queued' : 'received',
      sentAt: 0,
      receivedAt: null,
    });
  }
  return contactId;
}

function read(database: Database, contactId: number, count: number): readonly Message[] {
  let all: readonly Message[] = [];
  for (;;) {
    const first = all[0];
    const before = first ? { place: first.place, seq: first.seq } : null;
    const older = page(database, contactId, { before, count });
    if (older.length === 0) return all;
    all = [...older, ...all];
  }
}

async function forAll(
  law: (database: Database, contactId: number, happened: readonly number[]) => void,
): Promise<void> {
  const database = await tempDatabase();
  fc.assert(
    fc.property(happenings, (happened) => law(database, play(database, happened), happened)),
    { numRuns: 200 },
  );
}

test('messages stand in the order of their seqs, whatever order they come in', () =>
  forAll((database, contactId, happened) => {
    const seqs = read(database, contactId, 1000)
      .filter((one) => one.direction === 'in')
      .map((one) => one.seq);
    expect(seqs).toEqual(happened.filter((seq) => seq > 0).toSorted((one, other) => one - other));
  }));

test('messages that came in time, and sent ones, stay in the order in which they happened', () =>
  forAll((database, contactId, happened) => {
    const late = happened.filter(
      (seq, at) => seq > 0 && happened.slice(0, at).some((before) => before > seq),
    );
    const shown = read(database, contactId, 1000)
      .map((one) => (one.direction === 'out' ? 0 : one.seq))
      .filter((seq) => !late.includes(seq));
    expect(shown).toEqual(happened.filter((seq) => !late.includes(seq)));
  }));

test('each says how many are missing just before it', () =>
  forAll((database, contactId, happened) => {
    const known = new Set(happened);
    for (const one of read(database, contactId, 1000)) {
      let missing = 0;
      while (one.direction === 'in' && one.seq - missing > 1 && !known.has(one.seq - missing - 1))
        missing += 1;
      expect(one.missingBefore).toBe(missing);
    }
  }));

test('pages of any size show each of them once', () =>
  forAll((database, contactId) => {
    const whole = read(database, contactId, 1000);
    for (const count of [1, 2, 3, 7]) expect(read(database, contactId, count)).toEqual(whole);
  }));
