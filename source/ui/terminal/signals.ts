import { constants } from 'node:os';
import { endingSignals } from '../../core/ending-signals.ts';

/** What signals and unplanned ends do. */
type OnSignal = {
  readonly quit: () => void;
  readonly restore: () => void;
  readonly resume: () => void;
};

const ending = endingSignals;

/**
 * Listens for the signals that end a program, for its continuation, and for ends that nobody planned: an uncaught
 * throw, process.exit. Answers the function that stops listening.
 */
export function onSignals({ quit, restore, resume }: OnSignal): () => void {
  const quits = ending.map((name) => {
    const listener = (): void => {
      process.exitCode = 128 + constants.signals[name];
      quit();
    };
    process.on(name, listener);
    return () => process.off(name, listener);
  });
  process.on('SIGCONT', resume);
  process.on('uncaughtExceptionMonitor', restore);
  process.on('exit', restore);
  return () => {
    for (const stop of quits) stop();
    process.off('SIGCONT', resume);
    process.off('uncaughtExceptionMonitor', restore);
    process.off('exit', restore);
  };
}
