// Runs in a network namespace of its own, the machine of alice; bob has another one, at the other end of a cable. Alice loses her address while
// bob writes to her, and gets it again.
// Fails unless the message arrives well before bob would try again on his own. Prints how often he had tried.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const [, , program = ''] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'cryptochat-network-'));
const address = ['10.99.0.1/24', 'dev', 'home0'];
/** After so many tries bob waits for 25 to 38 seconds. */
const triesBefore = 6;
const patienceMs = 120_000;
const shorterThanHisPauseMs = 20_000;

function ip(...words: readonly string[]): void {
  execFileSync('ip', words);
}

/** The machine of bob: a process that does nothing in a network of its own. */
const machine = spawn('unshare', ['-n', 'sleep', '600'], { stdio: 'ignore' });

/** The words that run the program for a person, on the machine of that person. */
function wordsFor(name: string, words: readonly string[]): readonly [string, ...string[]] {
  const own = [process.execPath, program, '--home', join(folder, name), ...words] as const;
  return name === 'bob' ? ['nsenter', '-t', String(machine.pid), '-n', ...own] : own;
}

function does(name: string, ...words: readonly string[]): string {
  const [file, ...rest] = wordsFor(name, words);
  return spawnSync(file, rest, { encoding: 'utf8' }).stdout.trim();
}

async function connect(): Promise<void> {
  const network = (pid: string): string => readlinkSync(`/proc/${pid}/ns/net`);
  await until('bob has a network of his own', () => network(String(machine.pid)) !== network('self'));
  ip('link', 'add', 'home0', 'type', 'veth', 'peer', 'name', 'away0');
  ip('link', 'set', 'away0', 'netns', String(machine.pid));
  for (const link of ['lo', 'home0']) ip('link', 'set', link, 'up');
  const atBob = (...words: readonly string[]): void =>
    void execFileSync('nsenter', ['-t', String(machine.pid), '-n', 'ip', ...words]);
  for (const link of ['lo', 'away0']) atBob('link', 'set', link, 'up');
  atBob('addr', 'add', '10.99.0.2/24', 'dev', 'away0');
  ip('addr', 'add', ...address);
}

async function until(what: string, isSo: () => boolean, withinMs = patienceMs): Promise<void> {
  const end = Date.now() + withinMs;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
    await pause(200);
  }
}

function setUp(name: string, listen: string, reachedAt: string): void {
  does(name, 'init', '--name', name, '--listen', listen, '--address', reachedAt, '--no-passphrase');
}

function triesOf(id: string): number {
  const report = JSON.parse(does('bob', 'wire', id, '--json')) as { tries: number | null };
  return report.tries ?? 0;
}

async function move(): Promise<number> {
  await connect();
  setUp('alice', '0.0.0.0:7001', '10.99.0.1:7001');
  setUp('bob', '0.0.0.0:7002', '10.99.0.2:7002');
  does('alice', 'join', does('bob', 'invite'));
  for (const name of ['bob', 'alice', 'bob', 'alice']) does(name, 'sync');
  const open = ['alice', 'bob'].map((name) => {
    const [file, ...rest] = wordsFor(name, ['sync', '--for', '5m']);
    return spawn(file, rest, { stdio: 'ignore' });
  });
  try {
    ip('addr', 'del', ...address);
    const id = does('bob', 'send', 'alice', 'are you there');
    await until('bob has tried a few times', () => triesOf(id) >= triesBefore);
    const tries = triesOf(id);
    ip('addr', 'add', ...address);
    const hasCome = (): boolean => does('alice', 'read', '--peek').includes('are you there');
    await until('alice has it', hasCome, shorterThanHisPauseMs);
    return tries;
  } finally {
    for (const client of open) client.kill('SIGTERM');
    for (const name of ['alice', 'bob']) does(name, 'listen', '--stop');
  }
}

try {
  process.stdout.write(String(await move()));
} finally {
  machine.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
