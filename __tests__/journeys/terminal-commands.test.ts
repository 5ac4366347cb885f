// Commands on a terminal: prompts without echo, QR codes, questions, and one screen at a time.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runningListener } from '../../source/session/home/running-listener.ts';
import { jsonLines, run, setUpPerson } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { tempFolder } from '../support/temp-home.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

test('a passphrase is asked twice for a new home, once for an old one, and never shown', async () => {
  const home = join(await tempFolder(), 'home');
  const listen = ['--listen', '127.0.0.1:30000'];
  const init = startInTerminal(['init', '--name', 'alice', '--home', home, ...listen]);
  await init.sees('New passphrase:');
  init.type('corect\u007f\u007f\u007frect horse\r');
  await init.sees('Repeat:');
  init.type('something else\r');
  await init.sees('the two do not match');
  await until('it asks again', () => init.screen().split('New passphrase:').length === 3);
  init.type('correct horse\r');
  await until('it asks again', () => init.screen().split('Repeat:').length === 3);
  init.type('junk\u0015correct horse\r');
  await init.sees('You are alice');
  expect(await init.exited).toBe(0);

  const status = startInTerminal(['status', '--home', home]);
  await status.sees('Passphrase:');
  status.type('wrong\r');
  await status.sees('wrong passphrase');
  status.type('correct horse\r');
  await status.sees('passphrase:   yes');
  expect(await status.exited).toBe(0);
  for (const { raw } of [init, status]) expect(raw()).not.toMatch(/horse|junk|something|wrong\r\n/u);

  const interrupted = startInTerminal(['status', '--home', home]);
  await interrupted.sees('Passphrase:');
  interrupted.type('\u0003');
  expect(await interrupted.exited).toBe(130);
  const ended = startInTerminal(['status', '--home', home]);
  await ended.sees('Passphrase:');
  ended.type('\u0004');
  expect(await ended.exited).toBe(77);
});

test('NO_COLOR takes the colours away, a dumb terminal the screen', async () => {
  const alice = await setUpPerson('alice');
  const grey = startInTerminal(['--home', alice.home], { env: { NO_COLOR: '1' } });
  await grey.sees('● listening on');
  await grey.sees('You have no contacts yet');
  expect(grey.raw()).not.toMatch(/\u001b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9\d)(?:;[\d;]*)?m/u);
  expect(grey.raw()).toContain('\u001b[1m');
  grey.type(actionBytes('quit'));
  expect(await grey.exited).toBe(0);
  const goesOn = 'You still receive messages; cryptochat listen --stop stops that.';
  expect(grey.raw()).toContain(goesOn);
  const dumb = startInTerminal(['--home', alice.home], { env: { TERM: 'dumb' } });
  await dumb.sees('line mode');
  dumb.type('/quit\n');
  expect(await dumb.exited).toBe(0);
  expect(dumb.raw()).toContain(goesOn);
  expect(dumb.raw()).not.toContain('\u001b');
});

test('invite shows a QR code, rotate asks', async () => {
  const alice = await setUpPerson('alice');
  const invite = startInTerminal(['invite', '--home', alice.home], { rows: 40, cols: 100 });
  await invite.sees('█');
  await invite.sees('cryptochat:');
  expect(await invite.exited).toBe(0);
  const before = jsonLines(await alice.does('keys', '--json'))[0]?.['fingerprint'];
  const no = startInTerminal(['rotate', '--home', alice.home]);
  await no.sees('[y/N]');
  no.type('\r');
  await no.sees('Nothing was changed');
  expect(await no.exited).toBe(0);
  expect(jsonLines(await alice.does('keys', '--json'))[0]?.['fingerprint']).toBe(before);
  const yes = startInTerminal(['rotate', '--home', alice.home]);
  await yes.sees('[y/N]');
  yes.type('y\r');
  await yes.sees('This is key number 2');
  expect(await yes.exited).toBe(0);
});

test('while the screen is open every command gets through it, and a second screen is refused', async () => {
  const alice = await setUpPerson('alice');
  const following = alice.starts('read', '--follow', '--json');
  const socket = join(alice.home, 'keys', 'control');
  await until('a command holds the home', () => existsSync(socket));
  const screen = startInTerminal(['--home', alice.home]);
  await screen.sees('listening on');
  expect(jsonLines(await alice.does('status', '--json'))).toMatchObject([{ listener: { running: true } }]);
  const second = startInTerminal(['--home', alice.home]);
  await second.sees('another cryptochat screen is open on this home');
  expect(await second.exited).toBe(75);
  expect((await alice.does('invite')).stdout).toMatch(/^cryptochat:/u);
  following.kill('SIGTERM');
  expect(await following.ended).toMatchObject({ code: 143, stderr: '' });
  screen.kill('SIGTERM');
  expect(await screen.exited).toBe(143);
  // The listener goes on, because config.toml says so.
  expect(await runningListener(join(alice.home, 'inbox'))).not.toBeNull();
  expect((await alice.does('sync')).code).toBe(0);
  expect(await runningListener(join(alice.home, 'inbox'))).not.toBeNull();
  expect((await alice.does('listen', '--stop')).stderr).toBe('The listener has stopped.\n');
});

test('a home that is locked opens from a descriptor, and asks on its screen', async () => {
  const home = join(await tempFolder(), 'home');
  const init = [
    'init',
    '--name',
    'alice',
    '--home',
    home,
    '--listen',
    '127.0.0.1:30900',
    '--passphrase-fd',
    '0',
  ];
  expect((await run(init, 'correct horse\n')).code).toBe(0);
  const screen = startInTerminal(['--home', home]);
  await screen.sees(/passphrase/iu);
  screen.type('correct horse\r');
  await screen.sees('alice');
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
  await run(['listen', '--stop', '--home', home]);
});

test('line mode asks for a name, and says what it chose with the words that change it', async () => {
  const home = join(await tempFolder(), 'home');
  const plain = startInTerminal(['--plain', '--home', home]);
  await plain.sees('Your name');
  plain.type('-bad\r');
  await plain.sees('a name cannot start with -');
  plain.type('alice\r');
  await plain.sees('Without a passphrase');
  await plain.sees('Enter begins');
  plain.type('address\r');
  await plain.sees('Address that others reach you at');
  plain.type('example.org:8080\r');
  await plain.sees('Anyone on the internet');
  plain.type('receiving\r');
  await plain.sees('only while cryptochat is open');
  plain.type('\r');
  await plain.sees('/help lists the commands');
  plain.type('/help\r');
  await plain.sees('/lock');
  plain.type('/quit\r');
  expect(await plain.exited).toBe(0);
  expect(jsonLines(await run(['status', '--json', '--home', home]))).toMatchObject([
    { name: 'alice', address: 'example.org:8080', passphrase: false, listener: { running: false } },
  ]);
});
