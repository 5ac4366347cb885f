import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runningListener } from '../../source/session/home/running-listener.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { attack, pair } from './adapter.ts';

const patienceMs = 90_000;

test(
  'when inbox/new becomes a link while both programs run, its target stays untouched and nothing is lost',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);
    const screen = await alice.tui();
    const victim = await tempFolder();
    const names = ['letter.txt', '0193e4a1b2c3-000001-000001-0123456789abcdef-01'];
    for (const name of names) await writeFile(join(victim, name), 'mine');

    await rename(join(alice.inbox, 'new'), join(alice.inbox, 'old'));
    await symlink(victim, join(alice.inbox, 'new'));
    await screen.sees(/removed or replaced while/u, patienceMs);
    await until('the listener ends', async () => !(await runningListener(alice.inbox)), patienceMs);
    await bob.send(alice, 'while it was away');
    await bob.tick(500);
    expect((await readdir(victim)).toSorted()).toEqual(names.toSorted());

    await rm(join(alice.inbox, 'new'));
    await rename(join(alice.inbox, 'old'), join(alice.inbox, 'new'));
    await until('the listener runs again', () => runningListener(alice.inbox), patienceMs);
    await until(
      'the message is there',
      async () => {
        await bob.tick();
        return (await alice.lines()).some(({ text }) => text === 'while it was away');
      },
      patienceMs,
    );
    await alice.quit();
  }),
  240_000,
);

test(
  'reports inbox/ removed while a messenger runs, and makes nothing in its place',
  attack(async (newHome) => {
    const alice = await newHome('alice');
    const screen = await alice.tui();
    await rename(alice.inbox, `${alice.inbox}-away`);
    await screen.sees(/removed or replaced while/u, patienceMs);
    expect(existsSync(alice.inbox)).toBe(false);
    await rename(`${alice.inbox}-away`, alice.inbox);
    await until('the listener runs again', () => runningListener(alice.inbox), patienceMs);
    await alice.quit();
  }),
  240_000,
);

test(
  'reports keys/ replaced while a messenger runs, and claims to have stored nothing',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);
    const screen = await alice.tui();
    const keys = join(alice.home, 'keys');
    await rename(keys, `${keys}-away`);
    await mkdir(keys, { mode: 0o700 });
    await cp(join(`${keys}-away`, 'control'), join(keys, 'control'));
    await bob.send(alice, 'into the void');
    await bob.tick(500);
    await screen.sees(/removed or replaced while/u, patienceMs);
    expect(await bob.lines()).not.toContainEqual(
      expect.objectContaining({ state: 'delivered', text: 'into the void' }),
    );
    await rm(keys, { recursive: true });
    await rename(`${keys}-away`, keys);
    await until(
      'the message is there',
      async () => {
        await bob.tick();
        return (await alice.lines()).some(({ text }) => text === 'into the void');
      },
      patienceMs,
    );
    await alice.quit();
  }),
  240_000,
);
