import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { runningListener } from '../../source/session/home/running-listener.ts';
import { setUpPerson, start } from '../support/command-line.ts';
import type { Person, Running } from '../support/command-line.ts';
import { takePort } from '../support/ports.ts';
import { program } from '../support/pty.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-home.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

const elsewhere = process.platform !== 'linux';
const launcher = fileURLToPath(new URL('../../scripts/launch.mjs', import.meta.url));

/** The arguments for Node that a listener of ours was really started with, up to its program. */
async function flagsOf(pid: number): Promise<readonly [node: string, ...flags: readonly string[]]> {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  const [node = '', ...rest] = words;
  return [node, ...rest.slice(0, rest.indexOf('--inbox') - 1)];
}

/** Runs code as an attacker inside the listener would; returns what it prints. */
async function asListener(listenerPid: number, code: string): Promise<string> {
  const [node, ...flags] = await flagsOf(listenerPid);
  const ran = spawnSync(node, [...flags, '-e', code], { env: {}, encoding: 'utf8', timeout: 60_000 });
  return ran.stdout;
}

/** Sends a signal to a process and then tries a port on loopback, like a listener that wants to look into its client. */
function signalAndKnock(pid: number, port: number): string {
  return `process.kill(${pid}, 'SIGUSR1');
    let tries = 40;
    const knock = () => require('node:net').connect(${port}, '127.0.0.1')
      .on('connect', () => { process.stdout.write('a debugger answers'); process.exit(); })
      .on('error', () => { if (tries-- > 0) setTimeout(knock, 25); });
    knock();`;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    return await once(socket, 'connect').then(
      () => true,
      () => false,
    );
  } finally {
    socket.destroy();
  }
}

async function isServed({ home }: Person): Promise<void> {
  await until('the client answers', () => existsSync(join(home, 'keys', 'control')), 60_000);
  expect((await runHere(['status', '--home', home])).code).toBe(0);
}

