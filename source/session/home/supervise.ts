import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { asFailure, ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { printableLine } from '../../core/printable.ts';
import type { ListenerState } from '../../core/types.ts';
import { prepareInbox } from '../../inbox/maildir.ts';
import type { Presence } from '../../inbox/presence.ts';
import { listenerBuild, listenerFailure, startListener, type ListenerPlan } from './start-listener.ts';
import { isListener, runningListener, stopListener } from './running-listener.ts';

export { runningListener, stopListener } from './running-listener.ts';

/** Watches over the listener of one inbox. */
export type Supervisor = {
  /** Resolves with the first state that is not `starting`. */
  readonly ready: () => Promise<ListenerState>;
  /** Ends the watch, and with `keep: false` the listener too. */
  readonly close: (options: { readonly keep: boolean }) => Promise<void>;
};

/** A listener that runs: started by us, or (without child) found. */
type Running = {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  readonly child?: ChildProcess;
};

/**
 * Keeps one listener running on an inbox: takes over the one that is there already, else starts one; starts the next when it
 * ends, with growing pauses. One that listens elsewhere than the plan says, or
 * is another version's, is replaced. `changed` hears every state.
 */
export function superviseListener(
  options: ListenerPlan & { readonly changed: (state: ListenerState) => void },
): Supervisor {
  const { changed, ...plan } = options;
  const closing = new AbortController();
  const first = Promise.withResolvers<ListenerState>();
  let running: Running | null = null;

  const publish = (state: ListenerState): void => {
    changed(state);
    if (state.phase !== 'starting') first.resolve(state);
  };
  const watch = async (): Promise<void> => {
    let wait: number = limits.listenerRestartFirstMs;
    while (!closing.signal.aborted) {
      publish({ phase: 'starting' });
      const found = await adoptOrStart(plan);
      const since = performance.now();
      if (found instanceof ChatError) publish({ phase: 'failed', reason: printableLine(found.message) });
      else {
        running = found;
        publish({ phase: 'running', host: found.host, port: found.port, pid: found.pid });
        await ended(found, plan.inbox, closing.signal);
        if (closing.signal.aborted) return;
        running = null;
      }
      const lasted = performance.now() - since > limits.listenerRestartMostMs;
      const taken = found instanceof ChatError && found.code === 'port-taken';
      wait = lasted ? limits.listenerRestartFirstMs : wait;
      await pause(taken ? limits.listenerRestartMostMs : wait, null, { signal: closing.signal }).catch(
        () => null,
      );
      wait = Math.min(wait * 2, limits.listenerRestartMostMs);
    }
  };
  const watching = watch();
  return {
    ready: () => first.promise,
    async close({ keep }) {
      closing.abort();
      await watching;
      if (!keep) await stopListener(plan.inbox);
      else if (running?.child) letGo(running.child);
    },
  };
}

/** The listener that fits the plan, or why there is none. */
async function adoptOrStart(plan: ListenerPlan): Promise<Running | ChatError> {
  try {
    await prepareInbox(plan.inbox);
    const found = await runningListener(plan.inbox);
    if (found && (await fits(found, plan))) return found;
    if (found) await stopListener(plan.inbox);
    const started = await startListener(plan);
    if (started.kind === 'listening') return started;
    if (started.code !== 'EADDRINUSE') return listenerFailure(plan, started);
    // Another client of this home may have been faster.
    const faster = await runningListener(plan.inbox);
    return faster && (await fits(faster, plan)) ? faster : listenerFailure(plan, started);
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): ChatError {
  const failure = asFailure(error);
  if (failure instanceof ChatError) return failure;
  return new ChatError('listener-failed', failure instanceof Error ? failure.message : String(failure));
}

/** Tells whether a listener is the one that would be started now: the same place, program, flags and Node. */
export async function fits(running: Presence, plan: ListenerPlan): Promise<boolean> {
  const sameHost = running.host === plan.host || (plan.host === '::' && running.host === '0.0.0.0');
  const samePlace = sameHost && (plan.port === 0 || running.port === plan.port);
  return samePlace && running.build === (await listenerBuild(plan));
}

/** Resolves when a listener has ended, or `signal` says that it no longer matters. */
async function ended({ pid, child }: Running, inbox: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const aborted = new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
  if (child) {
    const exited = new Promise((resolve) => {
      child.once('exit', resolve);
      if (child.exitCode !== null || child.signalCode !== null) resolve(null);
    });
    await Promise.race([exited, aborted]);
    return;
  }
  while (!signal.aborted && (await isListener(pid, inbox))) {
    await pause(limits.listenerLookMs, null, { signal }).catch(() => null);
  }
}

/** Lets a child live on when this process ends. */
function letGo(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}
