import { execFileSync, spawnSync } from 'node:child_process';
import { copyFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Ran } from '../support/ran.ts';
import { runHere } from '../support/run-here.ts';
import { canMakeDisks, smallDisk } from '../support/small-disk.ts';
import { tempFolder } from '../support/temp-home.ts';
import { attack, pair } from './adapter.ts';
import type { NewHome } from './adapter.ts';
import type { Peer } from './peer.ts';

const reading = [
  ['status', '--json'],
  ['contacts', '--json'],
  ['read', 'bob', '--json'],
  ['read', '--json'],
  ['search', 'beautiful', '--json'],
] as const;

/** Alice on a disk of her own, with a message from bob and one to him that is still queued. */
async function onADisk(newHome: NewHome): Promise<{ alice: Peer; folder: string }> {
  const folder = await smallDisk(16_384);
  const [alice, bob] = [await newHome('alice', { folder }), await newHome('bob')];
  await pair(alice, bob);
  await alice.send(bob, 'a beautiful day');
  for (const peer of [alice, bob, alice]) await peer.tick();
  await alice.tries('listen', '--stop');
  return { alice, folder };
}

async function readAll({ home }: Peer): Promise<readonly Ran[]> {
  const all: Ran[] = [];
  for (const words of reading) all.push(await runHere([...words, '--home', home]));
  return all;
}

/** A backup onto another disk only reads, too: people want it most when this disk fails. */
async function expectBackup({ home }: Peer, before: readonly Ran[]): Promise<void> {
  const [file, other] = [join(await tempFolder(), 'backup'), join(await tempFolder(), 'home')];
  const made = await runHere(['backup', file, '--home', home, ...secret('backup')], 'correct horse\n');
  expect([made.code, made.stderr]).toEqual([0, expect.stringContaining('is your backup')]);
  const words = ['restore', file, '--home', other, '--no-passphrase', ...secret('restore')];
  expect(await runHere(words, 'correct horse\n')).toMatchObject({ code: 0 });
  const read = await runHere(['read', '--json', '--home', other]);
  const texts = (ran: Ran | undefined): readonly unknown[] =>
    (ran?.stdout ?? '')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { text: string }).text);
  expect(texts(read)).toEqual(expect.arrayContaining([...texts(before[3])]));
}

/** How a command gets the passphrase of a backup. */
function secret(command: string): readonly string[] {
  return ['backup', 'restore', 'passphrase'].includes(command) ? ['--passphrase-fd', '0'] : [];
}

/** Fills the disk to the last byte. */
function fill(folder: string): void {
  spawnSync('dd', [
    'if=/dev/zero',
    `of=${join(folder, 'filling')}`,
    'bs=4096',
    'oflag=append',
    'conv=notrunc',
  ]);
  spawnSync('sh', ['-c', `while printf x >> ${join(folder, 'more')}; do :; done`]);
}

async function empty(folder: string): Promise<void> {
  for (const name of ['filling', 'more']) await rm(join(folder, name), { force: true });
}

/** A copy may leave nothing behind. */
async function copies(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('cryptochat-read-'));
}

function remount(folder: string, how: 'ro' | 'rw'): void {
  execFileSync('mount', ['-o', `remount,${how}`, folder]);
}

test.skipIf(!canMakeDisks)(
  'reads a home on a disk that is mounted read-only (needs root, for a small tmpfs)',
  attack(async (newHome) => {
    const { alice, folder } = await onADisk(newHome);
    const before = await readAll(alice);
    remount(folder, 'ro');
    onTestFinished(() => remount(folder, 'rw'));
    const after = await readAll(alice);
    expect(after.map(({ stderr }) => stderr)).toEqual(reading.map(() => ''));
    expect(after.map(({ stdout }) => stdout)).toEqual(before.map(({ stdout }) => stdout));
    expect(after[2]?.stdout).toContain('a beautiful day');
    const doctor = await alice.tries('doctor');
    expect(doctor.stdout).toContain('bob');
    expect(doctor.stderr).not.toContain('error');
    await expectBackup(alice, before);
    expect(await copies()).toEqual([]);
    for (const words of [
      ['send', 'bob', 'x'],
      ['rotate', '--yes'],
      ['invite'],
      ['sync'],
      ['listen'],
      ['--plain'],
    ]) {
      const ran = await runHere([...words, '--home', alice.home]);
      expect(ran.stderr).toMatch(/^cryptochat: error: (?:the disk|the listener does not start)/mu);
      expect(ran.stderr).not.toContain('bug');
    }
    remount(folder, 'rw');
  }),
);

