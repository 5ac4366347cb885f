import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { homeExists, homePaths } from '../../../source/session/control/home-paths.ts';
import { openBackup, restoreHome } from '../../../source/session/home/restore.ts';
import { reportContacts } from '../../../source/session/people/show.ts';
import { checkBackup } from '../../../source/store/backup.ts';
import { changeContact, contactOf } from '../../../source/store/contacts.ts';
import { settingOrNull } from '../../../source/store/settings.ts';
import { backUp, restoreTo } from '../../support/backups.ts';
import { textsOut, twoOfWhomOneLoses } from '../../support/lost-home.ts';
import { openMortal } from '../../support/mortal-client.ts';
import { noticesIn, textsIn } from '../../support/mortal-pair.ts';
import { canMakeDisks, smallDisk } from '../../support/small-disk.ts';
import { tempFolder } from '../../support/temp-home.ts';
import { makeFriends } from '../../support/two-homes.ts';

test('a restored home has what the backup had, and newer mail comes again, once', async () => {
  const { alice, bob, backUp: back, loseAndRestore, carryFrom, talk } = await twoOfWhomOneLoses();
  changeContact(alice().context.database, 1, { alias: 'Bobby', state: 'compared', comparedAt: 5 });
  await alice().send('one');
  await bob.send('uno');
  await talk();
  await alice().send('not sent yet');
  const before = reportContacts(alice().context.database);
  const made = await back();

  await bob.send('read before the loss');
  await talk();
  await alice().send('only bob has this');
  await carryFrom('alice');
  await bob.send('taken by the listener');
  await carryFrom('bob');
  await bob.receive(0);
  await loseAndRestore(made);
  expect(reportContacts(alice().context.database)).toEqual(before);
  expect([textsIn(alice()), textsOut(alice())]).toEqual([
    ['uno'],
    ['one: delivered', 'not sent yet: queued'],
  ]);

  await bob.send('while she was away');
  await talk();
  await alice().send('after');
  await talk();
  const all = ['uno', 'read before the loss', 'taken by the listener', 'while she was away'];
  expect(textsIn(alice())).toEqual(all);
  expect(textsOut(bob)).toEqual(all.map((text) => `${text}: delivered`));
  expect(textsIn(bob)).toEqual(['one', 'not sent yet', 'only bob has this', 'after']);
  expect(textsOut(alice())).toEqual(['one: delivered', 'not sent yet: delivered', 'after: delivered']);
  for (const client of [alice(), bob])
    expect(client.conversation().every((one) => one.missingBefore === 0)).toBe(true);
  expect(noticesIn(alice())[0]).toMatch(
    /^this home was restored from a backup of \d{4}-\d\d-\d\d; what Bobby sent since then arrives again/,
  );
});

test('reports the restore once, and keeps the address that it was restored with', async () => {
  const { alice, bob, backUp: back, loseAndRestore, talk } = await twoOfWhomOneLoses();
  const made = await back();
  await loseAndRestore(made);
  const { database } = alice().context;
  expect(settingOrNull(database, 'announce-due')).toBeNull();
  expect(settingOrNull(database, 'backed-up-at')).toBeNull();
  expect(database.get('SELECT count(*) AS n FROM outbox')).toEqual({ n: 1 });
  changeContact(bob.context.database, 1, { address: '127.0.0.1:9' });
  await talk();
  expect(contactOf(bob.context.database, 1).address).toBe('127.0.0.1:1');
  expect(noticesIn(bob).filter((line) => line.includes('another key'))).toEqual([]);
});

test('a backup of almost two weeks ago heals, even when both kept rotating', async () => {
  const { alice, bob, backUp: back, loseAndRestore, talk, live } = await twoOfWhomOneLoses();
  await live(6);
  const made = await back();
  await alice().send('lost here');
  await live(13);
  await bob.send('comes again');
  await live(0.5);
  await loseAndRestore(made);
  await alice().send('there again');
  await bob.send('good');
  await talk();
  expect(textsIn(alice())).toEqual(['comes again', 'good']);
  expect(textsIn(bob)).toEqual(['lost here', 'there again']);
});

