// Two people with real homes, real listeners and the built program, by commands alone.

import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runningListener, stopListener } from '../../source/session/home/running-listener.ts';
import { jsonLines, run, setUpPerson, type Person } from '../support/command-line.ts';
import type { Ran } from '../support/ran.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

/** Makes two people who have each other, and are both silent again, except for their listeners. */
async function pair(): Promise<readonly [alice: Person, bob: Person]> {
  const alice = await setUpPerson('alice');
  const bob = await setUpPerson('bob');
  const link = (await alice.does('invite')).stdout.trim();
  await bob.does('join', link);
  for (const person of [alice, bob]) await person.does('sync');
  expect((await alice.does('contacts')).stdout).toContain('bob');
  return [alice, bob];
}

/** The texts among the lines of `read --json`. */
function textsIn(ran: Ran): readonly unknown[] {
  return jsonLines(ran)
    .filter(({ kind }) => kind === 'text')
    .map(({ text }) => text);
}

test('two fresh homes exchange a message with the commands alone', async () => {
  const alice = await setUpPerson('alice');
  const bob = await setUpPerson('bob');

  const invited = await alice.runs('invite');
  expect(invited.stdout).toMatch(/^cryptochat:[\w-]{68}@127\.0\.0\.1:\d+\n$/u);
  expect(invited.stderr).not.toContain('█');

  expect(await runningListener(join(alice.home, 'inbox'))).toMatchObject({ port: alice.port });
  await alice.runs('listen', '--stop');
  const listener = alice.starts('listen');
  await until('the listener says so', () => listener.said().includes('Listening on 127.0.0.1'));
  const joined = await bob.runs('join', invited.stdout.trim());
  expect(joined.stdout).toMatch(/^alice {2}(?:[\dA-F]{4} ?){8}\n$/u);
  expect((await alice.runs('sync')).code).toBe(0);

  const sent = await bob.runs('send', 'alice', 'hello', 'there');
  expect(sent.stdout).toMatch(/^[\da-f]{32}\n$/u);
  await run(['send', 'alice', '--home', bob.home], 'two\nlines\n');

  const summary = await alice.runs('sync');
  expect(summary.stdout).toBe('');
  expect(summary.stderr).toBe('2 unread, nothing queued.\n');
  const read = await alice.runs('read', 'bob', '--json');
  expect(read.stderr).toBe('');
  expect(jsonLines(read)).toMatchObject([
    { contact: 'bob', kind: 'notice', text: 'bob joined with your link' },
    {
      id: sent.stdout.trim(),
      contact: 'bob',
      direction: 'in',
      text: 'hello there',
      state: 'received',
      kind: 'text',
    },
    { contact: 'bob', text: 'two\nlines', sentAt: expect.stringMatching(/^\d{4}-.*Z$/u) },
  ]);
  expect(jsonLines(await alice.runs('status', '--json'))).toMatchObject([
    {
      name: 'alice',
      contacts: 1,
      unread: 0,
      queued: 0,
      quarantined: 0,
      bugs: 0,
      passphrase: false,
      home: alice.home,
    },
  ]);
  const [safety] = jsonLines(await alice.runs('keys', '--json')) as Array<{
    contacts: Array<{ safetyNumber: string }>;
  }>;
  const [other] = jsonLines(await bob.runs('keys', '--json')) as Array<{
    contacts: Array<{ safetyNumber: string }>;
  }>;
  expect(safety?.contacts[0]?.safetyNumber).toMatch(/^[\d ]{60,}$/u);
  expect(safety?.contacts[0]?.safetyNumber).toBe(other?.contacts[0]?.safetyNumber);

  listener.kill('SIGINT');
  expect((await listener.ended).code).toBe(130);
  expect(await runningListener(join(alice.home, 'inbox'))).toBeNull();
});

