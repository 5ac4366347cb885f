import { describe, expect, test } from 'vitest';
import type { Database } from '../../source/store/database.ts';
import {
  addIdentity,
  addSealKey,
  currentIdentity,
  deleteRetired,
  identityOf,
  sealKeys,
} from '../../source/store/identities.ts';
import { pinKey } from '../../source/store/contact-keys.ts';
import { addInvite, openInvites, removeInvite } from '../../source/store/invites.ts';
import {
  addPreKey,
  baseKeyUsed,
  currentSignedPreKey,
  keepGenerations,
  generationsOf,
  lastResortPreKey,
  preKeyOf,
  rememberBaseKey,
  removePreKey,
} from '../../source/store/prekeys.ts';
import type { StoredPreKey } from '../../source/store/prekeys.ts';
import { markSeen, newestSession, sessionOf, wasSeen, writeSession } from '../../source/store/sessions.ts';
import { readSetting, takePreKeyId, writeSetting } from '../../source/store/settings.ts';
import { changeContact } from '../../source/store/contacts.ts';
import { bytesOf, newContact, tempDatabase } from '../support/temp-database.ts';

function addEpoch(database: Database, epoch: number): void {
  addIdentity(database, {
    epoch,
    publicKey: bytesOf(`public ${epoch}`, 33),
    privateKey: bytesOf(`private ${epoch}`),
    createdAt: epoch * 100,
    signedStatement: epoch === 1 ? null : bytesOf(`statement ${epoch}`, 251),
  });
  addSealKey(
    database,
    { epoch, publicKey: bytesOf(`seal ${epoch}`, 33), privateKey: bytesOf('x') },
    epoch * 100,
  );
}

async function withEpochs(...epochs: number[]): Promise<Database> {
  const database = await tempDatabase();
  for (const epoch of epochs) addEpoch(database, epoch);
  return database;
}

function preKey(change: Partial<StoredPreKey>): StoredPreKey {
  return {
    kind: 'one-time',
    id: 1,
    epoch: 1,
    record: bytesOf('record', 80),
    publicKey: bytesOf('public', 33),
    signature: bytesOf('signature', 64),
    keep: false,
    ...change,
  };
}

