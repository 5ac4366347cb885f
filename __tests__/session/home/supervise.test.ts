import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { ListenerState } from '../../../source/core/types.ts';
import {
  listenerArguments,
  listenerBuild,
  listenerSources,
} from '../../../source/session/home/start-listener.ts';
import {
  runningListener,
  stopListener,
  superviseListener,
  type Supervisor,
} from '../../../source/session/home/supervise.ts';
import { startListenerProcess } from '../../support/listener-process.ts';
import { ask, newSlot, post } from '../../support/signed-post.ts';
import { tempFolder, tempInbox } from '../../support/temp-home.ts';
import { until } from '../../support/until.ts';
import { writeSlots } from '../../../source/inbox/slots.ts';

const loopback = { host: '127.0.0.1', port: 0 };
const onLinux = process.platform === 'linux';

function supervise(
  inbox: string,
  where: { host: string; port: number; program?: string } = loopback,
): Supervisor & { states: ListenerState[] } {
  const states: ListenerState[] = [];
  const supervisor = superviseListener({ inbox, ...where, changed: (state) => states.push(state) });
  onTestFinished(() => supervisor.close({ keep: false }));
  return { ...supervisor, states };
}

async function ready(supervisor: Supervisor): Promise<{ host: string; port: number; pid: number }> {
  const state = await supervisor.ready();
  if (state.phase !== 'running') throw new Error(JSON.stringify(state));
  return state;
}

function lastPid(states: readonly ListenerState[]): number {
  const state = states.at(-1);
  return state?.phase === 'running' ? state.pid : 0;
}

test('starts a listener that answers, and ends it', async () => {
  const inbox = await tempInbox();
  const supervisor = supervise(inbox);
  const { port, pid } = await ready(supervisor);
  expect(await runningListener(inbox)).toMatchObject({ pid, port, host: '127.0.0.1' });
  expect((await ask({ port })).status).toBe(404);
  await supervisor.close({ keep: false });
  expect(await runningListener(inbox)).toBeNull();
  expect((await ask({ port })).status).toBe('ECONNREFUSED');
  await expect(readFile(join(inbox, 'listener.json'))).rejects.toThrow('ENOENT');
});

test('can be closed while it is still starting', async () => {
  const inbox = await tempInbox();
  await supervise(inbox).close({ keep: true });
  expect(await runningListener(inbox)).not.toBeNull();
  await supervise(inbox).close({ keep: false });
  expect(await runningListener(inbox)).toBeNull();
});

test('leaves it running, and the next client takes it over', async () => {
  const inbox = await tempInbox();
  const first = supervise(inbox);
  const { port, pid } = await ready(first);
  await first.close({ keep: true });
  expect((await ask({ port })).status).toBe(404);
  const second = supervise(inbox);
  expect(await ready(second)).toMatchObject({ port, pid });
  await second.close({ keep: true });
  expect(await stopListener(inbox)).toBe(true);
  expect(await stopListener(inbox)).toBe(false);
});

/** The program of the listener at a place of its own, to be changed there. */
async function ownProgram(): Promise<string> {
  const source = join(await tempFolder(), 'source');
  for (const file of listenerSources) await cp(join('source', file), join(source, file));
  return join(source, 'listener', 'main.ts');
}

test('replaces one of another version of the program', async () => {
  const inbox = await tempInbox();
  const program = await ownProgram();
  const first = supervise(inbox, { ...loopback, program });
  const { pid } = await ready(first);
  await first.close({ keep: true });
  const same = supervise(inbox, { ...loopback, program });
  expect(await ready(same)).toMatchObject({ pid });
  await same.close({ keep: true });
  await appendFile(program, '// updated\n');
  const updated = supervise(inbox, { ...loopback, program });
  const next = await ready(updated);
  expect(next.pid).not.toBe(pid);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(await runningListener(inbox)).toMatchObject({ pid: next.pid });
});

