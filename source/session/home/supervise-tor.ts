import type { ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import type { OnionState } from '../../core/own-onion.ts';
import { limits } from '../../core/limits.ts';
import { askTor } from './ask-tor.ts';
import { keepRunning, type Keeper, type Running } from './keep-running.ts';
import { notedOnionPlace, onionFiles } from './onion-files.ts';
import { isTor, stopTor } from './running-tor.ts';
import { adoptOrStartTor, type TorPlan } from './start-tor.ts';

export { runningTor, stopTor } from './running-tor.ts';

/**
 * Keeps one Tor running for a home (keep-running.ts). A running one whose torrc differs from the current plan is replaced, but only at
 * first, so a `listen` and a messenger of one home do not end each other's Tor. `changed` gets every state.
 */
export function superviseTor(options: TorPlan & { readonly changed: (state: OnionState) => void }): Keeper {
  const { changed, ...plan } = options;
  const files = onionFiles(plan.home);
  const look = async ({ pid }: Running): Promise<number> => {
    const report = await askTor(files, await notedOnionPlace(plan.home));
    if (!report) return limits.torAskMs;
    const { percent, summary, announced } = report;
    const isDone = percent === 100 && (announced || plan.bound.host === '');
    changed({ phase: 'running', pid, percent, announced, summary: printableLine(summary, 60) });
    return isDone ? limits.torLookAgainMs : limits.torAskMs;
  };
  const failed = ({ message, hint }: ChatError): void =>
    changed({ phase: 'failed', reason: printableLine(message), hint });
  return keepRunning<Running>({
    adoptOrStart: (isFirst) => adoptOrStartTor(plan, isFirst),
    starting: () => changed({ phase: 'starting' }),
    failed,
    runs: () => undefined,
    isIt: (pid) => isTor(pid, files),
    look,
    lasting: new Set(['tor-missing', 'folder-open', 'folder-owner', 'config-bad']),
    stop: () => stopTor(plan.home),
  });
}