test.skipIf(!canMakeDisks)(
  'reads a home on a full disk, including what a crash left in the log (needs root)',
  attack(async (newHome) => {
    const { alice, folder } = await onADisk(newHome);
    const before = await readAll(alice);
    const database = join(alice.home, 'keys', 'chat.db');
    const client = await alice.holds();
    await alice.tries('send', 'bob', 'written into the log');
    await copyFile(`${database}-wal`, join(folder, 'wal'));
    client.kill('SIGKILL');
    await client.ended;
    await alice.tries('listen', '--stop');
    await writeFile(`${database}-wal`, '', { mode: 0o600 });
    execFileSync('cp', [join(folder, 'wal'), `${database}-wal`]);
    fill(folder);
    const after = await readAll(alice);
    expect(after.map(({ stderr, code }) => [stderr, code])).toEqual(reading.map(() => ['', 0]));
    expect(after[2]?.stdout).toContain('written into the log');
    expect(after[4]?.stdout).toBe(before[4]?.stdout);
    expect((await alice.tries('doctor')).stderr).not.toContain('error');
    await expectBackup(alice, after);
    expect(await copies()).toEqual([]);
    await empty(folder);
  }),
);

const writing = [
  ['send', 'bob', 'x'],
  ['rotate', '--yes'],
  ['invite'],
  ['invite', '--card'],
  ['invite', '--withdraw-all'],
  ['rename', 'bob', 'rob'],
  ['block', 'bob'],
  ['unblock', 'bob'],
  ['verify', 'bob', '1'.repeat(60)],
  ['retry'],
  ['sync'],
  ['listen'],
  ['forget', 'bob', '--yes'],
  ['revoke', '--yes'],
  ['passphrase'],
] as const;

test.skipIf(!canMakeDisks)(
  'each command that would change something says that the disk is full, and changes nothing (needs root)',
  attack(async (newHome) => {
    const { alice, folder } = await onADisk(newHome);
    const carol = await newHome('carol');
    const link = await carol.invite();
    const before = await readAll(alice);
    const saved = join(await tempFolder(), 'saved');
    await runHere(['backup', saved, '--home', alice.home, ...secret('backup')], 'correct horse\n');
    fill(folder);
    for (const words of [...writing, ['join', link], ['backup', join(folder, 'backup')]]) {
      const ran = await runHere([...words, '--home', alice.home, ...secret(words[0])], 'correct horse\n');
      expect([words[0], ran.code, ran.stdout]).toEqual([words[0], 75, '']);
      expect(ran.stderr).toContain('cryptochat: error: the disk is full; nothing was changed\n');
      fill(folder);
    }
    const fresh = ['--no-passphrase', '--home', join(folder, 'fresh')];
    for (const words of [
      ['init', '--name', 'dora', ...fresh],
      ['restore', saved, ...fresh, ...secret('restore')],
    ]) {
      const made = await runHere(words, 'correct horse\n');
      expect([made.code, made.stderr]).toEqual([75, expect.stringContaining('the disk is full')]);
      fill(folder);
    }
    await empty(folder);
    const after = await readAll(alice);
    expect(after.map(({ stdout }) => stdout)).toEqual(before.map(({ stdout }) => stdout));
    expect(await runHere(['init', '--name', 'dora', ...fresh])).toMatchObject({ code: 0 });
  }),
);