test.each([
  ['that does not name its program', (build: string) => `,"build":"${build}"`, ''],
  ['of another program, other flags or another Node', (build: string) => build, '0'.repeat(64)],
])('replaces one %s', async (_name, said, instead) => {
  const inbox = await tempInbox();
  const first = supervise(inbox);
  const { pid } = await ready(first);
  await first.close({ keep: true });
  const presence = join(inbox, 'listener.json');
  const { build = '' } = (await runningListener(inbox)) ?? {};
  expect(build).toMatch(/^[0-9a-f]{64}$/u);
  await writeFile(presence, (await readFile(presence, 'utf8')).replace(said(build), instead));
  expect((await ready(supervise(inbox))).pid).not.toBe(pid);
});

test('the build of a listener follows its program, its flags and its inbox', async () => {
  const [inbox, other] = [await tempInbox(), await tempInbox()];
  const program = await ownProgram();
  const plan = { inbox, ...loopback, program };
  const build = await listenerBuild(plan);
  expect(await listenerBuild({ ...plan, port: 9 })).toBe(build);
  expect(await listenerBuild({ ...plan, inbox: other })).not.toBe(build);
  await appendFile(program, '//');
  expect(await listenerBuild(plan)).not.toBe(build);
});

test('starts the next one when it is killed', async () => {
  const inbox = await tempInbox();
  const supervisor = supervise(inbox);
  const { pid } = await ready(supervisor);
  process.kill(pid, 'SIGKILL');
  await until('another one runs', () => lastPid(supervisor.states) !== pid && lastPid(supervisor.states) > 0);
  expect(supervisor.states.map((state) => state.phase)).toEqual([
    'starting',
    'running',
    'starting',
    'running',
  ]);
});

test('notices that one it took over has ended', async () => {
  const inbox = await tempInbox();
  const other = await startListenerProcess(inbox);
  const supervisor = supervise(inbox);
  expect(await ready(supervisor)).toMatchObject({ pid: other.pid, port: other.port });
  await other.end('SIGKILL');
  await until(
    'another one runs',
    () => lastPid(supervisor.states) !== other.pid && lastPid(supervisor.states) > 0,
  );
});

test('replaces one that listens on another port', async () => {
  const inbox = await tempInbox();
  const other = await startListenerProcess(inbox);
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, 'close');
  expect(await ready(supervise(inbox, { host: '127.0.0.1', port }))).toMatchObject({ port });
  expect((await ask({ port: other.port })).status).toBe('ECONNREFUSED');
});

test('reports that the port is taken', async () => {
  const inbox = await tempInbox();
  const foreign = createServer().listen(0, '127.0.0.1');
  await once(foreign, 'listening');
  onTestFinished(() => void foreign.close());
  const { port } = foreign.address() as AddressInfo;
  const state = await supervise(inbox, { host: '127.0.0.1', port }).ready();
  expect(state).toEqual({ phase: 'failed', reason: `another program uses port ${port}` });
});

test('reports why it does not start', async () => {
  const state = await supervise(await tempInbox(), { host: '192.0.2.1', port: 0 }).ready();
  expect(state).toMatchObject({ phase: 'failed' });
  expect(state.phase === 'failed' && state.reason).toMatch(
    /this machine has no address 192\.0\.2\.1 to listen on/,
  );
});

test('does not mistake another process for the listener', async () => {
  const inbox = await tempInbox();
  const presence = { version: 1, pid: process.pid, host: '127.0.0.1', port: 1, startedAt: 1 };
  await writeFile(join(inbox, 'listener.json'), JSON.stringify(presence));
  expect(await runningListener(inbox)).toBeNull();
  expect(await stopListener(inbox)).toBe(false);
  const other = await startListenerProcess(await tempInbox());
  await writeFile(join(inbox, 'listener.json'), JSON.stringify({ ...presence, pid: other.pid }));
  expect(await stopListener(inbox)).toBe(false);
});

test('gives read access to the files that the second program is made of, and no other', async () => {
  const reached = new Set(['listener/main.ts']);
  for (const path of reached) {
    const text = await readFile(join('source', path), 'utf8');
    const imports = text.matchAll(/^import (?!type )[^;]*?from '(\.[^']+)'/gm);
    for (const [, to = ''] of imports) reached.add(join(dirname(path), to));
  }
  expect([...listenerSources].toSorted()).toEqual([...reached].toSorted());
});