describe('identities', () => {
  test('the newest is the current one, and each earlier one is retired when the next was made', async () => {
    const database = await withEpochs(1, 2, 3);
    expect(currentIdentity(database)).toMatchObject({ epoch: 3, retiredAt: null, createdAt: 300 });
    expect([1, 2].map((epoch) => identityOf(database, epoch)?.retiredAt)).toEqual([200, 300]);
    expect(identityOf(database, 1)?.signedStatement).toBeNull();
    expect(identityOf(database, 4)).toBeNull();
  });

  test('a home without one is a bug', async () => {
    const database = await tempDatabase();
    expect(() => currentIdentity(database)).toThrow('without an identity');
  });

  test('retired ones end, with their seal keys and prekeys; the current one never does', async () => {
    const database = await withEpochs(1, 2, 3);
    for (const epoch of [1, 2, 3]) addPreKey(database, preKey({ epoch, id: epoch }), 0);
    deleteRetired(database, { before: 201, longest: 0 });
    expect([1, 2, 3].map((epoch) => identityOf(database, epoch) !== null)).toEqual([false, true, true]);
    expect(sealKeys(database).map((key) => key.epoch)).toEqual([3, 2]);
    expect(preKeyOf(database, 1, { kind: 'one-time', id: 1 })).toBeNull();
    expect(preKeyOf(database, 2, { kind: 'one-time', id: 2 })).not.toBeNull();
    deleteRetired(database, { before: 2 ** 53 - 1, longest: 0 });
    expect(currentIdentity(database).epoch).toBe(3);
    expect(sealKeys(database).map((key) => key.epoch)).toEqual([3]);
  });

  test('one that a contact still uses stays for longer, and its end is reported', async () => {
    const database = await withEpochs(1, 2, 3);
    const contactId = newContact(database).id;
    changeContact(database, contactId, { namedEpoch: 2 });
    const epochs = (): unknown => [1, 2, 3].filter((epoch) => identityOf(database, epoch) !== null);
    expect(deleteRetired(database, { before: 2 ** 53 - 1, longest: 0 })).toEqual([]);
    expect(epochs()).toEqual([2, 3]);
    expect(deleteRetired(database, { before: 2 ** 53 - 1, longest: 2 ** 53 - 1 })).toEqual([2]);
    expect(epochs()).toEqual([3]);
  });

  test('sessions end with the keys that they were made with, mine and theirs', async () => {
    const database = await withEpochs(1, 2, 3);
    const contactId = newContact(database).id;
    changeContact(database, contactId, { namedEpoch: 3 });
    for (const epoch of [1, 2]) {
      const key = {
        contactId,
        epoch,
        identity: bytesOf(`theirs ${epoch}`, 33),
        sealKey: bytesOf('seal', 33),
      };
      pinKey(database, key, 200);
    }
    const pairs = [1, 2, 3].flatMap((myEpoch) =>
      [1, 2].map((theirEpoch) => ({ contactId, myEpoch, theirEpoch })),
    );
    for (const pair of pairs) writeSession(database, pair, bytesOf('session'));
    const left = (): unknown => pairs.filter((pair) => sessionOf(database, pair) !== null);
    deleteRetired(database, { before: 200, longest: 0 });
    expect(left()).toEqual(pairs);
    deleteRetired(database, { before: 201, longest: 0 });
    expect(left()).toEqual([
      { contactId, myEpoch: 2, theirEpoch: 2 },
      { contactId, myEpoch: 3, theirEpoch: 2 },
    ]);
  });

  test('seal keys are tried newest first, also within an epoch', async () => {
    const database = await withEpochs(1, 2);
    addSealKey(database, { epoch: 2, publicKey: bytesOf('week', 33), privateKey: bytesOf('x') }, 0);
    expect(sealKeys(database).map((key) => Buffer.from(key.publicKey))).toEqual(
      ['week', 'seal 2', 'seal 1'].map((name) => Buffer.from(bytesOf(name, 33))),
    );
  });

  test('one epoch has one identity', async () => {
    const database = await withEpochs(1);
    expect(() => addEpoch(database, 1)).toThrow('UNIQUE');
  });
});