test('a message to a contact who is away is queued, exits with 69 under --wait, and is delivered later', async () => {
  const [alice, bob] = await pair();
  await stopListener(join(alice.home, 'inbox'));
  const queued = await bob.does('send', 'alice', 'later');
  expect(queued.stderr).toContain('alice is unreachable');
  const away = await bob.runs('send', 'alice', 'now', '--wait', 'sent', '--timeout', '300ms');
  expect(away).toMatchObject({ code: 69, stdout: expect.stringMatching(/^[\da-f]{32}\n$/u) });
  expect(away.stderr).toBe(
    'cryptochat: error: alice is unreachable; the message is queued\n' +
      'cryptochat: hint: it is sent automatically while cryptochat or its listener runs\n',
  );
  const listening = alice.starts('sync', '--for', '60s');
  await until('alice listens', () => runningListener(join(alice.home, 'inbox')));
  await bob.does('send', 'alice', 'third', '--wait', 'delivered', '--timeout', '20s');
  const texts = textsIn(await alice.does('read', '--json'));
  expect(texts).toEqual(['later', 'now', 'third']);
  listening.kill('SIGTERM');
  expect((await listening.ended).code).toBe(143);
});

test('sync ends when nothing waits any more, whichever program has the home', async () => {
  const [alice, bob] = await pair();
  await alice.runs('listen', '--stop');
  const holds = bob.starts('sync', '--for', '120s');
  await until('it has the home', () => existsSync(join(bob.home, 'keys', 'control')));
  expect((await bob.runs('send', 'alice', 'later')).stderr).toContain('is queued');
  alice.starts('listen');
  await until('alice listens', () => runningListener(join(alice.home, 'inbox')));
  expect((await bob.does('sync')).stderr).toBe('0 unread, nothing queued.\n');
  holds.kill('SIGKILL');
  expect((await bob.does('sync')).stderr).toBe('0 unread, nothing queued.\n');
});

test('many commands at once on one home all get through', async () => {
  const [alice, bob] = await pair();
  const numbers = Array.from({ length: 12 }, (_, at) => `message ${at}`);
  const all = await Promise.all([
    ...numbers.map((text) => bob.runs('send', 'alice', text)),
    ...numbers.map(() => bob.runs('status', '--json')),
  ]);
  expect(all.filter(({ code }) => code !== 0)).toEqual([]);
  const stored = jsonLines(await bob.does('read', 'alice', '--json')).map(({ text }) => text);
  expect(new Set(stored)).toEqual(new Set(numbers));
  expect(stored).toHaveLength(numbers.length);
  expect(existsSync(join(alice.home, 'keys', 'control'))).toBe(false);
  // The process that had the home when the message was sent carried it, or the command itself said that it waits.
  const [{ queued } = {}] = jsonLines(await bob.does('status', '--json'));
  const said = all.filter(({ stderr }) => stderr.includes('is queued')).length;
  expect(Number(queued)).toBeLessThanOrEqual(said);
});

