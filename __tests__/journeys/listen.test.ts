// The listener in the foreground, as a service manager runs it, and commands whose listener cannot start.

import { once } from 'node:events';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runningListener, stopListener } from '../../source/session/home/running-listener.ts';
import { setUpPerson, type Person } from '../support/command-line.ts';
import { until } from '../support/until.ts';

/** Another program on the port of somebody. */
async function takePlaceOf({ port }: Person): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
}

function listens({ home }: Person): Promise<unknown> {
  return until('it listens', () => runningListener(join(home, 'inbox')));
}

test('the listener in the foreground ends cleanly, whoever ends it, unless it is killed', async () => {
  const alice = await setUpPerson('alice');
  const stopped = alice.starts('listen');
  await listens(alice);
  expect((await alice.does('listen', '--stop')).stderr).toBe('The listener has stopped.\n');
  expect(await stopped.ended).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^Listening on .*\nThe listener was stopped\.\n$/u),
  });
  const terminated = alice.starts('listen');
  await listens(alice);
  terminated.kill('SIGTERM');
  expect(await terminated.ended).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^Listening on .*\n$/u),
  });
  const killed = alice.starts('listen');
  await listens(alice);
  process.kill((await runningListener(join(alice.home, 'inbox')))?.pid ?? 0, 'SIGKILL');
  expect(await killed.ended).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('exited (SIGKILL)'),
  });
});

test('a listener that cannot start says why in one sentence', async () => {
  const alice = await setUpPerson('alice');
  await takePlaceOf(alice);
  const taken = await alice.tries('listen');
  expect(taken).toMatchObject({ code: 1, stdout: '' });
  expect(taken.stderr).toMatch(/^cryptochat: error: another program uses port \d+\ncryptochat: hint: .*\n$/u);
  const config = join(alice.home, 'config.toml');
  await writeFile(
    config,
    (await readFile(config, 'utf8')).replace(/^listen = .*$/mu, 'listen = "192.0.2.77:9000"'),
  );
  const nowhere = await alice.tries('listen');
  expect(nowhere).toMatchObject({ code: 1, stdout: '' });
  expect(nowhere.stderr).toMatch(
    /^cryptochat: error: this machine has no address 192\.0\.2\.77 .*\n.*hint: .*\n$/u,
  );
});

test('a listener whose inbox is removed says so, and fails', async () => {
  const alice = await setUpPerson('alice');
  const listening = alice.starts('listen');
  await listens(alice);
  await rename(join(alice.home, 'inbox'), join(alice.home, 'away'));
  await mkdir(join(alice.home, 'inbox'), { mode: 0o700 });
  const { code, stderr } = await listening.ended;
  expect(stderr).toContain('inbox was removed or replaced');
  expect(code).toBe(75);
}, 60_000);

test('gives out no link while nothing can come in, and says so with the result of the command', async () => {
  const alice = await setUpPerson('alice');
  const bob = await setUpPerson('bob');
  const link = (await alice.does('invite')).stdout.trim();
  await stopListener(join(bob.home, 'inbox'));
  await takePlaceOf(bob);
  for (const flags of [[], ['--card']]) {
    const refused = await bob.tries('invite', ...flags);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/nobody can reach you: another program uses port \d+/u);
  }
  expect((await bob.does('invite', '--list')).stderr).toBe('No open links.\n');
  for (const command of [['join', link], ['sync']])
    expect((await bob.does(...command)).stderr).toContain('Nobody can reach you: another');
  const waited = await bob.tries('send', 'alice', 'do you hear me', '--wait', 'delivered', '--timeout', '3s');
  expect(waited.stderr).toContain('Nobody can reach you: another');
  const follows = bob.starts('read', '--follow');
  await until('it says so', () => follows.said().includes('Nobody can reach you: another'));
  follows.kill('SIGTERM');
  expect((await follows.ended).code).toBe(143);
});
