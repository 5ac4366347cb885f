import { onTestFinished } from 'vitest';
import { openTerminal, program } from './pty.ts';
import type { InTerminal, TerminalOptions } from './pty.ts';

/** Starts the built program in a pty; it is killed when the test is over. */
export function startInTerminal(args: readonly string[], options: TerminalOptions = {}): InTerminal {
  const started = openTerminal([process.execPath, program, ...args], options);
  onTestFinished(() => started.kill('SIGKILL'));
  return started;
}
