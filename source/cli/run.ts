import { constants } from 'node:os';
import { endingSignals } from '../core/ending-signals.ts';
import { asDiskFailure, ChatError, outputFailure } from '../core/errors.ts';
import { dropForeignSignals, refuseDebuggers } from '../session/home/refuse-debuggers.ts';
import { flush, terminalMs, writeFilesWhole } from '../commands/standard-output.ts';
import { unblock } from '../commands/unblock.ts';

/** Exit codes of endings without a ChatError. INTERFACE "Exit". */
const exits = { done: 0, bug: 70, terminalGone: 129 } as const;

/** Error codes of writing when nobody reads standard output any more. */
const unread: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ERR_STREAM_DESTROYED']);

const sameMomentMs = 500;
/** How long a program that was told to end may take to leave its home in order. */
const patienceMs = 5000;
/** How long work may go on when its output is lost: the output was the last of it, or the work never ends on its own. */
const afterLossMs = 3000;

/**
 * Runs the whole program and returns its exit code. `work` gets a signal that is aborted when the person interrupts or nobody reads
 * standard output any more; a second interrupt ends at once. Errors that `work` throws are printed on standard error. A number that `work`
 * returns is the exit code, even when `work` was told to end.
 */
export async function run(work: (signal: AbortSignal) => Promise<void | number>): Promise<number> {
  dropForeignSignals();
  refuseDebuggers();
  setImmediate(refuseDebuggers);
  process.umask(0o077);
  unblock(process.stdout);
  unblock(process.stderr);
  const stopping = new AbortController();
  let stopped: { readonly exit: number; readonly at: number } | undefined;
  const stop = (exit: number, by?: NodeJS.Signals): void => {
    // A terminal and a package manager may both pass on one Ctrl+C.
    if (stopped) return performance.now() - stopped.at > sameMomentMs ? process.exit(exit) : undefined;
    stopped = { exit, at: performance.now() };
    stopping.abort(new Error('interrupted', { cause: by }));
    setTimeout(() => process.exit(exit), patienceMs).unref();
  };
  for (const name of endingSignals) process.on(name, () => stop(128 + constants.signals[name], name));
  let lost: ChatError | undefined;
  writeFilesWhole(process.stdout);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (stopped || lost) return;
    if (error.code === 'EIO') return stop(exits.terminalGone);
    if (unread.has(error.code) && process.stdout.bytesWritten > 0) return stop(exits.done);
    lost = outputFailure(error);
    setTimeout(() => stopping.abort(lost), afterLossMs).unref();
  });
  process.stderr.on('error', () => undefined);
  process.on('uncaughtException', endByBug).on('unhandledRejection', endByBug);
  const exit = await carryOut(work, stopping.signal);
  await flush(process.stdout);
  if (stopped) return exit ?? stopped.exit;
  const lostExit = lost ? await report(lost) : exits.done;
  return exit || lostExit;
}

/** The exit code that the work returns or fails with; null when there is none, or the work was stopped. */
async function carryOut(
  work: (signal: AbortSignal) => Promise<void | number>,
  signal: AbortSignal,
): Promise<number | null> {
  try {
    return (await work(signal)) ?? null;
  } catch (error) {
    return signal.aborted ? null : report(error);
  }
}

/** Ends the process once all output has gone; does not wait long for a terminal that does not read. */
export function exitWith(code: number): void {
  process.exitCode = code;
  if (process.stdout.isTTY) setTimeout(() => process.exit(code), terminalMs);
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

async function report(thrown: unknown): Promise<number> {
  const { text, exit } = await tellFailure(thrown);
  process.stderr.write(text);
  return exit;
}

/** The text on standard error for anything that a command throws, and the exit code. */
export async function tellFailure(
  thrown: unknown,
): Promise<{ readonly text: string; readonly exit: number }> {
  const error = asDiskFailure(thrown);
  if (!(error instanceof ChatError)) return { text: bugText(error), exit: exits.bug };
  const { printableLine } = await import('../core/printable.ts');
  const lines = [`error: ${printableLine(error.message)}`, `hint: ${error.hint}`];
  return { text: lines.map((line) => `cryptochat: ${line}\n`).join(''), exit: error.exit };
}

/** Written last, when the screen has given the terminal back. */
function endByBug(error: unknown): void {
  if (asDiskFailure(error) instanceof ChatError) return endByDisk(error);
  process.once('exit', () => process.stderr.write(bugText(error)));
  process.exit(exits.bug);
}

/** Nothing awaited the work that failed: the disk failed, this is not a bug. */
function endByDisk(error: unknown): void {
  const failure = asDiskFailure(error) as ChatError;
  const text = `cryptochat: error: ${failure.message}\ncryptochat: hint: ${failure.hint}\n`;
  process.once('exit', () => process.stderr.write(text));
  process.exit(failure.exit);
}

function bugText(error: unknown): string {
  const known = error instanceof Error ? error : new Error(String(error));
  const [first = ''] = `${known.name}: ${known.message}`.split('\n');
  const debug = process.env['CRYPTOCHAT_DEBUG'] === '1';
  return [
    `cryptochat: error: this is a bug: ${first.replaceAll(/[^\x20-\x7e]/gu, '?')}`,
    'cryptochat: hint: please report it, see CONTRIBUTING.md; CRYPTOCHAT_DEBUG=1 shows where it happened',
    ...(debug ? [known.stack ?? ''] : []),
    '',
  ].join('\n');
}
