import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addIdentity } from '../../source/store/identities.ts';
import { addMessage, page } from '../../source/store/messages.ts';
import { openDatabase } from '../../source/store/database.ts';
import { bytesOf, newContact, randomKey } from '../support/temp-database.ts';
import { tempFolder } from '../support/temp-home.ts';

const phrase = 'meet me behind the old lighthouse at nine';

/** Forms in which a secret of 20 bytes or more could appear on a disk; shorter ones would be found by chance. */
function spellings(secret: Uint8Array): Buffer[] {
  const bytes = Buffer.from(secret);
  const texts = [bytes.toString('hex'), bytes.toString('hex').toUpperCase(), bytes.toString('base64url')];
  // Inside longer base64 the same bytes have three other forms, which share their middle.
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -8),
  );
  return [
    bytes,
    Buffer.from(bytes.toString('utf16le')),
    ...[...texts, ...shifted].map((text) => Buffer.from(text)),
  ];
}

async function folderBytes(folder: string): Promise<Buffer> {
  const names = await readdir(folder);
  return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))));
}

test('hides every stored text in the files, open or closed', async () => {
  const folder = await tempFolder();
  const key = randomKey();
  const privateKey = randomKey();
  const file = join(folder, 'chat.db');
  const database = openDatabase(file, key);
  const contactId = newContact(database, { name: phrase }).id;
  addIdentity(database, {
    epoch: 1,
    publicKey: bytesOf('public', 33),
    privateKey,
    createdAt: 1,
    signedStatement: null,
  });
  for (let seq = 1; seq <= 200; seq += 1) {
    addMessage(database, {
      contactId,
      direction: 'in',
      id: bytesOf(seq, 16),
      kind: 'text',
      seq,
      text: `${phrase} ${seq}`,
      state: 'received',
      sentAt: 1,
      receivedAt: 1,
    });
  }
  const secrets = [
    key,
    privateKey,
    Buffer.from(phrase),
    bytesOf('public', 33),
    Buffer.from('CREATE TABLE messages ('),
  ];
  const whileOpen = await folderBytes(folder);
  database.close();
  const afterwards = await folderBytes(folder);
  for (const bytes of [whileOpen, afterwards]) {
    expect(bytes.length).toBeGreaterThan(20_000);
    for (const secret of secrets)
      expect(spellings(secret).some((spelling) => bytes.includes(spelling))).toBe(false);
  }
  const again = openDatabase(file, key);
  expect(page(again, contactId, { before: null, count: 1 })[0]?.text).toBe(`${phrase} 200`);
  again.close();
});

test('the only files are the database and its log', async () => {
  const folder = await tempFolder();
  const database = openDatabase(join(folder, 'chat.db'), randomKey());
  expect((await readdir(folder)).toSorted()).toEqual(['chat.db', 'chat.db-wal']);
  database.close();
  expect(await readdir(folder)).toEqual(['chat.db']);
});
