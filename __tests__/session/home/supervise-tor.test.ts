// The Tor of a home, as installed here; it connects to nobody. A missing Tor is reported.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { OnionState } from '../../../source/core/own-onion.ts';
import { onionPlace } from '../../../source/core/onion.ts';
import { askTor } from '../../../source/session/home/ask-tor.ts';
import type { Keeper } from '../../../source/session/home/keep-running.ts';
import { notedOnionPlace, onionFiles } from '../../../source/session/home/onion-files.ts';
import { runningTor, stopTor } from '../../../source/session/home/running-tor.ts';
import { adoptOrStartTor, type TorPlan } from '../../../source/session/home/start-tor.ts';
import { superviseTor } from '../../../source/session/home/supervise-tor.ts';
import { tempFolder } from '../../support/temp-home.ts';
import { until } from '../../support/until.ts';

const isInstalled = spawnSync('tor', ['--version']).error === undefined;
const skips = { skip: !isInstalled };
const seed = new Uint8Array(32).fill(5);

/** A home at a path with everything that a torrc has to quote, whose Tor stays off the network. */
async function newHome(name = `it's "a b\\c" #1`): Promise<string> {
  const home = join(await tempFolder(), name);
  await mkdir(join(home, 'onion'), { recursive: true, mode: 0o700 });
  await writeFile(join(home, 'onion', 'torrc.more'), 'DisableNetwork 1\n', { mode: 0o600 });
  onTestFinished(async () => void (await stopTor(home)));
  return home;
}

type Watched = Keeper & { readonly states: OnionState[]; readonly runs: (pid?: number) => Promise<number> };

function supervise(home: string, given: Partial<TorPlan> = {}): Watched {
  const states: OnionState[] = [];
  const bound = { host: '127.0.0.1', port: 8080 };
  const keeper = superviseTor({
    home,
    bound,
    proxy: () => Promise.resolve(''),
    seed,
    ...given,
    changed: (state) => states.push(state),
  });
  onTestFinished(() => keeper.close({ keep: false }));
  const runs = (before = 0): Promise<number> =>
    until('Tor runs', () => {
      const state = states.at(-1);
      return state?.phase === 'running' && state.pid !== before ? state.pid : null;
    });
  return { ...keeper, states, runs };
}

const failed = (watched: Watched): Promise<string> =>
  until('it has failed', () => {
    const state = watched.states.find(({ phase }) => phase === 'failed');
    return state?.phase === 'failed' ? state.reason : null;
  });

test('runs with the key of the home, at a path that has to be quoted (needs tor)', skips, async () => {
  const home = await newHome();
  const watched = supervise(home);
  const pid = await watched.runs();
  expect(await runningTor(home)).toBe(pid);
  expect(await notedOnionPlace(home)).toBe(onionPlace(seed));
  const files = onionFiles(home);
  expect(await askTor(files, onionPlace(seed))).toMatchObject({ percent: 0, announced: false });
  for (const path of [files.folder, files.data, files.service, files.key, files.torrc, files.log])
    expect([path, (await stat(path)).mode & 0o077]).toEqual([path, 0]);
  await watched.close({ keep: false });
  expect(await runningTor(home)).toBeNull();
});

test('is left running, and the next messenger takes it over (needs tor)', skips, async () => {
  const home = await newHome();
  const first = supervise(home);
  const pid = await first.runs();
  await first.close({ keep: true });
  expect(await runningTor(home)).toBe(pid);
  expect(await supervise(home).runs()).toBe(pid);
});

test('is replaced when its torrc would be different (needs tor)', skips, async () => {
  const home = await newHome();
  const first = supervise(home);
  const pid = await first.runs();
  await first.close({ keep: true });
  const second = supervise(home, { bound: { host: '127.0.0.1', port: 8081 } });
  expect(await second.runs()).not.toBe(pid);
  expect(await readFile(onionFiles(home).torrc, 'utf8')).toContain('\nHiddenServicePort 80 127.0.0.1:8081\n');
});

test('gets another name when the home has another key (needs tor)', skips, async () => {
  const home = await newHome();
  const first = supervise(home);
  await first.runs();
  await first.close({ keep: true });
  const other = new Uint8Array(32).fill(6);
  await supervise(home, { seed: other }).runs();
  await until('it has the new name', async () => (await notedOnionPlace(home)) === onionPlace(other));
});

test('is started again when it is killed (needs tor)', skips, async () => {
  const home = await newHome();
  const watched = supervise(home);
  const pid = await watched.runs();
  process.kill(pid, 'SIGKILL');
  expect(await watched.runs(pid)).not.toBe(pid);
});

test('two homes on one machine have two (needs tor)', skips, async () => {
  const [one, other] = [supervise(await newHome()), supervise(await newHome())];
  expect(await one.runs()).not.toBe(await other.runs());
});

test('two supervisors of one home share one (needs tor)', skips, async () => {
  const home = await newHome();
  const [one, other] = [supervise(home), supervise(home)];
  const pids = await Promise.all([one.runs(), other.runs()]);
  expect(pids[0]).toBe(pids[1]);
});

test('the next one goes out as config.toml says by then (needs tor)', skips, async () => {
  const home = await newHome();
  let proxy = '';
  const watched = supervise(home, { proxy: () => Promise.resolve(proxy) });
  const pid = await watched.runs();
  proxy = 'socks5://127.0.0.1:9';
  process.kill(pid, 'SIGKILL');
  await watched.runs(pid);
  expect(await readFile(onionFiles(home).torrc, 'utf8')).toContain('\nSocks5Proxy 127.0.0.1:9\n');
});

