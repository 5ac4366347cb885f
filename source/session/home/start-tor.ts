import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, realpath, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Address } from '../../core/address.ts';
import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { printableLine } from '../../core/printable.ts';
import { readBounded, replaceFile } from '../../disk/files.ts';
import { lockFile } from '../../store/lock-file.ts';
import { askTor } from './ask-tor.ts';
import type { Running } from './keep-running.ts';
import {
  giveOnionKey,
  makeOnionFolders,
  notedOnionPlace,
  onionFiles,
  readMoreLines,
  type OnionFiles,
} from './onion-files.ts';
import { runningTor, stopTor } from './running-tor.ts';
import { onionPlace } from '../../core/onion.ts';
import { torInstallation, torProgram } from './tor-program.ts';
import { formatTorrc, proxyLinesIn } from './torrc.ts';

/** A Tor for a home; without a `seed` its service keeps the key that is there, or Tor makes one. */
export type TorPlan = {
  readonly home: string;
  /** Where the listener is bound; an empty host for nowhere. */
  readonly bound: Address;
  /** Returns the current setting of config.toml at each start: Tor itself connects through it. */
  readonly proxy: () => Promise<string>;
  readonly seed: Uint8Array | null;
  /** Used instead of PATH when looking for the program. */
  readonly path?: string;
};

/**
 * The Tor that fits the plan: the one that runs, else a new one. A running one that does not fit is replaced if `mayReplace`; else it is
 * taken over, unless it uses another proxy. Throws ChatError tor-missing, tor-failed, folder-open, folder-owner, config-bad.
 */
export async function adoptOrStartTor(plan: TorPlan, mayReplace: boolean): Promise<Running> {
  const files = onionFiles(plan.home);
  const program = await torProgram(plan.path);
  if (!program) throw new ChatError('tor-missing', torInstallation());
  await makeOnionFolders(files);
  const free = await lockStart(files);
  try {
    const place = plan.seed ? onionPlace(plan.seed) : await notedOnionPlace(plan.home);
    const { bound } = plan;
    const proxy = await plan.proxy();
    const more = await readMoreLines(files);
    const of = `${program.path} ${program.version}`;
    const torrc = formatTorrc({ files, program: of, bound, proxy, more, place });
    const found = await runningTor(plan.home);
    if (found !== null && (await isKept(files, torrc, mayReplace))) return { pid: found };
    if (found !== null) await stopTor(plan.home);
    if (plan.seed) await giveOnionKey(files, plan.seed);
    await replaceFile(files.torrc, torrc);
    return await startTor(program.path, files);
  } finally {
    free();
  }
}

/** True if the Tor that runs may stay: it fits, or may not be replaced, and it answers. Throws ChatError tor-failed. */
async function isKept(files: OnionFiles, torrc: string, mayReplace: boolean): Promise<boolean> {
  const written = await readFile(files.torrc, 'utf8').catch(() => '');
  if (written !== torrc && mayReplace) return false;
  if (proxyLinesIn(written) !== proxyLinesIn(torrc))
    throw new ChatError('tor-failed', 'the running Tor uses another proxy than config.toml says');
  const until = performance.now() + limits.torAdoptMs;
  while (performance.now() < until) {
    if ((await askTor(files, null)) !== null) return true;
    await pause(limits.torLookMs);
  }
  return false;
}

/** Waits for the right to start the Tor of a home: two at once would take each other's sockets away. Throws ChatError tor-failed. */
async function lockStart(files: OnionFiles): Promise<() => void> {
  const until = performance.now() + limits.torStartMs;
  for (;;) {
    const free = lockFile(files.starting);
    if (free) return free;
    if (performance.now() > until) throw new ChatError('tor-failed', 'another program is starting it');
    await pause(limits.torLookMs);
  }
}

/** Starts Tor in a session of its own; resolves once it accepts commands. Throws ChatError tor-failed with the reason that Tor gave. */
async function startTor(program: string, files: OnionFiles): Promise<Running> {
  // Only the output of this Tor counts.
  for (const path of [files.control, files.cookie, files.log]) await rm(path, { force: true });
  const words = ['--defaults-torrc', '/dev/null', '-f', await realpath(files.torrc)];
  const child = spawn(program, words, {
    cwd: files.folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: files.data },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-limits.torAnswerBytes)));
  // Tor writes it later; a program that is killed before that would leave a Tor that nobody finds.
  if (child.pid !== undefined) await replaceFile(files.pid, `${child.pid}\n`);
  const failure = await answersOrEnds(child, files);
  if (failure === null) return { pid: child.pid ?? 0, child };
  child.kill('SIGKILL');
  await rm(files.pid, { force: true });
  const log = await readBounded(files.log, limits.torAnswerBytes).catch(() => null);
  throw new ChatError('tor-failed', reasonIn(`${said}\n${log?.toString('utf8') ?? ''}`) || failure);
}

/** Null once it accepts commands; else the reason why it never will. */
async function answersOrEnds(child: ChildProcess, files: OnionFiles): Promise<string | null> {
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it exited (${signal ?? code})`));
  });
  const until = performance.now() + limits.torStartMs;
  for (;;) {
    const reason = await Promise.race([ended, pause(limits.torLookMs, null)]);
    if (reason !== null) return reason;
    if ((await askTor(files, null)) !== null) return null;
    if (performance.now() > until) return 'it does not answer';
  }
}

/** The sentence in Tor's log that says why it gave up. */
function reasonIn(log: string): string {
  const lines = [...log.matchAll(/\[(?:warn|err)\] (?<text>.*)$/gmu)].map(
    ({ groups }) => groups?.['text'] ?? '',
  );
  const refused = lines.find((line) => line.startsWith('Failed to parse/validate config: '));
  const known = refused?.slice('Failed to parse/validate config: '.length);
  const told = lines.filter((line) => !/^(?:You are running Tor as root|Reading config failed)/u.test(line));
  return printableLine((known ?? told.at(-1) ?? '').replace(/\.? *$/u, ''), 160);
}
