import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { runningListener } from '../../source/session/home/running-listener.ts';
import { jsonLines, setUpPerson, type Person } from '../support/command-line.ts';
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
