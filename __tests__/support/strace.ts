import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** True if the system calls of a program can be watched here. */
export const canTrace = spawnSync('strace', ['-V']).status === 0;

/** The words to put before a program so that its calls, with the paths behind descriptors, are written to `log`. */
export function tracing(log: string, calls: string): readonly string[] {
  return ['strace', '-f', '-y', '-s', '256', '-o', log, '-e', `trace=${calls}`];
}

/** One call: its text, and the lines of the log in which it began and ended. */
export type Call = { readonly text: string; readonly began: number; readonly ended: number };

/** The calls of a log in the order in which they began; strace cuts calls in two when threads overlap. */
export async function readTrace(log: string): Promise<readonly Call[]> {
  const lines = (await readFile(log, 'utf8')).split('\n');
  return lines.flatMap((text, began) => {
    if (text.includes(' resumed>')) return [];
    if (!text.includes('<unfinished ...>')) return [{ text, began, ended: began }];
    const thread = /^\d+/.exec(text)?.[0] ?? '';
    const ended = lines.findIndex(
      (line, n) => n > began && line.startsWith(`${thread} `) && line.includes('resumed>'),
    );
    // The bytes of a read are only known once it returns.
    return [{ text: `${text} ${lines[ended] ?? ''}`, began, ended: ended < 0 ? lines.length : ended }];
  });
}

/** True if `first` had ended before `second` began. */
export function isBefore(first: Call | undefined, second: Call | undefined): boolean {
  return first !== undefined && second !== undefined && first.ended < second.began;
}
