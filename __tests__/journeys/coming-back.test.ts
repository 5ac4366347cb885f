import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { runningListener } from '../../source/session/home/running-listener.ts';
import { jsonLines, setUpPerson, type Person } from '../support/command-line.ts';
import { program } from '../support/pty.ts';
import { until } from '../support/until.ts';

// A machine sleeps and wakes: for the program that is a gap in time, in which nothing of it ran.

async function heardAt(person: Person): Promise<unknown> {
  return jsonLines(await person.does('contacts', '--json'))[0]?.['lastHeard'];
}

test('a machine that wakes up tells the contacts, though nobody wrote anything', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  for (const person of [alice, bob, alice, bob]) await person.does('sync');
  const open = [alice, bob].map((person) => person.starts('sync', '--for', '5m'));
  const listener = await until('bob listens', () => runningListener(join(bob.home, 'inbox')));
  await until('both are open', () =>
    [alice, bob].every(({ home }) => existsSync(join(home, 'keys', 'control'))),
  );
  await until('alice has heard of bob', async () => typeof (await heardAt(alice)) === 'string');
  const sleeping = [open[1]?.pid ?? 0, listener.pid];
  for (const pid of sleeping) process.kill(pid, 'SIGSTOP');
  const slept = Date.now() + limits.returnGapMs + limits.returnLookMs;
  await until('a nap is over', () => Date.now() > slept, 60_000);
  // Anything under way when it fell asleep has arrived by now.
  const before = await heardAt(alice);
  for (const pid of sleeping) process.kill(pid, 'SIGCONT');
  await until('alice hears of bob again', async () => (await heardAt(alice)) !== before, 60_000);
  expect((await alice.does('read')).stdout).not.toContain('bob →');
  for (const running of open) running.kill('SIGTERM');
});

/** Networks of their own are given to root, and to others where the system allows it; without `ip` nothing can be changed in them. */
const cable = 'ip link add home0 type veth peer name away0 && unshare -n true';
const hasNetworks = spawnSync('unshare', ['-rn', 'sh', '-c', cable]).status === 0;

test.runIf(hasNetworks)(
  'a machine that moves to another network tells the contacts, and their mail is sent without a pause',
  async () => {
    const inside = fileURLToPath(new URL('inside/another-network.ts', import.meta.url));
    const words = ['-rn', process.execPath, inside, program];
    const { stdout, stderr } = await promisify(execFile)('unshare', words, { timeout: 300_000 });
    expect(stderr).toBe('');
    expect(Number(stdout)).toBeGreaterThanOrEqual(6);
  },
);