describe('prekeys', () => {
  test('come out as they went in, by epoch, kind and id', async () => {
    const database = await withEpochs(1, 2);
    addPreKey(database, preKey({ id: 7, keep: true }), 5);
    const found = preKeyOf(database, 1, { kind: 'one-time', id: 7 });
    expect(found).toMatchObject({ kind: 'one-time', id: 7, epoch: 1, keep: true });
    expect(Buffer.from(found!.record)).toEqual(Buffer.from(bytesOf('record', 80)));
    expect(preKeyOf(database, 2, { kind: 'one-time', id: 7 })).toBeNull();
    expect(preKeyOf(database, 1, { kind: 'signed', id: 7 })).toBeNull();
    expect(preKeyOf(database, 1, { kind: 'one-time', id: 8 })).toBeNull();
  });

  test('can lack a signature', async () => {
    const database = await withEpochs(1);
    addPreKey(database, preKey({ signature: null }), 5);
    expect(preKeyOf(database, 1, { kind: 'one-time', id: 1 })?.signature).toBeNull();
  });

  test('are gone after their removal, and only the one that is meant', async () => {
    const database = await withEpochs(1);
    for (const kind of ['one-time', 'signed', 'kyber']) addPreKey(database, preKey({ kind, id: 7 }), 5);
    removePreKey(database, { kind: 'one-time', id: 7 });
    expect(['one-time', 'signed', 'kyber'].map((kind) => preKeyOf(database, 1, { kind, id: 7 }) !== null)).toEqual([
      false, true, true,
    ]); // prettier-ignore
  });

  test('the signed prekey of an epoch is its newest', async () => {
    const database = await withEpochs(1, 2);
    addPreKey(database, preKey({ kind: 'signed', id: 1 }), 5);
    addPreKey(database, preKey({ kind: 'signed', id: 5 }), 5);
    addPreKey(database, preKey({ kind: 'one-time', id: 6 }), 5);
    expect(currentSignedPreKey(database, 1).id).toBe(5);
    expect(() => currentSignedPreKey(database, 2)).toThrow('without lasting prekeys');
  });

  test('the last-resort prekey of an epoch is the newest Kyber one that its use does not remove', async () => {
    const database = await withEpochs(1, 2);
    expect(() => lastResortPreKey(database, 1)).toThrow('without lasting prekeys');
    addPreKey(database, preKey({ kind: 'kyber', id: 2, keep: true }), 5);
    addPreKey(database, preKey({ kind: 'kyber', id: 4, keep: true }), 5);
    addPreKey(database, preKey({ kind: 'kyber', id: 6 }), 5);
    addPreKey(database, preKey({ kind: 'signed', id: 7, keep: true }), 5);
    expect(lastResortPreKey(database, 1)).toMatchObject({ kind: 'kyber', id: 4, keep: true });
    expect(() => lastResortPreKey(database, 2)).toThrow('without lasting prekeys');
  });

  test('generations are those of the signed prekeys, newest first', async () => {
    const database = await withEpochs(1, 2);
    expect(generationsOf(database, 1)).toEqual([]);
    addPreKey(database, preKey({ kind: 'signed', id: 1, keep: true }), 50);
    addPreKey(database, preKey({ kind: 'signed', id: 2, keep: true }), 70);
    addPreKey(database, preKey({ kind: 'kyber', id: 3, keep: true }), 90);
    expect(generationsOf(database, 1)).toEqual([
      { id: 2, at: 70 },
      { id: 1, at: 50 },
    ]);
    expect(generationsOf(database, 2)).toEqual([]);
  });

  test('old generations are deleted: the lasting prekeys and the seal keys of one epoch', async () => {
    const database = await withEpochs(1, 2);
    // The clock was ahead at first, so the order of creation counts.
    for (const [at, id] of [[9, 1], [8, 2], [1, 3], [2, 4], [3, 5]] as const) {
      addPreKey(database, preKey({ kind: 'signed', id: id * 10, keep: true }), at);
      addPreKey(database, preKey({ kind: 'kyber', id: id * 10, keep: true }), at);
      addSealKey(database, { epoch: 1, publicKey: bytesOf(`week ${id}`, 33), privateKey: bytesOf('x') }, at);
    } // prettier-ignore
    for (const id of [3, 60]) addPreKey(database, preKey({ kind: 'kyber', id }), 0);
    addPreKey(database, preKey({ kind: 'one-time', id: 4 }), 0);
    addPreKey(database, preKey({ kind: 'signed', id: 5, epoch: 2, keep: true }), 0);
    keepGenerations(database, 1, 3);
    const left = database.all('SELECT kind, id, epoch FROM prekeys ORDER BY kind, id');
    expect(left.map(({ kind, id, epoch }) => [kind, id, epoch])).toEqual([
      ['kyber', 3, 1], ['kyber', 30, 1], ['kyber', 40, 1], ['kyber', 50, 1], ['kyber', 60, 1],
      ['one-time', 4, 1],
      ['signed', 5, 2], ['signed', 30, 1], ['signed', 40, 1], ['signed', 50, 1],
    ]); // prettier-ignore
    expect(sealKeys(database).map((key) => Buffer.from(key.publicKey))).toEqual(
      ['week 5', 'week 4', 'week 3', 'seal 2'].map((name) => Buffer.from(bytesOf(name, 33))),
    );
    keepGenerations(database, 1, 3);
    expect(database.all('SELECT id FROM prekeys')).toHaveLength(10);
    keepGenerations(database, 1, 1);
    expect([currentSignedPreKey(database, 1).id, lastResortPreKey(database, 1).id]).toEqual([50, 50]);
  });

  test('a base key is used for its two prekeys, and remembered when they are gone', async () => {
    const database = await withEpochs(1);
    const used = { kyberPreKeyId: 3, signedPreKeyId: 1, baseKey: bytesOf('base', 33) };
    expect(baseKeyUsed(database, used)).toBe(false);
    rememberBaseKey(database, used);
    deleteRetired(database, { before: 2 ** 53 - 1, longest: 0 });
    expect(baseKeyUsed(database, used)).toBe(true);
    expect(baseKeyUsed(database, { ...used, kyberPreKeyId: 4 })).toBe(false);
    expect(baseKeyUsed(database, { ...used, signedPreKeyId: 2 })).toBe(false);
    expect(baseKeyUsed(database, { ...used, baseKey: bytesOf('other', 33) })).toBe(false);
    expect(() => rememberBaseKey(database, used)).toThrow('UNIQUE');
  });
});