/** Node's own answer to SIGUSR1 would appear on `port`. */
function opensAt(port: number): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--inspect-port=127.0.0.1:${port}` };
}

type Starts = (person: Person, env: NodeJS.ProcessEnv) => { readonly pid: number };

function launched(args: readonly string[], env: NodeJS.ProcessEnv): { readonly pid: number } {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { pid: child.pid ?? 0 };
}

/** Every long-lived process of ours that has the keys or could read them. */
const longLived: Readonly<Record<string, Starts>> = {
  'the screen': ({ home }, env) => startInTerminal(['--home', home], { env }),
  'line mode': ({ home }, env) => start(['--plain', '--home', home], env),
  sync: ({ home }, env) => start(['sync', '--for', '1h', '--home', home], env),
  'read --follow': ({ home }, env) => start(['read', '--follow', '--home', home], env),
  'the launcher': ({ home }, env) => launched(['--plain', '--home', home], env),
  'the screen of a demo': ({ home }, env) => startInTerminal(['demo', '--home', home], { env }),
};

test.skipIf(elsewhere).each(Object.entries(longLived))(
  'the listener opens no debugger in %s with SIGUSR1',
  async (_name, starts) => {
    const person = await setUpPerson('Alice');
    const port = await takePort();
    const listening = person.starts('listen');
    const { pid: listener } = await until('it listens', () => runningListener(join(person.home, 'inbox')));
    const { pid } = starts(person, opensAt(port));
    await isServed(person);
    expect(await asListener(listener, signalAndKnock(pid, port))).toBe('');
    await isServed(person);
    expect(await answers(port)).toBe(false);
    listening.kill('SIGTERM');
    await listening.ended;
  },
);

test.skipIf(elsewhere)('the listener opens no debugger in `listen`, nor in itself', async () => {
  const person = await setUpPerson('Alice');
  const port = await takePort();
  const listening = start(['listen', '--home', person.home], opensAt(port));
  const { pid: listener } = await until('it listens', () => runningListener(join(person.home, 'inbox')));
  expect(await asListener(listener, signalAndKnock(listening.pid, port))).toBe('');
  expect(await asListener(listener, signalAndKnock(listener, 9229))).toBe('');
  expect(await runningListener(join(person.home, 'inbox'))).toMatchObject({ pid: listener });
  listening.kill('SIGTERM');
  await listening.ended;
});

/** Signals a process at the moment when Node already listens for SIGUSR1 and this program does not. */
async function signalEarly({ pid }: Pick<Running, 'pid'>): Promise<void> {
  const bit = 1n << 9n;
  const hears = (): boolean => {
    const caught = /^SigCgt:\s*([0-9a-f]+)$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (BigInt(`0x${caught ?? '0'}`) & bit) !== 0n;
  };
  while (!hears()) await new Promise((done) => void setImmediate(done));
  process.kill(pid, 'SIGUSR1');
}

test.skipIf(elsewhere)(
  'closes a debugger that SIGUSR1 opens while Node itself starts, before it reads a key',
  async () => {
    const person = await setUpPerson('Alice');
    for (let round = 0; round < 5; round++) {
      const port = await takePort();
      const client = start(['sync', '--for', '1h', '--home', person.home], opensAt(port));
      await signalEarly(client);
      await isServed(person);
      expect(await answers(port)).toBe(false);
      client.kill('SIGTERM');
      await client.ended;
    }
  },
);

test.skipIf(elsewhere)(
  'NODE_OPTIONS opens no debugger in the client, and none of it reaches the listener',
  async () => {
    const person = await setUpPerson('Alice');
    const port = await takePort();
    const preload = join(await tempFolder(), 'preload.cjs');
    await writeFile(preload, 'process.env.PRELOADED = "1";');
    const env = { NODE_OPTIONS: `--inspect=127.0.0.1:${port} --require=${preload}` };
    const client = start(['sync', '--for', '1h', '--home', person.home], env);
    await isServed(person);
    expect(await answers(port)).toBe(false);
    const { pid } = await until('it listens', () => runningListener(join(person.home, 'inbox')));
    expect(await readFile(`/proc/${pid}/environ`, 'utf8')).toBe('');
    client.kill('SIGTERM');
    await client.ended;
  },
);

test.skipIf(elsewhere)(
  'SIGUSR2 writes neither a heap snapshot nor a report, whatever NODE_OPTIONS says',
  async () => {
    const person = await setUpPerson('Alice');
    const cwd = await tempFolder();
    const NODE_OPTIONS = `--heapsnapshot-signal=SIGUSR2 --report-on-signal --report-directory=${cwd} --diagnostic-dir=${cwd}`;
    const child = spawn(process.execPath, [program, 'sync', '--for', '1h', '--home', person.home], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_OPTIONS },
      stdio: 'ignore',
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    await isServed(person);
    child.kill('SIGUSR2');
    await ended;
    expect(await readdir(cwd)).toEqual([]);
  },
);

/** Ways to open files that skip Node's permission check, or did in some version: each must fail, and leave nothing in keys/. */
function backDoors(keys: string): Readonly<Record<string, string>> {
  const path = (name: string): string => JSON.stringify(join(keys, name));
  const sqlite = `new (require('node:sqlite').DatabaseSync)`;
  return {
    'open a database of SQLite': `${sqlite}(${path('a.db')}).exec('create table t (x)')`,
    'attach one': `${sqlite}(':memory:').exec("attach ${path('b.db').replaceAll('"', "'")} as a; create table a.t (x)")`,
    'write one out': `${sqlite}(':memory:').exec("vacuum into ${path('c.db').replaceAll('"', "'")}")`,
    'write a report': `process.report.writeReport(${path('report.json')})`,
    'write a heap snapshot': `require('node:v8').writeHeapSnapshot(${path('heap')})`,
    'replace the process': `process.execve('/bin/sh', ['sh', '-c', 'touch ${join(keys, 'e')}'], {})`,
    'read as settings': `process.loadEnvFile(${path('vault.json')})`,
    'watch a folder': `fs.watch(${path('')}).close()`,
    'ask of a disk': `fs.statfsSync(${path('')})`,
    'ask whether a file is there': `fs.accessSync(${path('vault.json')})`,
    'trace events': `require('node:trace_events').createTracing({ categories: ['node'] }).enable()`,
    'run a module of WebAssembly': `new (require('node:wasi').WASI)({ version: 'preview1', preopens: { '/': ${path('')} } })`,
    'find the client': `fs.readlinkSync('/proc/' + process.ppid + '/cwd')`,
    'read the memory of the client': `fs.readFileSync('/proc/' + process.ppid + '/environ')`,
  };
}

test.skipIf(elsewhere)(
  'no part of Node opens a file for the listener without a permission check',
  async () => {
    const person = await setUpPerson('Alice');
    const keys = join(person.home, 'keys');
    const listening = person.starts('listen');
    const { pid } = await until('it listens', () => runningListener(join(person.home, 'inbox')));
    const before = await readdir(keys);
    const tries = Object.entries(backDoors(keys)).map(
      ([what, code]) => `try { ${code}; process.stdout.write(${JSON.stringify(`${what}\n`)}) } catch {}`,
    );
    expect(await asListener(pid, `const fs = require('node:fs');\n${tries.join('\n')}`)).toBe('');
    // These end the process that tries them.
    const flags = `const v8 = require('node:v8'); v8.setFlagsFromString('--trace-turbo-path=${keys}'); v8.setFlagsFromString('--trace-turbo');
    let sum = 0; const add = (to) => { for (let i = 0; i < 100; i++) sum += to * i; };
    for (let i = 0; i < 200000; i++) add(i); process.stdout.write('done');`;
    expect(await asListener(pid, flags)).not.toContain('done');
    expect(await readdir(keys)).toEqual(before);
    listening.kill('SIGTERM');
    await listening.ended;
  },
);

test.skipIf(elsewhere)(
  'a socket that the listener puts in place of the client’s own keeps nobody out',
  async () => {
    const person = await setUpPerson('Alice');
    const control = join(person.home, 'keys', 'control');
    const listening = person.starts('listen');
    const { pid } = await until('it listens', () => runningListener(join(person.home, 'inbox')));
    const lay = `process.umask(0o077); require('node:net').createServer().listen(${JSON.stringify(control)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await asListener(pid, lay);
    expect(existsSync(control)).toBe(true);
    expect(await person.tries('status')).toMatchObject({ code: 0 });
    listening.kill('SIGTERM');
    await listening.ended;
  },
);

