import { describe, expect, test } from 'vitest';
import {
  allContacts,
  changeContact,
  contactOf,
  contactSummaries,
  contactSummary,
  idLabelled,
} from '../../source/store/contacts.ts';
import type { Database } from '../../source/store/database.ts';
import { addMessage } from '../../source/store/messages.ts';
import { bytesOf, newContact, tempDatabase } from '../support/temp-database.ts';

function inHex(row: object): unknown {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
    ]),
  );
}

describe('a contact', () => {
  test('begins with nothing sent, stored or read', async () => {
    const database = await tempDatabase();
    const contact = newContact(database, { alias: 'al', statementHash: bytesOf('chain') });
    expect(contact).toMatchObject({
      alias: 'al',
      nextSeq: 1,
      storedUpTo: 0,
      receiptDue: 0,
      readRow: 0,
      lastHeardAt: null,
      lastActivityAt: 1000,
      keyChangedAt: null,
      ackedUpTo: 0,
      ackedAt: 0,
      request: null,
      comparedAt: null,
      rival: null,
      stateBeforeBlock: null,
      unknownSince: null,
      resetDue: null,
      namedEpoch: 1,
      revokeNamed: 0,
      abilities: null,
      toldAbilities: null,
      myReset: null,
      theirReset: null,
      stranger: null,
      againFrom: 0,
      againTo: 0,
      proof: null,
      reserveGiven: 0,
      muted: 0,
      mutedAt: null,
      mutedUntil: null,
      notifyWord: null,
    });
    expect(Buffer.compare(contact.statementHash!, bytesOf('chain'))).toBe(0);
    for (const mark of [contact.storedMark, contact.ackedMark]) expect([...mark]).toEqual(Array(8).fill(0));
  });

  test('changes in the named fields and no others', async () => {
    const database = await tempDatabase();
    const [one, other] = [newContact(database), newContact(database)];
    changeContact(database, one.id, { alias: 'al', nextSeq: 7, keyChangedAt: 5, mySlot: bytesOf('new') });
    const changed = contactOf(database, one.id);
    expect(changed).toEqual({ ...one, alias: 'al', nextSeq: 7, keyChangedAt: 5, mySlot: changed.mySlot });
    expect(Buffer.compare(changed.mySlot, bytesOf('new'))).toBe(0);
    expect(contactOf(database, other.id)).toEqual(other);
    const later = {
      storedMark: bytesOf('stored', 8),
      ackedUpTo: 3,
      ackedMark: bytesOf('acked', 8),
      ackedAt: 4,
      request: 'sent',
      comparedAt: 5,
      rival: bytesOf('rival', 33),
      stateBeforeBlock: 'compared',
      unknownSince: 6,
      resetDue: 8,
      namedEpoch: 2,
      revokeNamed: 1,
      abilities: bytesOf('abilities', 32),
      toldAbilities: bytesOf('told', 32),
      myReset: bytesOf('mine', 16),
      theirReset: bytesOf('theirs', 16),
      stranger: bytesOf('stranger', 33),
      againFrom: 4,
      againTo: 5,
      proof: bytesOf('proof'),
      reserveGiven: 10,
      muted: 1,
      mutedAt: 11,
      mutedUntil: 12,
      notifyWord: 'lunch',
    } as const;
    changeContact(database, one.id, later);
    expect(inHex(contactOf(database, one.id))).toEqual(inHex({ ...changed, ...later }));
    changeContact(database, one.id, { alias: null });
    expect(contactOf(database, one.id).alias).toBeNull();
    changeContact(database, one.id, {});
  });

  test('that does not exist is a bug', async () => {
    const database = await tempDatabase();
    expect(() => contactOf(database, 1)).toThrow('no contact 1');
    expect(() => contactSummary(database, 1)).toThrow('no contact 1');
    expect(allContacts(database)).toEqual([]);
  });

  test('cannot share its slot with another', async () => {
    const database = await tempDatabase();
    newContact(database, { mySlot: bytesOf('slot') });
    expect(() => newContact(database, { mySlot: bytesOf('slot') })).toThrow('UNIQUE');
  });
});

describe('counts', () => {
  function add(
    database: Database,
    contactId: number,
    seq: number,
    kind: 'text' | 'notice' | 'hidden',
    state: 'queued' | 'sent' | 'received',
  ): number {
    const direction = state === 'received' ? 'in' : 'out';
    const id = bytesOf(`${contactId} ${direction} ${seq}`, 16);
    return addMessage(database, {
      contactId,
      direction,
      id,
      kind,
      seq,
      text: '',
      state,
      sentAt: 0,
      receivedAt: null,
    });
  }

  test('cover texts: unread ones from the peer, waiting ones of mine', async () => {
    const database = await tempDatabase();
    const [one, other] = [newContact(database).id, newContact(database).id];
    const read = add(database, one, 1, 'text', 'received');
    add(database, one, 2, 'text', 'received');
    add(database, one, 3, 'notice', 'received');
    add(database, one, 4, 'hidden', 'received');
    add(database, one, 1, 'text', 'queued');
    add(database, one, 2, 'hidden', 'queued');
    add(database, one, 3, 'text', 'sent');
    add(database, other, 1, 'text', 'received');
    changeContact(database, one, { readRow: read });
    expect(contactSummary(database, one)).toMatchObject({ unread: 1, queued: 1 });
    expect(contactSummaries(database).map(({ id, unread, queued }) => [id, unread, queued])).toEqual([
      [one, 1, 1],
      [other, 1, 0],
    ]);
  });

  test('include a late text as unread although it stands above what was read', async () => {
    const database = await tempDatabase();
    const { id } = newContact(database);
    changeContact(database, id, { readRow: add(database, id, 2, 'text', 'received') });
    add(database, id, 1, 'text', 'received');
    expect(contactSummary(database, id).unread).toBe(1);
  });
});

describe('a label', () => {
  test.each([
    ['bob', 0],
    ['al', 1],
    ['the alias alone counts', null],
    ['Bob', null],
    ['bob ', null],
    ['', null],
    ['Ж\u0000日', 3],
    ['Ж', null],
  ])('%j is that of contact %j', async (label, at) => {
    const database = await tempDatabase();
    const ids = [
      newContact(database, { name: 'bob' }),
      newContact(database, { name: 'the alias alone counts', alias: 'al' }),
      newContact(database, { name: 'bob' }),
      newContact(database, { name: 'Ж\u0000日' }),
    ].map(({ id }) => id);
    expect(idLabelled(database, label)).toBe(at === null ? null : ids[at]);
  });
});