describe('sessions', () => {
  test('exist once for each pair of epochs', async () => {
    const database = await tempDatabase();
    const contactId = newContact(database).id;
    const key = { contactId, myEpoch: 1, theirEpoch: 2 };
    expect(sessionOf(database, key)).toBeNull();
    writeSession(database, key, bytesOf('first', 300));
    writeSession(database, { ...key, theirEpoch: 1 }, bytesOf('other', 300));
    writeSession(database, key, bytesOf('second', 400));
    expect(Buffer.from(sessionOf(database, key)!)).toEqual(Buffer.from(bytesOf('second', 400)));
  });

  test('are written to in the one with their newest key, and among those the one with my newest', async () => {
    const database = await tempDatabase();
    const contactId = newContact(database).id;
    const write = (myEpoch: number, theirEpoch: number): void =>
      writeSession(database, { contactId, myEpoch, theirEpoch }, bytesOf('x'));
    expect(newestSession(database, contactId)).toBeNull();
    write(3, 1);
    expect(newestSession(database, contactId)).toEqual({ contactId, myEpoch: 3, theirEpoch: 1 });
    write(1, 2);
    expect(newestSession(database, contactId)).toEqual({ contactId, myEpoch: 1, theirEpoch: 2 });
    write(2, 2);
    expect(newestSession(database, contactId)).toEqual({ contactId, myEpoch: 2, theirEpoch: 2 });
    expect(newestSession(database, newContact(database).id)).toBeNull();
  });

  test('recognises seen mail by its hash', async () => {
    const database = await tempDatabase();
    markSeen(database, { hash: bytesOf('one'), contactId: 1, at: 5 });
    expect([wasSeen(database, bytesOf('one')), wasSeen(database, bytesOf('other'))]).toEqual([true, false]);
    expect(() => markSeen(database, { hash: bytesOf('one'), contactId: 1, at: 5 })).toThrow('UNIQUE');
  });
});

describe('invites', () => {
  test('come oldest first while open; a removed one takes its unused one-time keys along', async () => {
    const database = await withEpochs(1);
    for (const [kind, id, keep] of [['one-time', 8, false], ['kyber', 9, false], ['kyber', 10, true], ['signed', 7, true]] as const) {
      addPreKey(database, preKey({ kind, id, keep }), 0);
    } // prettier-ignore
    const invite = (name: string, kyberId: number): void =>
      addInvite(database, {
        pickupName: name,
        slot: bytesOf(`slot ${name}`),
        proof: bytesOf('proof'),
        epoch: 1,
        blob: bytesOf('blob', 4096),
        oneTimeId: 8,
        kyberId,
        cardSecret: null,
        voucher: null,
        createdAt: 5,
      });
    invite('first', 9);
    invite('second', 10);
    const [first, second] = openInvites(database);
    expect([first?.pickupName, second?.pickupName, first?.blob.length]).toEqual(['first', 'second', 4096]);
    removeInvite(database, first!);
    removeInvite(database, second!);
    expect(openInvites(database)).toEqual([]);
    const left = [['one-time', 8], ['kyber', 9], ['kyber', 10], ['signed', 7]] as const; // prettier-ignore
    expect(left.map(([kind, id]) => preKeyOf(database, 1, { kind, id }) !== null)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

describe('settings', () => {
  test('return what was written last', async () => {
    const database = await tempDatabase();
    expect(() => readSetting(database, 'name')).toThrow('never written');
    writeSetting(database, 'name', 'one');
    writeSetting(database, 'name', '');
    expect(readSetting(database, 'name')).toBe('');
  });

  test('hand out each prekey id once', async () => {
    const database = await tempDatabase();
    writeSetting(database, 'next-prekey-id', '1');
    expect([1, 2, 3].map(() => takePreKeyId(database))).toEqual([1, 2, 3]);
  });
});
