import { constants } from 'node:os';
import { endingSignals } from '../../core/ending-signals.ts';

/** Reactions to signals and unplanned ends. */
type OnSignal = {
  readonly quit: () => void;
  readonly restore: () => void;
  /** Somebody wants this program to stop, as with Ctrl+Z; stopProcess() then stops it. */
  readonly suspend: () => void;
  /** The program goes on, no matter who stopped it. */
  readonly resume: () => void;
};

const ending = endingSignals;

/**
 * Listens for the signals that end a program, for its continuation, and for ends that nobody planned: an uncaught throw, process.exit.
 * Returns the function that stops listening.
 */
export function onSignals({ quit, restore, suspend, resume }: OnSignal): () => void {
  const quits = ending.map((name) => {
    const listener = (): void => {
      process.exitCode = 128 + constants.signals[name];
      quit();
    };
    process.on(name, listener);
    return () => process.off(name, listener);
  });
  process.on('SIGTSTP', suspend).on('SIGCONT', resume);
  process.on('uncaughtExceptionMonitor', restore);
  process.on('exit', restore);
  return () => {
    for (const stop of quits) stop();
    process.off('SIGTSTP', suspend).off('SIGCONT', resume);
    process.off('uncaughtExceptionMonitor', restore);
    process.off('exit', restore);
  };
}
