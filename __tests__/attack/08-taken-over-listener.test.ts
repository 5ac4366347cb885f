import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runningListener } from '../../source/session/home/running-listener.ts';
import { listenerProgram } from '../support/pty.ts';
import { until } from '../support/until.ts';
import { attack, pair } from './adapter.ts';
import type { Peer } from './peer.ts';

async function wordsOf(pid: number): Promise<readonly string[]> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
}

/** Everything that can be seen of a process from outside or from inside. */
async function checkProcess(alice: Peer, pid: number): Promise<void> {
  const { home, inbox } = alice;
  const numbers = await readdir(`/proc/${pid}/fd`);
  const open = await Promise.all(numbers.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  expect(open.filter((path) => path.startsWith(home))).toEqual([]);
  expect(open.some((path) => path.startsWith('socket:'))).toBe(true);
  expect(await readFile(`/proc/${pid}/environ`, 'utf8')).toBe('');
  const words = await wordsOf(pid);
  const allowed = words.flatMap((word) => /^--allow-([\w-]+)(?:=(.*))?$/.exec(word)?.slice(1) ?? []);
  expect(words).toContain('--permission');
  expect(allowed).toEqual(['fs-read', await realpath(listenerProgram), 'fs-read', inbox, 'fs-write', inbox]);
  expect(words.filter((word) => word.includes(home) && !word.includes(inbox))).toEqual([]);
}

/** The attacks from inside the listener, by name; each is the body of a function that must throw. */
function attempts({ home, inbox }: Peer): Readonly<Record<string, string>> {
  const path = (...parts: readonly string[]): string => JSON.stringify(join(home, ...parts));
  const here = (name: string): string => JSON.stringify(`${inbox}/${name}`);
  const vault = path('keys', 'vault.json');
  return {
    'read the database': `fs.readFileSync(${path('keys', 'chat.db')})`,
    'read the vault': `fs.readFileSync(${vault})`,
    'read it by way of the inbox': `fs.readFileSync(${here('../keys/vault.json')})`,
    'read it from where it is': `process.chdir(${here('')}); fs.readFileSync('../keys/vault.json')`,
    'read it as bytes of a name': `fs.readFileSync(Buffer.from(${vault}))`,
    'read its size': `fs.statSync(${vault})`,
    'find the socket of the client': `fs.readFileSync(${path('keys', 'control')})`,
    'list the sockets of the system': `fs.readFileSync('/proc/net/unix')`,
    'list the keys': `fs.readdirSync(${path('keys')})`,
    'list the home': `fs.readdirSync(${path()})`,
    'read the settings': `fs.readFileSync(${path('config.toml')})`,
    'read the system': `fs.readFileSync('/etc/passwd')`,
    'read its own memory': `fs.readFileSync('/proc/self/maps')`,
    'write into the keys': `fs.writeFileSync(${path('keys', 'x')}, '')`,
    'write into the home': `fs.writeFileSync(${path('x')}, '')`,
    'overwrite its own program': `fs.writeFileSync(${JSON.stringify(listenerProgram)}, '')`,
    'link to the keys': `fs.symlinkSync(${path('keys')}, ${here('link')})`,
    'link to them from where they are': `fs.symlinkSync('../keys', ${here('link')})`,
    'give the vault another name': `fs.linkSync(${vault}, ${here('vault')})`,
    'move the vault': `fs.renameSync(${vault}, ${here('vault')})`,
    'copy the vault': `fs.copyFileSync(${vault}, ${here('vault')})`,
    'start a program': `require('node:child_process').spawnSync('/bin/true')`,
    'start a thread': `new (require('node:worker_threads').Worker)('0', { eval: true })`,
    'load machine code': `process.dlopen({ exports: {} }, ${here('x.node')})`,
    'reach inside of Node': `process.binding('fs')`,
    'open a debugger': `require('node:inspector').open(0)`,
    'run a text as code': `eval('0')`,
  };
}

test.skipIf(process.platform !== 'linux')(
  'A15 a listener that is taken over has nothing to take: no handle, no environment, no path to the keys',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);
    // The listener that a client started, and the one that runs alone.
    const supervised = await runningListener(alice.inbox);
    await checkProcess(alice, supervised?.pid ?? 0);
    const { pid } = await alice.listen();
    await checkProcess(alice, pid);

    const [node = '', ...words] = await wordsOf(pid);
    const flags = words.slice(0, words.indexOf('--inbox') - 1);
    const tries = Object.entries(attempts(alice)).map(
      ([what, code]) =>
        `try { ${code}; done.push(${JSON.stringify(what)}) } catch (error) { denied.push(error.code ?? error.name) }`,
    );
    const script = `const fs = require('node:fs'); const [done, denied] = [[], []];
      fs.readFileSync(${JSON.stringify(`${alice.inbox}/slots.json`)}); fs.writeFileSync(${JSON.stringify(`${alice.inbox}/tmp/x`)}, '');
      ${tries.join('\n')}
      process.stdout.write(JSON.stringify({ done, denied: [...new Set(denied)] }))`;
    const ran = spawnSync(node, [...flags, '-e', script], { env: {}, encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    const { done, denied } = JSON.parse(ran.stdout) as { done: string[]; denied: string[] };
    expect(done).toEqual([]);
    expect(denied.toSorted()).toEqual(['ERR_ACCESS_DENIED', 'ERR_DLOPEN_DISABLED', 'EvalError']);

    // Node's permissions do not cover UNIX sockets; only the secret name protects this one.
    const client = alice.work();
    const control = join(alice.home, 'keys', 'control');
    await until('the client answers', () => existsSync(control));
    const knock = `for (const path of ${JSON.stringify([control, `${control}.sock`])}) require('node:net').connect(path)
      .on('connect', () => process.stdout.write('connected')).on('error', () => undefined)`;
    const knocked = spawnSync(node, [...flags, '-e', knock], { env: {}, encoding: 'utf8', timeout: 20_000 });
    expect([knocked.stdout, knocked.stderr]).toEqual(['', '']);
    client.kill('SIGTERM');
    await client.ended;
  }),
);