test('messages of killed senders still go out, once', async () => {
  const [alice, bob] = await pair();
  const all = Array.from({ length: 10 }, (_, at) => bob.starts('send', 'alice', `message ${at}`));
  // The one that has the home when the first is stored, and then each second one.
  await until('the first is stored', async () => (await bob.does('read', 'alice')).stdout !== '');
  for (const [at, command] of all.entries()) if (at % 2 === 0) command.kill('SIGKILL');
  const ends = await Promise.all(all.map(({ ended }) => ended));
  expect(ends.filter((_, at) => at % 2 === 1).map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  const textsOf = async (person: Person): Promise<readonly unknown[]> =>
    textsIn(await person.does('read', '--json'));
  await until('nothing waits', async () => {
    await bob.does('sync');
    return jsonLines(await bob.does('status', '--json'))[0]?.['queued'] === 0;
  });
  await alice.does('sync');
  const stored = await textsOf(bob);
  for (const at of [1, 3, 5, 7, 9]) expect(stored).toContain(`message ${at}`);
  expect(await textsOf(alice)).toEqual(stored);
  expect(new Set(stored).size).toBe(stored.length);
});

test('each of many commands that send to a contact who is away says that its message waits', async () => {
  const [alice, bob] = await pair();
  await stopListener(join(alice.home, 'inbox'));
  const all = await Promise.all(
    ['one', 'two', 'three', 'four'].map((text) => bob.runs('send', 'alice', text)),
  );
  for (const { stderr } of all)
    expect(stderr).toBe(
      'alice is unreachable; the message is queued and is sent while cryptochat or its listener runs.\n',
    );
  // A command that goes through an open client prints the same words, and the result.
  const open = bob.starts('sync', '--for', '60s');
  await until('bob listens', () => runningListener(join(bob.home, 'inbox')));
  expect((await bob.does('send', 'alice', 'five')).stderr).toContain('the message is queued');
  expect((await bob.does('retry')).stderr).toBe('5 still queued.\n');
  const listening = alice.starts('sync', '--for', '60s');
  await until(
    'alice has all',
    async () => (await alice.does('read', '--json')).stdout.split('"text"').length > 10,
    60_000,
  );
  expect((await bob.does('retry')).stderr).toBe('Nothing is queued.\n');
  for (const running of [open, listening]) running.kill('SIGTERM');
});

test('a stronger command takes the home over, and the other one goes on through it', async () => {
  const [alice, bob] = await pair();
  await alice.does('send', 'bob', 'before');
  const following = alice.starts('read', '--follow', '--json', '--last', '1');
  expect(String((await following.lines.next()).value)).toContain('"before"');
  await bob.does('send', 'alice', 'first', '--wait', 'sent');
  expect(String((await following.lines.next()).value)).toContain('"first"');
  // The holder is killed: the one that only follows opens the home itself.
  const other = alice.starts('read', '--follow', '--json', '--last', '1');
  expect(String((await other.lines.next()).value)).toContain('"first"');
  following.kill('SIGKILL');
  await bob.does('send', 'alice', 'second', '--wait', 'delivered');
  expect(String((await other.lines.next()).value)).toContain('"second"');
  other.kill('SIGINT');
  expect((await other.ended).code).toBe(130);
});

test('line mode talks through pipes and ends with its input', async () => {
  const [alice, bob] = await pair();
  const talking = alice.starts('--plain');
  talking.type('/query bob\nhi bob\n/nonsense\n');
  await until('the error is said', () => talking.said().includes('there is no command /nonsense'));
  const answering = bob.starts();
  expect(String((await answering.lines.next()).value)).toMatch(/^\d\d:\d\d alice: hi bob$/u);
  answering.type('hi alice\n');
  answering.endInput();
  expect((await answering.ended).code).toBe(0);
  expect(String((await talking.lines.next()).value)).toContain('bob joined with your link');
  expect(String((await talking.lines.next()).value)).toMatch(/^\d\d:\d\d bob: hi alice$/u);
  talking.endInput();
  expect((await talking.ended).code).toBe(1);
  expect(jsonLines(await alice.does('status', '--json'))).toMatchObject([{ unread: 0 }]);
});

test('a pipe into line mode while a messenger runs loses no line and ends', async () => {
  const [alice, bob] = await pair();
  const holding = alice.starts('sync', '--for', '60s');
  await until('alice listens', () => runningListener(join(alice.home, 'inbox')));
  const piped = await run(['--plain', '--home', alice.home], 'one\ntwo\nthree\n');
  expect(piped).toMatchObject({ code: 0, stderr: '' });
  const texts = textsIn(await alice.does('read', 'bob', '--json'));
  expect(texts).toEqual(['one', 'two', 'three']);
  holding.kill('SIGTERM');
  await holding.ended;
  await bob.does('sync');
});

test('a sync that found the home in use goes on receiving when whoever had it ends', async () => {
  const [alice, bob] = await pair();
  const before = alice.starts('read', '--follow');
  await until('somebody has the home', () => existsSync(join(alice.home, 'inbox', 'holder')));
  const syncing = alice.starts('sync', '--for', '120s');
  await bob.does('send', 'alice', 'one', '--wait', 'delivered');
  before.kill('SIGKILL');
  await before.ended;
  await bob.does('send', 'alice', 'two', '--wait', 'delivered');
  syncing.kill('SIGTERM');
  await syncing.ended;
});

test('an empty home is no home', async () => {
  expect(await run(['--home', ''])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--home needs DIR'),
  });
});

