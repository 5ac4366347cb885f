import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { toBase64url } from '../../../source/core/bytes.ts';
import { isRejected } from '../../../source/protocol/bytes.ts';
import { fromBase64url } from '../../../source/core/bytes.ts';
import { readRevocation } from '../../../source/protocol/revoke.ts';
import { backup } from '../../../source/session/trust/backup.ts';
import { checkBackup, restoreDatabase } from '../../../source/store/backup.ts';
import { contactOf } from '../../../source/store/contacts.ts';
import { openDatabase } from '../../../source/store/database.ts';
import { currentIdentity } from '../../../source/store/identities.ts';
import { backUp } from '../../support/backups.ts';
import { openMortal } from '../../support/mortal-client.ts';
import type { MortalClient } from '../../support/mortal-client.ts';
import { mortalPair } from '../../support/mortal-pair.ts';
import { canMakeDisks, smallDisk } from '../../support/small-disk.ts';
import { randomKey } from '../../support/temp-database.ts';
import { tempFolder } from '../../support/temp-home.ts';
import { makeFriends } from '../../support/two-homes.ts';

// Messages are received one by one, so that other work gets its turn between any two.
vi.mock('../../../source/core/limits.ts', async (actual) => {
  const { limits } = await actual<typeof import('../../../source/core/limits.ts')>();
  return { limits: { ...limits, sliceLastsMs: 0 } };
});

async function someone(): Promise<MortalClient> {
  const [{ home, key }] = await makeFriends(await tempFolder());
  return openMortal(home, key, null);
}

test('is for its owner alone, and has a revocation of the key ready', async () => {
  const client = await someone();
  const folder = await tempFolder();
  const { notes } = checkBackup(await backUp(client.context, join(folder, 'file')));
  expect((await stat(join(folder, 'file'))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['file']);
  const said = readRevocation(fromBase64url(notes.get('revocation') ?? '') ?? new Uint8Array());
  const { publicKey } = currentIdentity(client.context.database);
  expect(isRejected(said) ? null : said.identity).toEqual(new Uint8Array(publicKey));
  expect(Object.fromEntries(notes)).toMatchObject({
    listen: '127.0.0.1:1',
    address: '127.0.0.1:1',
    'keep-listening': 'false',
    lend: 'true',
    proxy: '',
  });
  client.drop();
});

test('does not overwrite an existing file, and refuses to write into the home', async () => {
  const client = await someone();
  const { paths } = client.context;
  const folder = await tempFolder();
  await writeFile(join(folder, 'there'), 'old');
  await symlink('nowhere', join(folder, 'link'));
  await symlink(paths.inbox, join(folder, 'inbox'));
  await mkdir(join(folder, 'keys2'));
  const refused: ReadonlyArray<readonly [file: string, code: string]> = [
    [join(folder, 'there'), 'file-exists'],
    [join(folder, 'link'), 'file-exists'],
    [join(folder, 'no', 'folder'), 'file-failed'],
    [join(paths.keys, 'backup'), 'backup-place'],
    [join(paths.inbox, 'new', 'backup'), 'backup-place'],
    [join(folder, 'inbox', 'backup'), 'backup-place'],
    [join(paths.home, '..', 'alice', 'keys', 'backup'), 'backup-place'],
    ['relative', 'usage'],
  ];
  for (const [file, code] of refused)
    await expect(backUp(client.context, file)).rejects.toMatchObject({ code });
  const good = toBase64url(randomKey());
  const bad = { file: join(folder, 'file'), key: good, salt: good };
  await expect(backup(client.context, bad)).rejects.toMatchObject({ code: 'usage' });
  expect((await readdir(folder)).toSorted()).toEqual(['inbox', 'keys2', 'link', 'there']);
  expect((await readdir(dirname(paths.keys))).toSorted()).toEqual(['config.toml', 'inbox', 'keys']);
  await backUp(client.context, join(folder, 'keys2', 'file'));
  await backUp(client.context, join(paths.home, 'file'));
  client.drop();
});

test.skipIf(!canMakeDisks)('a full disk leaves no file (needs root, for a small tmpfs)', async () => {
  const client = await someone();
  for (let count = 0; count < 200; count += 1) await client.send(`something ${count}`);
  const disk = await smallDisk(64);
  await expect(backUp(client.context, join(disk, 'file'))).rejects.toMatchObject({ code: 'disk-full' });
  expect(await readdir(disk)).toEqual([]);
  await client.send('the home goes on');
  checkBackup(await backUp(client.context, join(await tempFolder(), 'file')));
  client.drop();
});

test('is the home of one moment, even while messages stream in', async () => {
  const { alice, bob, carryFrom } = await mortalPair();
  const folder = await tempFolder();
  const made = [];
  const ends: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    for (let count = 0; count < 40; count += 1) {
      await bob.send(`message ${round} ${count}`);
      if (count % 4 === 0) await alice.send(`answer ${round} ${count}`);
    }
    await carryFrom(bob);
    const receiving = (async () => {
      while ((await alice.inbox()).length > 0) await alice.receive(0);
    })();
    made.push(await backUp(alice.context, join(folder, `file ${round}`)));
    await receiving;
    ends.push(contactOf(alice.context.database, 1).storedUpTo);
  }
  const moments: number[] = [];
  for (const [index, one] of made.entries()) {
    const [target, key] = [join(folder, `db ${index}`), randomKey()];
    restoreDatabase(checkBackup(one), target, key);
    const database = openDatabase(target, key);
    const { storedUpTo } = contactOf(database, 1);
    // The stored messages, their counts and their hashes agree: no message is only partly in it.
    const sql = "SELECT max(seq) AS last, count(*) AS n FROM messages WHERE direction = 'in' AND seq > 0";
    expect(database.get(sql)).toEqual({ last: storedUpTo, n: storedUpTo });
    moments.push(storedUpTo);
    database.close();
  }
  expect(moments).toEqual(moments.toSorted((a, b) => a - b));
  expect(moments.some((moment) => !ends.includes(moment))).toBe(true);
});
