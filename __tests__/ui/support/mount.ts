import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';
import { onTestFinished } from 'vitest';
import type { Door } from '../../../source/core/door.ts';
import { defaultSettings, type Settings } from '../../../source/core/settings.ts';
import type { SaveSetting } from '../../../source/ui/desk.ts';
import { runScreen } from '../../../source/ui/screen.tsx';
import { until } from '../../support/until.ts';
import { noon } from './samples.ts';
import { svgOf } from './svg.ts';

process.env['TZ'] = 'UTC';

/** The screen on an emulated terminal, in this process. */
export type Mounted = {
  readonly rows: () => readonly string[];
  readonly screen: () => string;
  /** The screen as a picture, in SVG. */
  readonly picture: () => string;
  /** How the first character of the last `text` on the screen looks: `6 on 0 bold dim`, in numbers of the palette. */
  readonly lookOf: (text: string) => string;
  readonly cursor: () => { readonly x: number; readonly y: number; readonly isShown: boolean };
  /** Everything that was written, with its control sequences. */
  readonly raw: () => string;
  /** What was drawn where the program believes that there is no cell: right of its last column, below its last row. */
  readonly beyond: () => string;
  readonly type: (text: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly sees: (text: string | RegExp) => Promise<void>;
  readonly ended: Promise<void>;
};

/** Size, clock, settings and surroundings of a mounted screen. */
export type MountOptions = {
  readonly columns?: number;
  readonly rows?: number;
  readonly now?: () => number;
  readonly settings?: Partial<Settings>;
  readonly env?: Readonly<Record<string, string>>;
  readonly saveSetting?: SaveSetting;
};

const margin = { columns: 12, rows: 3 };

/**
 * Runs the screen on two emulated terminals: one of its size, and one that is larger than it believes, to see what
 * would have been drawn outside. It is ended with the test.
 */
export function mountScreen(door: Door, options: MountOptions = {}): Mounted {
  const { columns = 80, rows = 24, now = () => noon } = options;
  const exact = emulator(columns, rows);
  const large = emulator(columns + margin.columns, rows + margin.rows);
  let raw = '';
  const stdout = Object.assign(
    new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        raw += text;
        large.write(text);
        exact.write(text);
        done();
      },
    }),
    { isTTY: true, columns, rows },
  );
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  exact.onData((reply) => stdin.write(reply));
  const ended = runScreen({
    door,
    version: '0.1.0',
    settings: { ...defaultSettings, ...options.settings },
    saveSetting: options.saveSetting ?? (() => Promise.reject(new Error('not part of the test'))),
    stdin,
    stdout: stdout as unknown as NodeJS.WriteStream,
    env: { TERM: 'xterm-256color', ...options.env },
    now,
  });
  onTestFinished(async () => {
    stdin.write('\u001b\u0011');
    stdin.write('\u0011');
    await ended.catch(() => undefined);
  });
  const screen = (): string => rowsOf(exact).join('\n');
  const cursor: Mounted['cursor'] = () => ({
    x: exact.buffer.active.cursorX,
    y: exact.buffer.active.cursorY,
    isShown: raw.lastIndexOf('\u001b[?25h') > raw.lastIndexOf('\u001b[?25l'),
  });
  return {
    rows: () => rowsOf(exact),
    screen,
    picture() {
      const { isShown, ...place } = cursor();
      return svgOf(exact, isShown ? place : null);
    },
    cursor,
    lookOf: (text) => lookOf(exact, text),
    raw: () => raw,
    beyond() {
      const all = rowsOf(large);
      const right = all.map((row) => row.slice(cutAt(row, stdout.columns)));
      return [...right, ...all.slice(stdout.rows)].join('').trim();
    },
    type: (text) => void stdin.write(text),
    resize(newColumns, newRows) {
      exact.resize(newColumns, newRows);
      // As a window does: what was outside of the new size is gone.
      large.resize(newColumns, newRows);
      large.resize(newColumns + margin.columns, newRows + margin.rows);
      Object.assign(stdout, { columns: newColumns, rows: newRows });
      stdout.emit('resize');
    },
    async sees(text) {
      const shows = (): boolean => (typeof text === 'string' ? screen().includes(text) : text.test(screen()));
      await until(`the screen shows ${String(text)}`, shows, 4000).catch((error: unknown) => {
        throw new Error(`${String(error)}; the screen was:\n${screen()}`, { cause: error });
      });
    },
    ended,
  };
}

function emulator(cols: number, rows: number): InstanceType<typeof xterm.Terminal> {
  return new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 0, convertEol: true });
}

function rowsOf(terminal: InstanceType<typeof xterm.Terminal>): readonly string[] {
  const { active } = terminal.buffer;
  return Array.from(
    { length: terminal.rows },
    (_, row) => active.getLine(row)?.translateToString(true) ?? '',
  );
}

function lookOf(terminal: InstanceType<typeof xterm.Terminal>, text: string): string {
  const rows = rowsOf(terminal);
  const y = rows.findLastIndex((row) => row.includes(text));
  const cell = terminal.buffer.active.getLine(y)?.getCell(rows[y]?.lastIndexOf(text) ?? 0);
  if (!cell) return 'nowhere';
  const colour = cell.isFgDefault() ? '' : String(cell.getFgColor());
  const ground = cell.isBgDefault() ? '' : `on ${cell.getBgColor()}`;
  const marks = {
    bold: cell.isBold(),
    dim: cell.isDim(),
    inverse: cell.isInverse(),
    underline: cell.isUnderline(),
  };
  const names = Object.entries(marks).filter(([, isOn]) => isOn !== 0);
  return [colour, ground, ...names.map(([name]) => name)].filter((word) => word !== '').join(' ');
}

/** Where in `row` its column `column` starts; wide characters take two. */
function cutAt(row: string, column: number): number {
  let used = 0;
  let at = 0;
  for (const point of row) {
    if (used >= column) break;
    used += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(
      point,
    )
      ? 2
      : 1;
    at += point.length;
  }
  return at;
}
