import { ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import type { ListenerState } from '../../core/types.ts';
import { prepareInbox } from '../../inbox/maildir.ts';
import type { Presence } from '../../inbox/presence.ts';
import { keepRunning, type Keeper, type Running as Runs } from './keep-running.ts';
import { listenerBuild, listenerFailure, startListener, type ListenerPlan } from './start-listener.ts';
import { isListener, runningListener, stopListener } from './running-listener.ts';

export { runningListener, stopListener } from './running-listener.ts';

/** Watches over the listener of one inbox. */
export type Supervisor = Keeper & {
  /** Resolves with the first state that is not `starting`. */
  readonly ready: () => Promise<ListenerState>;
};

type Running = Runs & { readonly host: string; readonly port: number };

/**
 * Keeps one listener running on an inbox (keep-running.ts). It replaces one that listens at another address than the plan says, or that
 * belongs to another version. `changed` gets every state.
 */
export function superviseListener(
  options: ListenerPlan & { readonly changed: (state: ListenerState) => void },
): Supervisor {
  const { changed, ...plan } = options;
  const first = Promise.withResolvers<ListenerState>();
  const publish = (state: ListenerState): void => {
    changed(state);
    if (state.phase !== 'starting') first.resolve(state);
  };
  const failed = ({ message }: ChatError): void =>
    publish({ phase: 'failed', reason: printableLine(message) });
  const keeper = keepRunning<Running>({
    adoptOrStart: () => adoptOrStart(plan),
    starting: () => publish({ phase: 'starting' }),
    failed,
    runs: ({ host, port, pid }) => publish({ phase: 'running', host, port, pid }),
    isIt: (pid) => isListener(pid, plan.inbox),
    lasting: new Set(['port-taken']),
    stop: () => stopListener(plan.inbox),
  });
  return { ready: () => first.promise, ...keeper };
}

/** The listener that fits the plan, or the reason why there is none. */
async function adoptOrStart(plan: ListenerPlan): Promise<Running | ChatError> {
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
}

/** Tells whether a listener is the one that would be started now: the same place, program, flags and Node. */
export async function fits(running: Presence, plan: ListenerPlan): Promise<boolean> {
  const sameHost = running.host === plan.host || (plan.host === '::' && running.host === '0.0.0.0');
  const samePlace = sameHost && (plan.port === 0 || running.port === plan.port);
  return samePlace && running.build === (await listenerBuild(plan));
}