test.skipIf(elsewhere)(
  'the listener runs where keys/ cannot be seen, as in the jail of the shipped unit',
  async () => {
    const person = await setUpPerson('Alice');
    const jail = join(await tempFolder(), 'home');
    await mkdir(jail, { mode: 0o700 });
    await copyFile(join(person.home, 'config.toml'), join(jail, 'config.toml'));
    await rename(join(person.home, 'inbox'), join(jail, 'inbox'));
    const listening = start(['listen', '--home', jail]);
    await until('it listens', () => runningListener(join(jail, 'inbox')));
    expect(await readdir(jail)).toEqual(['config.toml', 'inbox']);
    listening.kill('SIGTERM');
    expect((await listening.ended).code).toBe(0);
  },
);

const verify = ['verify', 'cryptochat-listener@root.service'];
const canVerify = spawnSync('systemd-analyze', ['--version']).status === 0;

test.skipIf(!canVerify)('systemd finds nothing wrong with the shipped unit', async () => {
  const cwd = await tempFolder();
  const unit = fileURLToPath(new URL('../../docs/cryptochat-listener@.service', import.meta.url));
  await copyFile(unit, join(cwd, 'cryptochat-listener@root.service'));
  const ran = spawnSync('systemd-analyze', verify, { cwd, encoding: 'utf8' });
  expect([ran.stdout, ran.stderr, ran.status]).toEqual(['', '', 0]);
});