test.skipIf(!onLinux)(
  'the process has no environment, and its command line denies everything else',
  async () => {
    const inbox = await tempInbox();
    const { pid } = await ready(supervise(inbox));
    expect(await readFile(`/proc/${pid}/environ`, 'utf8')).toBe('');
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    expect(words).toContain('--permission');
    // With it, a listener that does nothing would wake every 8 s.
    expect(words).toContain('--no-memory-reducer');
    expect(words).toContain(`--allow-fs-write=${inbox}`);
    const readable = words
      .filter((word) => word.startsWith('--allow-fs-read='))
      .map((word) => word.slice(16));
    expect(readable).toEqual([...listenerSources.map((file) => join(process.cwd(), 'source', file)), inbox]);
    expect(words.filter((word) => /allow-(child|worker|addons|wasi)|inspect/.test(word))).toEqual([]);
  },
);

test('cannot read keys/ beside the inbox or start a program under its flags', async () => {
  const inbox = await tempInbox();
  const keys = join(inbox, '..', 'keys');
  await mkdir(keys);
  await writeFile(join(keys, 'vault.json'), 'secret');
  // The probe lies where the listener may read: what a hijacked listener could run.
  const probe = join(inbox, 'probe.mjs');
  await writeFile(
    probe,
    `import { readFileSync, writeFileSync, symlinkSync, linkSync, readdirSync } from 'node:fs';
     import { spawnSync } from 'node:child_process';
     import { Worker } from 'node:worker_threads';
     const tries = {
       read: () => readFileSync(${JSON.stringify(join(keys, 'vault.json'))}, 'utf8'),
       list: () => readdirSync(${JSON.stringify(keys)}),
       dots: () => readFileSync(${JSON.stringify(join(inbox, 'new'))} + '/../../keys/vault.json', 'utf8'),
       write: () => writeFileSync(${JSON.stringify(join(keys, 'new'))}, ''),
       symlink: () => symlinkSync(${JSON.stringify(keys)}, ${JSON.stringify(join(inbox, 'new', 'x'))}),
       link: () => linkSync(${JSON.stringify(join(keys, 'vault.json'))}, ${JSON.stringify(join(inbox, 'new', 'y'))}),
       spawn: () => spawnSync('cat', [${JSON.stringify(join(keys, 'vault.json'))}]),
       worker: () => new Worker('1', { eval: true }),
       evaluate: () => Function('return 1')(),
       own: () => readdirSync(${JSON.stringify(join(inbox, 'new'))}),
     };
     const said = {};
     for (const [name, run] of Object.entries(tries))
       try { run(); said[name] = 'done'; } catch (error) { said[name] = error.code ?? error.name; }
     console.log(JSON.stringify(said));`,
  );
  const words = await listenerArguments({ inbox, ...loopback });
  const flags = words.slice(0, words.indexOf('--inbox') - 1);
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, probe], { env: {} });
  const { evaluate, own, ...others } = JSON.parse(stdout) as Record<string, string>;
  expect({ evaluate, own }).toEqual({ evaluate: 'EvalError', own: 'done' });
  const names = ['read', 'list', 'dots', 'write', 'symlink', 'link', 'spawn', 'worker'];
  expect(others).toEqual(Object.fromEntries(names.map((name) => [name, 'ERR_ACCESS_DENIED'])));
});

test.each(['close', 'crash'])('keeps storing when its client has gone: %s', async (way) => {
  const inbox = await tempInbox();
  const slot = newSlot();
  await writeSlots(inbox, [slot]);
  const script = `
    const { superviseListener } = await import(${JSON.stringify(join(process.cwd(), 'source/session/home/supervise.ts'))});
    const options = { inbox: ${JSON.stringify(inbox)}, host: '127.0.0.1', port: 0, changed() {} };
    const supervisor = superviseListener(options);
    await supervisor.ready();
    if (${way === 'crash'}) process.kill(process.pid, 'SIGKILL');
    await supervisor.close({ keep: true });`;
  const client = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  // A detached listener must not keep its client alive.
  expect(await once(client, 'exit')).toEqual(way === 'crash' ? [null, 'SIGKILL'] : [0, null]);
  onTestFinished(async () => void (await stopListener(inbox)));
  const running = await runningListener(inbox);
  expect((await post(running?.port ?? 0, slot, new Uint8Array(4096))).status).toBe(202);
});
