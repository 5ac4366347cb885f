import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { every } from '../../core/every.ts';
import { asFailure, ChatError, type ErrorCode } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { codeOf } from '../../disk/files.ts';

/** A running program: started by us, or (without child) found. */
export type Running = { readonly pid: number; readonly child?: ChildProcess };

/** One program of a home that outlives the messenger. */
type Ward<Found extends Running> = {
  /** Takes over the running one, else starts one; `isFirst` until one has run. */
  readonly adoptOrStart: (isFirst: boolean) => Promise<Found | ChatError>;
  /** Called before each start, and with its result. */
  readonly starting: () => void;
  readonly failed: (failure: ChatError) => void;
  readonly runs: (found: Found) => void;
  /** True while a process with this id is the program. */
  readonly isIt: (pid: number) => Promise<boolean>;
  /** Checks a running program; returns the ms until the next check. */
  readonly look?: (found: Found) => Promise<number>;
  /** True for a failure that does not go away after a short pause. */
  readonly lasting: ReadonlySet<ErrorCode>;
  readonly stop: () => Promise<unknown>;
};

/** Watches over one program; `close` ends the watch, and with `keep: false` the program too. */
export type Keeper = { readonly close: (options: { readonly keep: boolean }) => Promise<void> };

/** Keeps one program running: takes over the one that is there already, else starts one; starts the next when it ends, with growing pauses. */
export function keepRunning<Found extends Running>(ward: Ward<Found>): Keeper {
  const closing = new AbortController();
  const { signal } = closing;
  let running: Found | null = null;
  let isFirst = true;
  const once = async (): Promise<Found | ChatError> => {
    ward.starting();
    const found = await ward.adoptOrStart(isFirst).catch(failureOf);
    if (found instanceof ChatError) {
      ward.failed(found);
      return found;
    }
    [running, isFirst] = [found, false];
    ward.runs(found);
    await ended(found, ward, signal);
    if (!signal.aborted) running = null;
    return found;
  };
  const watch = async (): Promise<void> => {
    let wait: number = limits.listenerRestartFirstMs;
    while (!signal.aborted) {
      const since = performance.now();
      const found = await once();
      const lasted = performance.now() - since > limits.listenerRestartMostMs;
      const isLasting = found instanceof ChatError && ward.lasting.has(found.code);
      wait = lasted ? limits.listenerRestartFirstMs : wait;
      await rest(isLasting ? limits.listenerRestartMostMs : wait, signal);
      wait = Math.min(wait * 2, limits.listenerRestartMostMs);
    }
  };
  const watching = watch();
  return {
    async close({ keep }) {
      closing.abort();
      await watching;
      // A process that ignores the order to stop does not keep the others from stopping.
      if (!keep) await ward.stop().catch((error: unknown) => ward.failed(failureOf(error)));
      else if (running?.child) letGo(running.child);
    },
  };
}

function failureOf(error: unknown): ChatError {
  const failure = asFailure(error);
  if (failure instanceof ChatError) return failure;
  return new ChatError('listener-failed', failure instanceof Error ? failure.message : String(failure));
}

/** Resolves at once when `signal` says that it no longer matters. */
async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, null, { signal }).catch(() => null);
}

/** Resolves when a running program has to be checked again; at once when `signal` says that it no longer matters. */
function restUntilLook({ child, pid }: Running, lookAt: number, signal: AbortSignal): Promise<void> {
  // A child reports its own end.
  if (!child && lookAt === Infinity) return untilDoubtful(pid, signal);
  return rest(Math.min(child ? forEver : limits.listenerLookMs, lookAt - performance.now()), signal);
}

/** Resolves when there is no process with this id any more, or one that has to be asked for. */
async function untilDoubtful(pid: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const leave = (): void => resolve();
  const askAt = performance.now() + limits.listenerIsItMs;
  const look = every(limits.listenerLookMs, () => {
    if (performance.now() >= askAt || !isThere(pid)) leave();
  });
  signal.addEventListener('abort', leave, { once: true });
  await promise;
  look.stop();
  signal.removeEventListener('abort', leave);
}

/** Resolves when a program has ended, or `signal` says that it no longer matters. */
async function ended<Found extends Running>(
  found: Found,
  ward: Ward<Found>,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const { child } = found;
  child?.once('exit', () => over.abort());
  if (hasEnded(child)) over.abort();
  const check = createCheck(found, ward);
  let lookAt = ward.look ? -Infinity : Infinity;
  for (;;) {
    if (either.aborted || !(await check())) return;
    if (ward.look && performance.now() >= lookAt) lookAt = performance.now() + (await ward.look(found));
    await restUntilLook(found, lookAt, either);
  }
}

/** Tells whether a program still runs: at first and now and then whether the process is that program, otherwise only whether there is one. */
function createCheck<Found extends Running>(found: Found, { isIt }: Ward<Found>): () => Promise<boolean> {
  const { child, pid } = found;
  let askAt = -Infinity;
  return async () => {
    if (child) return !hasEnded(child);
    if (performance.now() < askAt) return isThere(pid);
    askAt = performance.now() + limits.listenerIsItMs;
    return isIt(pid);
  };
}

/** True while there is a process with this id, which another program may have taken over a moment ago; one that may not be signalled is there. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

function hasEnded(child: ChildProcess | undefined): boolean {
  return child !== undefined && (child.exitCode !== null || child.signalCode !== null);
}

/** The longest time that a timer knows. */
const forEver = 2 ** 31 - 1;

/** Lets a child outlive this process. */
function letGo(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}