test('a new key is announced and followed', async () => {
  const [alice, bob] = await pair();
  const refused = await alice.tries('rotate');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  const following = bob.starts('sync', '--for', '60s');
  await until('bob listens', () => runningListener(join(bob.home, 'inbox')));
  const rotated = await alice.does('rotate', '--yes');
  const fingerprint = rotated.stdout.trim();
  await until('bob knows the new key', async () => {
    return jsonLines(await bob.does('contacts', '--json')).some((one) => one['fingerprint'] === fingerprint);
  });
  following.kill('SIGTERM');
  await following.ended;
});

test('a passphrase comes from a descriptor, and a wrong one is 77', async () => {
  const home = join(await tempFolder(), 'home');
  const init = ['init', '--name', 'alice', '--listen', '127.0.0.1:27000', '--home', home];
  const without = await run(init);
  expect(without.code).toBe(2);
  expect(without.stderr).toContain('--no-passphrase or --passphrase-fd N');
  expect((await run([...init, '--passphrase-fd', '0'], 'correct horse\n')).code).toBe(0);
  expect((await run([...init, '--no-passphrase'])).stderr).toContain('there is already a cryptochat home');
  const status = ['status', '--json', '--home', home];
  expect(await run(status)).toMatchObject({ code: 77, stdout: '' });
  expect((await run([...status, '--passphrase-fd', '0'], 'wrong\n')).code).toBe(77);
  const right = await run([...status, '--passphrase-fd', '0'], 'correct horse\n');
  expect(jsonLines(right)).toMatchObject([{ name: 'alice', passphrase: true }]);
  expect((await run([...status, '--passphrase-fd', '9'])).code).toBe(2);
});

test('a fault of a home is reported with its remedy', async () => {
  const missing = await run(['status', '--home', join(await tempFolder(), 'nowhere')]);
  expect(missing.code).toBe(1);
  expect(missing.stderr).toMatch(
    /^cryptochat: error: there is no cryptochat home at .*\ncryptochat: hint: .*\n$/u,
  );

  const alice = await setUpPerson('alice');
  await chmod(join(alice.home, 'keys'), 0o755);
  expect(await alice.runs('status')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('chmod 700'),
  });
  await chmod(join(alice.home, 'keys'), 0o700);
  const unknown = await alice.runs('send', 'nobody', 'x');
  expect(unknown).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('there is no contact nobody'),
  });
  expect((await alice.runs('join', 'cryptochat:broken')).code).toBe(2);
});

test('a home that cannot be made is no bug', async () => {
  const file = join(await tempFolder(), 'file');
  await writeFile(file, '');
  const flags = ['--name', 'alice', '--no-passphrase', '--listen', '127.0.0.1:27000'];
  const refused = await run(['init', ...flags, '--home', join(file, 'home')]);
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`${file} is a file, not a folder`),
  });
  // A place where Node's own way to make folders never ends.
  if (process.platform !== 'linux') return;
  const nowhere = await run(['init', ...flags, '--home', '/proc/nowhere/home']);
  expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot make a home there') });
});

test('a reader that goes away ends the command quietly', async () => {
  const [alice, bob] = await pair();
  const following = alice.starts('read', '--follow');
  await until('somebody listens for alice', () => runningListener(join(alice.home, 'inbox')));
  await bob.does('send', 'alice', 'first', '--wait', 'sent');
  expect(String((await following.lines.next()).value)).toContain('bob joined with your link');
  expect(String((await following.lines.next()).value)).toMatch(/ bob: first$/u);
  following.closeOutput();
  await bob.does('send', 'alice', 'second', '--wait', 'sent');
  expect(await following.ended).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(join(alice.home, 'keys', 'control'))).toBe(false);
});
