import { readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { changeHomePassphrase } from '../../../source/session/home/change-passphrase.ts';
import { approach, type Hold } from '../../../source/session/holding/hold.ts';
import { homePaths } from '../../../source/session/control/home-paths.ts';
import { setUpHome } from '../../../source/session/home/set-up.ts';
import { unlock } from '../../../source/session/home/unlock.ts';
import { openVault, vaultHasPassphrase } from '../../../source/keys/vault.ts';
import { canMakeDisks, smallDisk } from '../../support/small-disk.ts';
import { tempFolder } from '../../support/temp-home.ts';

// As the program does at its start.
process.umask(0o077);

const answers = { name: 'alice', passphrase: null, listen: '127.0.0.1:1', address: '', keepListening: false };

/** Holds a home as a command does, with its socket. */
async function hold(home: string, passphrase: string | null): Promise<Hold> {
  const key = () => unlock(home, () => Promise.resolve(passphrase));
  const approached = await approach({ home, version: '1', rank: 'none' }, key);
  if (approached.kind !== 'held') throw new Error('somebody else has it');
  onTestFinished(() => approached.hold.end());
  return approached.hold;
}

test('a session that has the home open continues, and reports the new state', async () => {
  const home = join(await tempFolder(), 'home');
  const key = await setUpHome({ home, ...answers });
  const { session, calls, end } = await hold(home, null);
  expect(await calls.status()).toMatchObject({ passphrase: false });
  await changeHomePassphrase(home, { before: null, after: 'one' });
  expect(session.state.get().passphrase).toBe(true);
  expect(await calls.status()).toMatchObject({ passphrase: true });
  await changeHomePassphrase(home, { before: 'one', after: 'two' });
  expect(session.state.get().passphrase).toBe(true);
  const { keys } = homePaths(home);
  await expect(openVault(keys, 'one')).rejects.toMatchObject({ code: 'passphrase-wrong' });
  expect(await openVault(keys, 'two')).toEqual(key);
  await changeHomePassphrase(home, { before: 'two', after: null });
  expect(session.state.get().passphrase).toBe(false);
  expect(await openVault(keys, null)).toEqual(key);
  await end();
});

test('status reports the vault correctly, whoever changed it', async () => {
  const home = join(await tempFolder(), 'home');
  const { vault } = homePaths(home);
  await setUpHome({ home, ...answers, passphrase: 'one' });
  const { session, calls } = await hold(home, 'one');
  const other = join(await tempFolder(), 'other');
  await setUpHome({ home: other, ...answers });
  await writeFile(vault, await readFile(homePaths(other).vault));
  expect(await calls.status()).toMatchObject({ passphrase: false });
  // A question changes nothing: the command that changed the vault reports it.
  expect(session.state.get().passphrase).toBe(true);
  await calls.passphraseChanged();
  expect(session.state.get().passphrase).toBe(false);
  await rm(vault);
  await expect(calls.status()).rejects.toMatchObject({ code: 'vault-damaged' });
});

test('a wrong passphrase changes nothing', async () => {
  const home = join(await tempFolder(), 'home');
  const { vault } = homePaths(home);
  await setUpHome({ home, ...answers, passphrase: 'one' });
  const before = await readFile(vault, 'utf8');
  for (const [passphrase, code] of [
    ['wrong', 'passphrase-wrong'],
    [null, 'passphrase-needed'],
  ] as const)
    await expect(changeHomePassphrase(home, { before: passphrase, after: null })).rejects.toMatchObject({
      code,
    });
  expect(await readFile(vault, 'utf8')).toBe(before);
});

test('the next start removes part of a vault that a crash left, but not one that is being written', async () => {
  const home = join(await tempFolder(), 'home');
  const { keys, vault } = homePaths(home);
  await setUpHome({ home, ...answers });
  const [old, fresh] = [`${vault}.0123456789ab.part`, `${vault}.ba9876543210.part`];
  for (const part of [old, fresh]) await writeFile(part, 'a key', { mode: 0o600 });
  const longAgo = new Date(Date.now() - 120_000);
  await utimes(old, longAgo, longAgo);
  await utimes(vault, longAgo, longAgo);
  await unlock(home, () => Promise.resolve(null));
  const left = (await readdir(keys)).filter((name) => name.startsWith('vault.json'));
  expect(left.toSorted()).toEqual(['vault.json', 'vault.json.ba9876543210.part']);
});

test.skipIf(!canMakeDisks)('a full disk leaves the old vault (needs root, for a small tmpfs)', async () => {
  const folder = await smallDisk(1000);
  const home = join(folder, 'home');
  const key = await setUpHome({ home, ...answers });
  const { keys, vault } = homePaths(home);
  const before = await readFile(vault, 'utf8');
  await writeFile(join(folder, 'ballast'), new Uint8Array(1_000_000)).catch(() => undefined);
  await expect(changeHomePassphrase(home, { before: null, after: 'one' })).rejects.toMatchObject({
    code: 'disk-full',
  });
  expect(await readFile(vault, 'utf8')).toBe(before);
  expect((await readdir(keys)).filter((name) => name.endsWith('.part'))).toEqual([]);
  await rm(join(folder, 'ballast'));
  await changeHomePassphrase(home, { before: null, after: 'one' });
  expect(await openVault(keys, 'one')).toEqual(key);
  expect(await vaultHasPassphrase(keys)).toBe(true);
});
