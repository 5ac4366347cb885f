import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectControl } from '../source/session/control/client.ts';
import { takePort } from '../__tests__/support/ports.ts';
import { openTerminal, program } from '../__tests__/support/pty.ts';
import type { InTerminal } from '../__tests__/support/pty.ts';

const run = promisify(execFile);

/** Two homes on loopback that know each other, and how to end them. */
export type Pair = {
  readonly folder: string;
  readonly alice: string;
  readonly bob: string;
  /** Other homes in the folder, whose listeners end with the pair. */
  readonly others: string[];
  readonly end: () => Promise<void>;
};

/** Runs one command of the built program; returns its standard output. */
export async function command(home: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [program, ...args, '--home', home]);
  return stdout.trim();
}

/** Messengers that were opened; a failed measure leaves its own running. */
const opened: InTerminal[] = [];

/** Opens the messenger on a home, in a terminal of 80 × 24; `before` are the words of a command that runs it. */
export function messenger(home: string, before: readonly string[] = []): InTerminal {
  const screen = openTerminal([...before, process.execPath, program, '--home', home]);
  opened.push(screen);
  return screen;
}

/** Makes two homes, pairs them by a real link over loopback, and leaves their listeners running. */
export async function makePair(): Promise<Pair> {
  const folder = await mkdtemp(join(tmpdir(), 'ccb-'));
  const alice = join(folder, 'a');
  const bob = join(folder, 'b');
  await makeHome(alice, 'alice');
  await makeHome(bob, 'bob');
  await acquaint(alice, bob);
  const others: string[] = [];
  return {
    folder,
    alice,
    bob,
    others,
    async end() {
      for (const screen of opened) screen.kill('SIGKILL');
      await Promise.all(opened.map(({ exited }) => exited));
      for (const home of [alice, bob, ...others])
        await command(home, 'listen', '--stop').catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Makes a home whose listener runs; returns it. */
export async function makeHome(home: string, name: string): Promise<string> {
  const address = `127.0.0.1:${await takePort()}`;
  await command(home, 'init', '--name', name, '--listen', address, '--address', address, '--no-passphrase');
  await command(home, 'sync', '--for', '300ms');
  return home;
}

/** Makes two homes contacts of each other, by a real link over loopback. */
export async function acquaint(one: string, other: string): Promise<void> {
  await command(other, 'join', await command(one, 'invite'));
  for (const home of [other, one, other, one]) await command(home, 'sync');
}

/** Resident memory of a process in MB, from /proc. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

/** Ends a messenger as a person does. */
export async function quit(screen: InTerminal): Promise<void> {
  screen.type('\u0011');
  await screen.exited;
}

/** The control socket of an open messenger. Throws when nobody answers. */
export async function controlOf(home: string): Promise<Control> {
  const control = await connectControl(join(home, 'keys', 'control'));
  if (!control) throw new Error(`${home} does not answer`);
  return control;
}

export type Control = NonNullable<Awaited<ReturnType<typeof connectControl>>>;

/** The process of a home's listener. */
export async function listenerOf(home: string): Promise<number> {
  const status = JSON.parse(await command(home, 'status', '--json')) as { listener: { pid: number } };
  return status.listener.pid;
}

/** Processor time of a process so far in ms, from /proc: utime and stime in hundredths of a second. */
export async function cpuOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
