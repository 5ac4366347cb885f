// Notifications of the system's own, mutes that end, and words to wait for, on the built program with real homes and listeners.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { jsonLines, run, setUpPerson } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

const away = '\u001b[O';

/** A desktop whose notify-send writes down what it is given, and its pid; then it does what `then` says. */
async function desktop(then = 'exit 0') {
  const folder = await mkdtemp(join(tmpdir(), 'cc-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const script = `#!/bin/sh\necho $$ >> '${folder}/pids'\nprintf '%s\\n' "$4" >> '${folder}/told'\n${then}\n`;
  await writeFile(join(folder, 'notify-send'), script, { mode: 0o755 });
  const linesOf = async (name: string): Promise<readonly string[]> =>
    existsSync(join(folder, name)) ? (await readFile(join(folder, name), 'utf8')).trim().split('\n') : [];
  return {
    env: {
      PATH: [folder, process.env['PATH'] ?? ''].join(delimiter),
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere',
      SSH_CONNECTION: '',
      SSH_CLIENT: '',
      SSH_TTY: '',
    },
    told: () => linesOf('told'),
    pids: async () => (await linesOf('pids')).map(Number),
  };
}

async function friends() {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await bob.does('send', 'alice', 'hello', '--wait', 'sent');
  return { alice, bob };
}

test('the system announces a message, without its text unless the setting says so', async () => {
  const { alice, bob } = await friends();
  const { env, told } = await desktop();
  const screen = startInTerminal(['--home', alice.home], { env });
  await screen.sees('hello');
  screen.type(away);
  await bob.does('send', 'alice', 'a secret <b>thing</b>', '--wait', 'sent');
  await until('it is told', async () => (await told()).length === 1);
  expect(await told()).toEqual(['bob: new message']);
  screen.type('\u001b[I/set notifications preview\r');
  await screen.sees('notifications: preview');
  screen.type('/notify bob word lunch\r');
  await screen.sees('bob notifies you only when a message has the word lunch');
  screen.type(away);
  await bob.does('send', 'alice', 'nothing of that', '--wait', 'sent');
  await screen.sees('nothing of that');
  await bob.does('send', 'alice', 'Lunch \\033[31m & <i>more</i>?', '--wait', 'sent');
  await until('the one with the word is told', async () => (await told()).length === 2);
  expect((await told())[1]).toBe('bob: Lunch \\\\033[31m &amp; &lt;i&gt;more&lt;/i&gt;?');
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
});

test('a program that hangs ends with the messenger, and delays nothing', async () => {
  const { alice, bob } = await friends();
  const { env, pids } = await desktop('exec sleep 1000');
  const screen = startInTerminal(['--home', alice.home], { env });
  await screen.sees('hello');
  screen.type(away);
  await bob.does('send', 'alice', 'again', '--wait', 'sent');
  await until('it runs', async () => (await pids()).length === 1);
  const [pid = 0] = await pids();
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
  await until('it has ended', () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  });
});

test('a mute for a time survives a restart and a kill, and is in a backup', async () => {
  const { alice } = await friends();
  const screen = startInTerminal(['--home', alice.home]);
  await screen.sees('hello');
  screen.type('/mute bob 8h\r');
  await screen.sees(/bob is muted until (?:tomorrow )?\d\d:\d\d/u);
  screen.kill('SIGKILL');
  await screen.exited;
  const contacts = async () => jsonLines(await run(['contacts', '--json', '--home', alice.home]));
  const [before] = await contacts();
  expect(before).toMatchObject({ muted: true, mutedUntil: expect.stringMatching(/^20/u), notifyWord: null });
  const again = startInTerminal(['--home', alice.home]);
  await again.sees('muted');
  again.type('/notify word lunch\r');
  await again.sees('has the word lunch');
  again.type('/mute 1h\r');
  await again.sees('bob is muted until');
  again.type(actionBytes('quit'));
  await again.exited;
  const file = join(alice.home, '..', `${Date.now()}.backup`);
  onTestFinished(() => rm(file, { force: true }));
  const passphrase = ['--passphrase-fd', '0'];
  expect((await run(['backup', file, '--home', alice.home, ...passphrase], 'correct horse\n')).code).toBe(0);
  const home = `${alice.home}-restored`;
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const restored = await run(
    ['restore', file, '--home', home, '--no-passphrase', ...passphrase],
    'correct horse\n',
  );
  expect(restored).toMatchObject({ code: 0 });
  expect(jsonLines(await run(['contacts', '--json', '--home', home]))).toMatchObject([
    { muted: true, mutedUntil: expect.stringMatching(/^20/u), notifyWord: 'lunch' },
  ]);
});
