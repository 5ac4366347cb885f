import { describe, expect, test } from 'vitest';
import {
  changeSealKey,
  contactKey,
  contactKeyOrNull,
  findKey,
  keepReserve,
  pinKey,
} from '../../source/store/contact-keys.ts';
import type { Database } from '../../source/store/database.ts';
import { bytesOf, newContact, tempDatabase } from '../support/temp-database.ts';

describe('pinned keys', () => {
  async function pinned(): Promise<{ database: Database; contactId: number }> {
    const database = await tempDatabase();
    const contactId = newContact(database).id;
    pinKey(
      database,
      { contactId, epoch: 1, identity: bytesOf('first', 33), sealKey: bytesOf('seal 1', 33) },
      10,
    );
    pinKey(
      database,
      { contactId, epoch: 2, identity: bytesOf('second', 33), sealKey: bytesOf('seal 2', 33) },
      20,
    );
    return { database, contactId };
  }

  test('a new one retires the previous one', async () => {
    const { database, contactId } = await pinned();
    expect([1, 2].map((epoch) => contactKey(database, contactId, epoch).retiredAt)).toEqual([20, null]);
    pinKey(database, { contactId, epoch: 3, identity: bytesOf('third', 33), sealKey: bytesOf('s', 33) }, 30);
    expect([1, 2, 3].map((epoch) => contactKey(database, contactId, epoch).retiredAt)).toEqual([
      20,
      30,
      null,
    ]);
  });

  test('a retirement affects no other contact', async () => {
    const { database } = await pinned();
    const other = newContact(database).id;
    pinKey(
      database,
      { contactId: other, epoch: 1, identity: bytesOf('other', 33), sealKey: bytesOf('s', 33) },
      30,
    );
    expect(findKey(database, bytesOf('second', 33))?.retiredAt).toBeNull();
  });

  test('are found by their bytes', async () => {
    const { database, contactId } = await pinned();
    expect(findKey(database, bytesOf('first', 33))).toMatchObject({ contactId, epoch: 1 });
    expect(findKey(database, bytesOf('nobody', 33))).toBeNull();
    expect(contactKeyOrNull(database, contactId, 3)).toBeNull();
    expect(() => contactKey(database, contactId, 3)).toThrow('epoch 3');
  });

  test('belong to one contact and one epoch', async () => {
    const { database, contactId } = await pinned();
    const other = newContact(database).id;
    const pin = (id: number, epoch: number, name: string): void =>
      pinKey(database, { contactId: id, epoch, identity: bytesOf(name, 33), sealKey: bytesOf('s', 33) }, 30);
    expect(() => pin(other, 1, 'first')).toThrow('UNIQUE');
    expect(() => pin(contactId, 2, 'new')).toThrow('UNIQUE');
  });

  test('a seal key is replaced for its epoch alone', async () => {
    const { database, contactId } = await pinned();
    changeSealKey(database, { contactId, epoch: 2, sealKey: bytesOf('new', 33) });
    const [first, second] = [1, 2].map((epoch) =>
      Buffer.from(contactKey(database, contactId, epoch).sealKey),
    );
    expect([first, second]).toEqual([Buffer.from(bytesOf('seal 1', 33)), Buffer.from(bytesOf('new', 33))]);
  });

  test('come without a reserve; one is kept for its epoch alone, with its seal key', async () => {
    const { database, contactId } = await pinned();
    const keys = () => [1, 2].map((epoch) => contactKey(database, contactId, epoch));
    expect(keys().map(({ reserve }) => reserve)).toEqual([null, null]);
    const keep = (name: string): void =>
      keepReserve(database, {
        contactId,
        epoch: 2,
        sealKey: bytesOf(`seal ${name}`, 33),
        reserve: bytesOf(name, 1800),
      });
    keep('one');
    keep('other');
    const [first, second] = keys();
    expect([first?.reserve, Buffer.from(first!.sealKey)]).toEqual([null, Buffer.from(bytesOf('seal 1', 33))]);
    expect([Buffer.from(second!.reserve!), Buffer.from(second!.sealKey)]).toEqual([
      Buffer.from(bytesOf('other', 1800)),
      Buffer.from(bytesOf('seal other', 33)),
    ]);
    expect(findKey(database, bytesOf('second', 33))?.reserve).toHaveLength(1800);
  });
});
