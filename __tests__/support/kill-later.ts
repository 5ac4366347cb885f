import { onTestFinished } from 'vitest';

/** Kills a process when the test is over, unless it has ended by then. */
export function killLater(pid: number): void {
  onTestFinished(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  });
}
