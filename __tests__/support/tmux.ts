import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { program } from './pty.ts';

/** True if there is a tmux here. */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/** The built program in a tmux window of its own. */
export type InTmux = {
  readonly type: (bytes: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** The rows of the window, without the blanks at their ends, and where its cursor stands. */
  readonly screen: () => string;
  /** The content of the newest buffer; empty when there is none. */
  readonly buffer: () => string;
  /** The rows that scrolled out at the top. */
  readonly scrolledOut: () => string;
};

/** Starts the program in a tmux of its own, without anybody's settings; it ends with the test. */
export function startInTmux(args: readonly string[], columns: number, rows: number): InTmux {
  const socket = `cryptochat-${randomUUID()}`;
  const tmux = (...words: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync('tmux', ['-L', socket, '-f', '/dev/null', ...words], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        LANG: 'C.UTF-8',
        TERM: 'xterm-256color',
        // Any other may ask something first, which is no screen of ours.
        VISUAL: 'true',
      },
    });
    if (status !== 0) throw new Error(`tmux ${words[0] ?? ''}: ${stderr}`);
    return stdout;
  };
  const command = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
  tmux('new-session', '-d', '-s', 'one', '-x', String(columns), '-y', String(rows), `exec ${command}`);
  onTestFinished(() => void tmux('kill-server'));
  tmux('set-option', '-t', 'one', 'status', 'off');
  return {
    type(bytes) {
      const hex = [...Buffer.from(bytes)].map((byte) => byte.toString(16).padStart(2, '0'));
      tmux('send-keys', '-t', 'one', '-H', ...hex);
    },
    resize: (width, height) =>
      void tmux('resize-window', '-t', 'one', '-x', String(width), '-y', String(height)),
    screen: () =>
      tmux('capture-pane', '-t', 'one', '-p') +
      tmux('display-message', '-t', 'one', '-p', '#{?cursor_flag,cursor #{cursor_x} #{cursor_y},no cursor}'),
    buffer: () => (tmux('list-buffers') === '' ? '' : tmux('show-buffer')),
    scrolledOut: () => tmux('display-message', '-t', 'one', '-p', '#{history_size}').trim(),
  };
}
