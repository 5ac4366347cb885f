import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { stopListener } from '../../source/session/home/running-listener.ts';
import { takePort } from './ports.ts';
import { plainEnv, program } from './pty.ts';
import type { Ran } from './ran.ts';
import { runHere } from './run-here.ts';
import { tempFolder } from './temp-home.ts';

/** A command that runs. */
export type Running = {
  readonly pid: number;
  /** The lines of standard output, as they come. */
  readonly lines: AsyncIterator<string>;
  /** The output on standard error so far. */
  readonly said: () => string;
  readonly type: (text: string) => void;
  readonly endInput: () => void;
  /** Reads no more of what it prints. */
  readonly closeOutput: () => void;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ran>;
};

/** Starts the built program without a terminal; it is killed when the test is over. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...plainEnv, ...env },
    stdio: 'pipe',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  // Decoded as a stream: a character may lie across two chunks.
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined);
  // Lines that nobody takes must not hold up the program.
  const copy = child.stdout.pipe(new PassThrough({ highWaterMark: 2 ** 30 }));
  const lines = createInterface({ input: copy })[Symbol.asyncIterator]();
  const ended = once(child, 'close').then(([code, signal]) => {
    return { code: signal === null ? (code as number | null) : null, stdout, stderr };
  });
  return {
    pid: child.pid ?? 0,
    lines,
    said: () => stderr,
    type: (text) => void child.stdin.write(text),
    endInput: () => void child.stdin.end(),
    closeOutput: () => void child.stdout.destroy(),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

/** Runs the built program to its end, with `input` on standard input. */
export async function run(args: readonly string[], input = '', env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const running = start(args, env);
  if (input !== '') running.type(input);
  running.endInput();
  return running.ended;
}

/** Somebody with a home of their own. */
export type Person = {
  readonly name: string;
  readonly home: string;
  readonly port: number;
  /** Runs a command on this home, in the process of the test; fails unless it succeeds. */
  readonly does: (...args: readonly string[]) => Promise<Ran>;
  /** The same, whatever comes of it. */
  readonly tries: (...args: readonly string[]) => Promise<Ran>;
  /** Runs the built program on this home, to its end, whatever comes of it. */
  readonly runs: (...args: readonly string[]) => Promise<Ran>;
  /** Starts the built program on this home. */
  readonly starts: (...args: readonly string[]) => Running;
};

/** Where somebody's home lies, and how others reach them; `address` is asked once the port is known. */
export type Place = {
  readonly folder?: string;
  /** Where to listen, instead of a port of loopback. */
  readonly listen?: string;
  readonly address?: (port: number) => Promise<string>;
};

/** Sets up somebody on loopback, without passphrase; their listener is ended when the test is over. */
export async function setUpPerson(name: string, place: Place = {}): Promise<Person> {
  const home = join(place.folder ?? (await tempFolder()), 'home');
  const port = await takePort();
  const listen = place.listen ?? `127.0.0.1:${port}`;
  const address = (await place.address?.(port)) ?? listen;
  onTestFinished(async () => void (await stopListener(join(home, 'inbox'))));
  const tries = (...args: readonly string[]): Promise<Ran> => runHere([...args, '--home', home]);
  const does = async (...args: readonly string[]): Promise<Ran> => {
    const ran = await tries(...args);
    if (ran.code !== 0) throw new Error(`${args.join(' ')} ended with ${ran.code}: ${ran.stderr}`);
    return ran;
  };
  await does('init', '--name', name, '--no-passphrase', '--listen', listen, '--address', address);
  return {
    name,
    home,
    port,
    does,
    tries,
    runs: (...args) => run([...args, '--home', home]),
    starts: (...args) => start([...args, '--home', home]),
  };
}

/** The JSON lines of a command, each parsed. */
export function jsonLines(ran: Ran): ReadonlyArray<Record<string, unknown>> {
  const lines = ran.stdout.split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The lines of `read --json`, without the one that says that somebody joined. */
export function readLines(ran: Ran): ReadonlyArray<Record<string, unknown>> {
  return jsonLines(ran).filter(
    ({ kind, text }) => kind !== 'notice' || !String(text).endsWith(' joined with your link'),
  );
}