test(
  'one that goes out another way is not taken over by a process that may not replace it (needs tor)',
  skips,
  async () => {
    const home = await newHome();
    const proxy = () => Promise.resolve('socks5://127.0.0.1:9');
    const first = supervise(home, { proxy });
    const pid = await first.runs();
    await first.close({ keep: true });
    const plan = { home, bound: { host: '127.0.0.1', port: 8080 }, seed };
    const straight = { ...plan, proxy: () => Promise.resolve('') };
    await expect(adoptOrStartTor(straight, false)).rejects.toThrow('uses another proxy');
    const moved = { ...plan, proxy, bound: { host: '127.0.0.1', port: 8081 } };
    expect(await adoptOrStartTor(moved, false)).toEqual({ pid });
  },
);

/** A program that looks like the Tor of a home, and answers nothing. */
async function silentTor(home: string): Promise<number> {
  const { torrc, pid } = onionFiles(home);
  await writeFile(torrc, '');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)', '--', '-f', torrc]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  await writeFile(pid, `${child.pid}\n`);
  return child.pid ?? 0;
}

test('one that cannot be ended keeps what it has, and this is reported', async () => {
  const home = await newHome();
  const pid = await silentTor(home);
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  });
  try {
    await expect(stopTor(home)).rejects.toThrow('cannot be stopped from here');
  } finally {
    kill.mockRestore();
  }
  expect(await runningTor(home)).toBe(pid);
});

test(
  'one that never answers is replaced, even by a process that may not replace another (needs tor)',
  skips,
  async () => {
    const home = await newHome();
    const silent = await silentTor(home);
    const plan = { home, bound: { host: '127.0.0.1', port: 8080 }, proxy: () => Promise.resolve(''), seed };
    const { pid } = await adoptOrStartTor(plan, false);
    expect(pid).not.toBe(silent);
    expect(await runningTor(home)).toBe(pid);
  },
);

test('another user’s process is not the Tor of this home, whatever its arguments are', async () => {
  const home = await newHome();
  const pid = await silentTor(home);
  expect(await runningTor(home)).toBe(pid);
  vi.spyOn(process, 'getuid').mockReturnValue((process.getuid?.() ?? 0) + 1);
  try {
    expect(await runningTor(home)).toBeNull();
  } finally {
    vi.restoreAllMocks();
  }
});

test('one that just starts is known by its process id at once (needs tor)', skips, async () => {
  const home = await newHome();
  // This stand-in for Tor answers nothing, and writes no tor.pid.
  const path = await tempFolder();
  const script =
    '#!/bin/sh\n[ "$1" = --version ] && echo "Tor version 0.4.8.1." && exit\nwhile :; do sleep 1; done\n';
  await writeFile(join(path, 'tor'), script, { mode: 0o700 });
  const watched = supervise(home, { path });
  await until('it is known', async () => (await runningTor(home)) !== null);
  await stopTor(home);
  await watched.close({ keep: false });
});

test('shows the line that Tor refuses (needs tor)', skips, async () => {
  const home = await newHome();
  await writeFile(join(home, 'onion', 'torrc.more'), 'DisableNetwork 1\nBridgge nonsense\n');
  expect(await failed(supervise(home))).toMatch(/^Tor is not running: .*Bridgge/u);
});

test('a continued line does not swallow ours (needs tor)', skips, async () => {
  const home = await newHome();
  await writeFile(join(home, 'onion', 'torrc.more'), 'DisableNetwork 1\nNickname someone \\');
  expect(await failed(supervise(home))).toContain("Nickname 'someone");
});

test('refuses a folder that others can read before Tor has it (needs tor)', skips, async () => {
  const home = await newHome();
  const watched = supervise(home);
  await watched.runs();
  await watched.close({ keep: false });
  await chmod(onionFiles(home).service, 0o750);
  expect(await failed(supervise(home))).toContain('other users can read or change');
});

test(
  'lines in an editor’s format, and their copies, keep nothing from running (needs tor)',
  skips,
  async () => {
    const home = await newHome();
    const { more, folder } = onionFiles(home);
    await chmod(more, 0o644);
    await writeFile(join(folder, 'torrc.more~'), '# before\n', { mode: 0o644 });
    await supervise(home).runs();
    expect((await stat(more)).mode & 0o777).toBe(0o600);
  },
);

test('refuses a key that others can read (needs tor)', skips, async () => {
  const home = await newHome();
  const watched = supervise(home);
  await watched.runs();
  await watched.close({ keep: false });
  await chmod(onionFiles(home).key, 0o644);
  expect(await failed(supervise(home))).toContain('other users can read or change');
});

test('refuses a link in place of the user’s own lines', async () => {
  if (!isInstalled) return;
  const home = await newHome();
  const more = join(home, 'onion', 'torrc.more');
  await rm(more);
  await mkdir(more);
  expect(await failed(supervise(home))).toContain('is not a file, or too long');
});

test('leaves a process id alone that is another program’s now', async () => {
  const home = await newHome();
  await writeFile(onionFiles(home).pid, `${process.pid}\n`);
  expect(await runningTor(home)).toBeNull();
  expect(await stopTor(home)).toBe(false);
});
