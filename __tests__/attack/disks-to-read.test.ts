import { execFileSync, spawnSync } from 'node:child_process';
import { copyFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Ran } from '../support/ran.ts';
import { runHere } from '../support/run-here.ts';
import { canMakeDisks, smallDisk } from '../support/small-disk.ts';
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

/** Alice on a disk of her own, with a message from bob and one to him that he cannot have yet. */
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

/** Nothing of a copy may be left behind. */
async function copies(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('cryptochat-read-'));
}

function remount(folder: string, how: 'ro' | 'rw'): void {
  execFileSync('mount', ['-o', `remount,${how}`, folder]);
}

test.skipIf(!canMakeDisks)(
  'what is stored can be read on a disk that is mounted for reading alone (needs root, for a small tmpfs)',
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
  'what is stored can be read on a full disk, and what a crash left in the log is read too (needs root)',
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
    spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'filling')}`, 'bs=4096']);
    spawnSync('sh', [
      '-c',
      `printf x >> ${join(folder, 'filling')}; while printf x >> ${join(folder, 'more')}; do :; done`,
    ]);
    const after = await readAll(alice);
    expect(after.map(({ stderr, code }) => [stderr, code])).toEqual(reading.map(() => ['', 0]));
    expect(after[2]?.stdout).toContain('written into the log');
    expect(after[4]?.stdout).toBe(before[4]?.stdout);
    expect((await alice.tries('doctor')).stderr).not.toContain('error');
    expect(await copies()).toEqual([]);
    for (const words of [['send', 'bob', 'x'], ['rotate', '--yes'], ['invite']]) {
      const ran = await runHere([...words, '--home', alice.home]);
      if (ran.code !== 0) expect(ran.stderr).toContain('the disk is full');
      expect(ran.stderr).not.toContain('bug');
    }
    await rm(join(folder, 'filling'));
    await rm(join(folder, 'more'), { force: true });
  }),
);