test('an older backup says that a new link is needed, and nothing is lost meanwhile', async () => {
  const { alice, bob, backUp: back, loseAndRestore, talk, live } = await twoOfWhomOneLoses();
  await alice().send('known');
  await talk();
  const made = await back();
  await live(40);
  await loseAndRestore(made);
  expect(noticesIn(alice()).at(-1)).toMatch(/which is too old .* ask bob for a new link$/);
  await alice().send('waits');
  await bob.send('waits too');
  await live(3);
  expect(textsOut(alice())).toEqual(['known: delivered', expect.stringMatching(/^waits: (?:queued|sent)$/)]);
  expect(textsOut(bob)).toEqual([expect.stringMatching(/^waits too: (?:queued|sent)$/)]);
  expect(contactOf(bob.context.database, 1).state).toBe('not-compared');
});

test('a backup from before her own new key tells both that a new link is needed', async () => {
  const { alice, bob, backUp: back, loseAndRestore, talk } = await twoOfWhomOneLoses();
  const made = await back();
  await alice().rotate();
  await bob.send('under the new key');
  await talk();
  await loseAndRestore(made);
  await alice().send('with the old key');
  await talk();
  expect(noticesIn(alice())[0]).toMatch(
    /If you rotated your key after this backup.* ask bob for a new link$/,
  );
  expect(noticesIn(bob)).toContainEqual(
    expect.stringMatching(/their home was restored to a state before they rotated it; .* a new link/),
  );
  expect(contactOf(bob.context.database, 1).epoch).toBe(2);
  expect(noticesIn(bob).filter((line) => /two different|another key/.test(line))).toEqual([]);
});

test('a backup from before the other’s new key follows it after all', async () => {
  const { alice, bob, backUp: back, loseAndRestore, carryFrom, talk } = await twoOfWhomOneLoses();
  const made = await back();
  await bob.rotate();
  await talk();
  await bob.send('under the new key');
  await talk();
  await loseAndRestore(made);
  await bob.send('on its way, under a key that she does not know');
  await carryFrom('bob');
  await talk();
  await alice().send('there again');
  await talk();
  expect(contactOf(alice().context.database, 1)).toMatchObject({ epoch: 2, state: 'not-compared' });
  expect(textsIn(alice())).toEqual(['under the new key', 'on its way, under a key that she does not know']);
  expect(textsIn(bob)).toEqual(['there again']);
});

test('works with a new key that nobody had followed yet when the backup was made, and that they have now', async () => {
  const { alice, bob, backUp: back, loseAndRestore, carryFrom, talk } = await twoOfWhomOneLoses();
  await alice().rotate();
  const made = await back();
  await carryFrom('alice');
  await loseAndRestore(made);
  await talk();
  await alice().send('there again');
  await bob.send('good');
  await talk();
  expect(contactOf(alice().context.database, 1)).toMatchObject({ followedEpoch: 2, state: 'not-compared' });
  expect([textsIn(bob), textsIn(alice())]).toEqual([['there again'], ['good']]);
});

test('both may rotate before they have heard each other again', async () => {
  const { alice, bob, backUp: back, loseAndRestore, talk } = await twoOfWhomOneLoses();
  const made = await back();
  await alice().send('only bob has this');
  await talk();
  await loseAndRestore(made);
  await alice().rotate();
  await bob.rotate();
  await alice().send('after');
  await talk();
  await bob.send('good');
  await talk();
  for (const client of [alice(), bob])
    expect(contactOf(client.context.database, 1)).toMatchObject({ epoch: 2, state: 'not-compared' });
  expect([textsIn(bob), textsIn(alice())]).toEqual([['only bob has this', 'after'], ['good']]);
});

