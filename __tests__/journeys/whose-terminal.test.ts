// The terminal taken away and given back by others: stops from everywhere, a shell or none above, a line that hangs.

import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { setUpPerson, type Person } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { type InTerminal, openTerminal, program } from '../support/pty.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import { killLater } from '../support/kill-later.ts';

async function pair(): Promise<readonly [alice: Person, bob: Person]> {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await alice.does('sync');
  await bob.does('sync');
  return [alice, bob];
}

/** Whether a terminal is as the screen wants it: on the alternate screen, with marked pastes. */
function isScreens(screen: InTerminal): boolean {
  const raw = screen.raw();
  return ['?1049', '?2004'].every((mode) => raw.lastIndexOf(`${mode}h`) > raw.lastIndexOf(`${mode}l`));
}

/** Ends what still runs below a shell. */
function childOf(pid: number): number {
  return Number(execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).trim());
}

function stateOf(pid: number): string {
  return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
}

test('a shell gets its terminal back from Ctrl+Z and from a stop, and fg brings the screen back from every stop', async () => {
  const alice = await setUpPerson('alice');
  const shell = openTerminal(['bash', '--norc', '--noprofile', '-i'], { env: { PS1: 'ready> ' } });
  onTestFinished(() => shell.kill('SIGKILL'));
  await shell.sees('ready>');
  shell.type(`'${process.execPath}' '${program}' --home '${alice.home}'\r`);
  await shell.sees('You have no contacts yet');
  const messenger = childOf(shell.pid);
  killLater(messenger);
  let number = 0;
  const stops: ReadonlyArray<readonly [string, () => void, boolean]> = [
    ['Ctrl+Z', () => shell.type(actionBytes('suspend')), true],
    ['SIGTSTP from elsewhere', () => void process.kill(messenger, 'SIGTSTP'), true],
    ['SIGSTOP from elsewhere', () => void process.kill(messenger, 'SIGSTOP'), false],
  ];
  for (const [name, stop, givesBack] of stops) {
    const before = shell.raw().length;
    stop();
    await until(`${name} stops it`, () => stateOf(messenger).startsWith('T'));
    if (givesBack) await until(`${name} gives the terminal back`, () => !isScreens(shell));
    await until('the shell asks', () => shell.raw().slice(before).includes('ready>'));
    number += 1;
    shell.type('fg\r');
    await until(`fg after ${name}`, () => isScreens(shell) && !stateOf(messenger).startsWith('T'));
    shell.type(`typed ${number}`);
    await shell.sees(`typed ${number}`);
    await shell.sees('alice');
  }
  shell.type(`\u0003${actionBytes('quit')}`);
  await until('the shell is back', () => !isScreens(shell));
});

test('undoes Ctrl+Z and SIGTSTP where there is no shell above, and says so', async () => {
  const alice = await setUpPerson('alice');
  const screen = startInTerminal(['--home', alice.home]);
  await screen.sees('You have no contacts yet');
  for (const [at, stop] of [
    () => screen.type(actionBytes('suspend')),
    () => screen.kill('SIGTSTP'),
  ].entries()) {
    stop();
    await screen.sees('no shell is there to bring this program back');
    await until('the screen is back', () => isScreens(screen));
    screen.type(`still ${at}`);
    await screen.sees(`still ${at}`);
    // Another line takes the place of this one, or it would be taken for that of the next stop.
    screen.type('\u0003');
    await screen.sees('again to quit');
  }
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
});

/** Has the screen drawn until the terminal can hold no more. */
async function fill(screen: InTerminal): Promise<void> {
  screen.hang();
  for (let times = 0; times < 400; times += 1) {
    screen.type(actionBytes('redraw').repeat(20));
    if (times % 40 === 0) await new Promise((done) => setImmediate(done));
  }
}

test('a terminal that does not read delays nothing: mail arrives, and is all there when it reads again', async () => {
  const [alice, bob] = await pair();
  const screen = startInTerminal(['--home', alice.home]);
  await screen.sees('write to bob');
  await fill(screen);
  await bob.does('send', '--wait', 'delivered', '--timeout', '60s', 'alice', 'came meanwhile');
  expect((await alice.does('status')).code).toBe(0);
  screen.goOn();
  await screen.sees('came meanwhile');
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
});

test.each(['SIGTERM', 'SIGHUP', 'quit'] as const)(
  '%s ends it on a terminal that does not read',
  async (how) => {
    const alice = await setUpPerson('alice');
    const screen = startInTerminal(['--home', alice.home]);
    await screen.sees('You have no contacts yet');
    await fill(screen);
    if (how === 'quit') screen.type(actionBytes('quit'));
    else screen.kill(how);
    await until('it has ended', () => !isAlive(screen.pid), 30_000);
    expect((await alice.does('status')).code).toBe(0);
  },
);

function isAlive(pid: number): boolean {
  try {
    return !stateOf(pid).startsWith('Z');
  } catch {
    return false;
  }
}

test('a command that prints to a terminal that does not read is ended by SIGTERM', async () => {
  const [alice] = await pair();
  for (let times = 0; times < 3; times += 1) await alice.does('send', 'bob', 'x'.repeat(50_000));
  const reading = startInTerminal(['read', '--follow', '--json', '--home', alice.home]);
  reading.hang();
  await until('it prints', () => reading.pid > 0 && isWaiting(reading.pid));
  reading.kill('SIGTERM');
  await until('it has ended', () => !isAlive(reading.pid), 30_000);
});

/** Whether a process sleeps, with its home open. */
function isWaiting(pid: number): boolean {
  return execFileSync('ls', ['-l', `/proc/${pid}/fd`], { encoding: 'utf8' }).includes('chat.db');
}
