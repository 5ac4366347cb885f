import { describe, expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import type { Envelope } from '../../source/core/types.ts';
import { addToOutbox, removeFromOutbox } from '../../source/store/outbox.ts';
import type { Database } from '../../source/store/database.ts';
import { forgetContact } from '../../source/store/forget.ts';
import { addMessage } from '../../source/store/messages.ts';
import { dropOldest, keepCame, keepCarried, wireOf } from '../../source/store/wire.ts';
import type { WireRow } from '../../source/store/wire.ts';
import { bytesOf, newContact, tempDatabase } from '../support/temp-database.ts';

const head = 'POST /message HTTP/1.1\r\nHost: there\r\n\r\n';
const idOf = (name: string): string => Buffer.from(bytesOf(name, 16)).toString('hex');
const envelopeOf = (name: string): Envelope => bytesOf(`envelope ${name}`, 64) as Envelope;
/** Bytes as toEqual compares them: SQL hands out Buffers. */
const hexOf = (name: string): string => Buffer.from(envelopeOf(name)).toString('hex');

type Seen = Omit<WireRow, 'envelope' | 'waiting'> & {
  readonly envelope: string | null;
  readonly waiting: string | null;
};

function seen(database: Database, name: string): Seen | null {
  const row = wireOf(database, idOf(name), null);
  const hex = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString('hex');
  return row && { ...row, envelope: hex(row.envelope), waiting: hex(row.waiting) };
}
let seq = 0;

function text(database: Database, contactId: number, name: string, direction: 'in' | 'out' = 'out'): number {
  seq += 1;
  const times = { sentAt: 10, receivedAt: direction === 'in' ? 20 : null };
  const state = direction === 'in' ? 'received' : 'queued';
  return addMessage(database, {
    contactId, direction, id: bytesOf(name, 16), kind: 'text', seq, text: name, state, ...times,
  }); // prettier-ignore
}

function queue(database: Database, contactId: number, row: number, ratchet: 2 | 3 = 2, name = ''): number {
  addToOutbox(database, { contactId, messageRow: row, envelope: envelopeOf(name), ratchet, createdAt: 1 });
  return database.get<{ id: number }>('SELECT max(id) AS id FROM outbox')?.id ?? 0;
}

function carry(database: Database, id: number): void {
  keepCarried(database, id, { head, status: 202, proof: 'k', tries: 3, at: 30 });
  removeFromOutbox(database, id);
}

/** A text of mine that was sealed, sent and accepted. */
function sent(database: Database, contactId: number, name: string): number {
  const row = text(database, contactId, name);
  carry(database, queue(database, contactId, row, 2, name));
  return row;
}

function came(database: Database, contactId: number, name: string): number {
  const row = text(database, contactId, name, 'in');
  keepCame(database, { row, ratchet: 3, envelope: envelopeOf(name), file: 'a-file', at: 15 });
  return row;
}

async function talk(): Promise<{ database: Database; contactId: number; of: (name: string) => Seen | null }> {
  const database = await tempDatabase();
  const contactId = newContact(database).id;
  return { database, contactId, of: (name) => seen(database, name) };
}

function count(database: Database, where = 'true'): number {
  return database.get<{ n: number }>(`SELECT count(*) AS n FROM wire WHERE ${where}`)?.n ?? -1;
}

describe('the record of a text on the wire', () => {
  test('has what left, with its request, and what came, with its file', async () => {
    const { database, contactId, of } = await talk();
    sent(database, contactId, 'mine');
    came(database, contactId, 'theirs');
    expect(of('mine')).toMatchObject({
      text: 'mine', direction: 'out', ratchet: 2, bytes: 64, envelope: hexOf('mine'), head, status: 202,
      proof: 'k', tries: 3, acceptedAt: 30, sentAt: 10, waiting: null,
    }); // prettier-ignore
    expect(of('theirs')).toMatchObject({
      direction: 'in', ratchet: 3, bytes: 64, envelope: hexOf('theirs'), head: 'a-file', status: null,
      acceptedAt: 15, receivedAt: 20,
    }); // prettier-ignore
  });

  test('shows what lies ready, as long as it waits', async () => {
    const { database, contactId, of } = await talk();
    const row = text(database, contactId, 'one');
    const id = queue(database, contactId, row, 3, 'one');
    expect(of('one')).toMatchObject({
      envelope: null, waiting: hexOf('one'), waitingId: id, ratchet: 3, bytes: 64, acceptedAt: null,
    }); // prettier-ignore
    removeFromOutbox(database, id);
    expect(of('one')).toMatchObject({ waiting: null, waitingId: null, ratchet: null, bytes: null });
  });

  test('is kept for texts alone', async () => {
    const { database, contactId, of } = await talk();
    const row = addMessage(database, {
      contactId, direction: 'out', id: bytesOf('two', 16), kind: 'hidden', seq: 999, text: '', what: 'hello', state: 'queued',
      sentAt: 1, receivedAt: null,
    }); // prettier-ignore
    carry(database, queue(database, contactId, row));
    addToOutbox(database, {
      contactId,
      messageRow: null,
      envelope: envelopeOf(''),
      ratchet: 2,
      createdAt: 1,
    });
    carry(database, 2);
    expect(count(database)).toBe(0);
    expect([of('two'), of('three')]).toEqual([null, null]);
  });

  test('is the last envelope of a text that went out twice', async () => {
    const { database, contactId, of } = await talk();
    const row = sent(database, contactId, 'one');
    const id = queue(database, contactId, row, 3, 'again');
    expect(of('one')).toMatchObject({ waiting: hexOf('again'), ratchet: 3, envelope: hexOf('one') });
    carry(database, id);
    expect(of('one')).toMatchObject({ waiting: null, ratchet: 3, envelope: hexOf('again') });
    expect(count(database)).toBe(1);
  });

  test('belongs to the named row, or else to mine, when a contact has taken an id of mine', async () => {
    const { database, contactId } = await talk();
    const mine = sent(database, contactId, 'one');
    const theirs = came(database, contactId, 'one');
    const rowOf = (row: number | null): unknown => wireOf(database, idOf('one'), row)?.row;
    expect([rowOf(null), rowOf(mine), rowOf(theirs), rowOf(theirs + 1)]).toEqual([
      mine,
      mine,
      theirs,
      undefined,
    ]);
  });
});

describe('bounds', () => {
  test('drop the bytes of all but the newest texts and keep the facts, in both directions', async () => {
    const { database, contactId, of } = await talk();
    const names = Array.from({ length: limits.wireEnvelopes + 2 }, (_, n) => `text ${n}`);
    for (const [n, name] of names.entries()) (n % 2 === 0 ? sent : came)(database, contactId, name);
    dropOldest(database);
    expect(count(database)).toBe(names.length);
    expect(count(database, 'envelope IS NOT NULL')).toBe(limits.wireEnvelopes);
    expect(of('text 0')).toMatchObject({
      envelope: null,
      head: null,
      bytes: 64,
      ratchet: 2,
      acceptedAt: 30,
    });
    expect(of('text 1')).toMatchObject({ envelope: null, head: null, bytes: 64, ratchet: 3, acceptedAt: 15 });
    expect(of('text 2')).toMatchObject({ envelope: hexOf('text 2'), head });
  });
});

/** Everything that takes a text away. */
const ends: Readonly<Record<string, (database: Database, row: number, contactId: number) => void>> = {
  'is hidden': (database, row) =>
    void database.run("UPDATE messages SET kind = 'hidden' WHERE row = ?", [row]),
  'gets another text': (database, row) =>
    void database.run("UPDATE messages SET text = '' WHERE row = ?", [row]),
  'is deleted': (database, row) => void database.run('DELETE FROM messages WHERE row = ?', [row]),
  'is of a contact that is forgotten': (database, _, contactId) => forgetContact(database, contactId),
};

describe.each(Object.entries(ends))('a text that %s', (_, end) => {
  test.each([
    ['of mine', sent],
    ['of theirs', came],
  ])('leaves nothing, one %s', async (_whose, make) => {
    const { database, contactId } = await talk();
    const row = make(database, contactId, 'goes');
    sent(database, newContact(database).id, 'stays');
    end(database, row, contactId);
    expect(count(database)).toBe(1);
    expect(seen(database, 'stays')?.envelope).toBe(hexOf('stays'));
  });
});

test('a text whose state changes keeps it', async () => {
  const { database, contactId, of } = await talk();
  const row = sent(database, contactId, 'one');
  database.run("UPDATE messages SET state = 'delivered', delivered_at = 40 WHERE row = ?", [row]);
  expect(of('one')).toMatchObject({ envelope: hexOf('one'), deliveredAt: 40, state: 'delivered' });
});