test('opens with its passphrase and no other, which makes nothing', async () => {
  const folder = await tempFolder();
  const [home] = await makeFriends(folder);
  const client = await openMortal(home.home, home.key, null);
  const { makeBackupKey } = await import('../../../source/session/home/backup-key.ts');
  const { backup } = await import('../../../source/session/trust/backup.ts');
  const file = join(folder, 'file');
  await backup(client.context, { file, ...(await makeBackupKey('cafe\u0301')) });
  client.drop();
  const opened = await openBackup(file, 'caf\u00e9');
  expect(opened).toMatchObject({ name: 'alice', config: { listen: '127.0.0.1:1', keepListening: false } });
  await expect(openBackup(file, 'cafe')).rejects.toMatchObject({ code: 'backup-locked' });
  const restoring = { home: join(folder, 'new'), passphrase: null, ...opened.config };
  await expect(restoreHome(opened, { ...restoring, listen: 'nonsense' })).rejects.toMatchObject({
    code: 'address-bad',
  });
  await expect(restoreHome(opened, { ...restoring, home: home.home })).rejects.toMatchObject({
    code: 'home-exists',
  });
  expect((await readdir(folder)).toSorted()).toEqual(['alice', 'bob', 'file']);
});

test('reports a backup that is not a file, or is missing', async () => {
  const folder = await tempFolder();
  await mkdir(join(folder, 'folder'));
  await writeFile(join(folder, 'empty'), '');
  await expect(openBackup(join(folder, 'folder'), 'x')).rejects.toMatchObject({ code: 'backup-locked' });
  await expect(openBackup(join(folder, 'empty'), 'x')).rejects.toMatchObject({ code: 'backup-locked' });
  await expect(openBackup(join(folder, 'none'), 'x')).rejects.toMatchObject({ code: 'file-failed' });
  expect((await readdir(folder)).toSorted()).toEqual(['empty', 'folder']);
});

test('damage that only shows during the restore leaves no home', async () => {
  const folder = await tempFolder();
  const [{ home, key }] = await makeFriends(folder);
  const client = await openMortal(home, key, null);
  await client.send('something');
  const made = await backUp(client.context, join(folder, 'file'));
  client.drop();
  const checked = checkBackup(made);
  const bytes = await readFile(made.file);
  for (let page = 1; page < bytes.length / 4096; page += 1) {
    const changed = Buffer.from(bytes);
    changed[page * 4096 + 9]! ^= 1;
    await writeFile(made.file, changed);
    const place = join(folder, 'new');
    const restoring = { home: place, passphrase: null, listen: '127.0.0.1:1', address: '' };
    await expect(restoreHome({ checked }, { ...restoring, keepListening: false })).rejects.toMatchObject({
      code: 'backup-damaged',
    });
    expect(homeExists(place)).toBe(false);
    expect(await readdir(homePaths(place).keys)).toEqual(['set-up.lock', 'vault.json']);
  }
});

test('only the owner can read what was restored', async () => {
  const folder = await tempFolder();
  const [{ home, key }] = await makeFriends(folder);
  const client = await openMortal(home, key, null);
  const made = await backUp(client.context, join(folder, 'file'));
  client.drop();
  const umask = process.umask(0o077);
  await restoreTo(join(folder, 'new'), made);
  process.umask(umask);
  for (const name of await readdir(join(folder, 'new'), { recursive: true }))
    expect([name, (await stat(join(folder, 'new', name))).mode & 0o077]).toEqual([name, 0]);
});

test.skipIf(!canMakeDisks)(
  'a disk that fills up leaves no half home (needs root, for a small tmpfs)',
  async () => {
    const folder = await tempFolder();
    const [{ home, key }] = await makeFriends(folder);
    const client = await openMortal(home, key, null);
    for (let count = 0; count < 50; count += 1) await client.send(`something ${count}`);
    const made = await backUp(client.context, join(folder, 'file'));
    client.drop();
    const disk = await smallDisk(1024);
    const place = join(disk, 'home');
    const ballast = join(disk, 'ballast');
    for (let room = 0; !homeExists(place); room += 32_768) {
      await rm(place, { recursive: true, force: true });
      await writeFile(ballast, new Uint8Array(Math.max(0, 1_000_000 - room)));
      const restored = await restoreTo(place, made).catch(() => null);
      expect(homeExists(place)).toBe(restored !== null);
      await rm(ballast);
      if (!restored) continue;
      const opened = await openMortal(place, restored.key, null);
      expect(textsOut(opened)).toHaveLength(50);
      opened.drop();
    }
  },
);
