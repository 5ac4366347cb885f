import { PassThrough, Writable } from 'node:stream';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import xterm from '@xterm/headless';
import { onTestFinished } from 'vitest';
import type { DesktopNotifier } from '../../../source/core/desktop-notifier.ts';
import type { Door } from '../../../source/core/door.ts';
import { defaultSettings, type Settings } from '../../../source/core/settings.ts';
import type { ReadThemes, Themes } from '../../../source/core/themes.ts';
import type { SaveSetting } from '../../../source/ui/desk/desk.ts';
import type { GivenLink } from '../../../source/ui/first-steps.ts';
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
  /** Text drawn outside of the cells that the program knows: right of its last column, below its last row. */
  readonly beyond: () => string;
  /** Text drawn below its last row: a frame that scrolled. */
  readonly below: () => string;
  readonly type: (text: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Has everything drawn anew, as a terminal does that comes back. */
  readonly again: () => void;
  readonly sees: (text: string | RegExp) => Promise<void>;
  readonly ended: Promise<void>;
};

/** How a terminal measures: by the tables of Unicode 6 or 11, or by grapheme clusters. */
export type Widths = '6' | '11' | 'graphemes';

/** Size, clock, settings and surroundings of a mounted screen. */
export type MountOptions = {
  readonly columns?: number;
  readonly rows?: number;
  readonly now?: () => number;
  readonly settings?: Partial<Settings>;
  readonly env?: Readonly<Record<string, string>>;
  readonly saveSetting?: SaveSetting;
  readonly themes?: Themes;
  readonly readThemes?: ReadThemes;
  readonly desktop?: DesktopNotifier;
  /** The link that the messenger was started with. */
  readonly given?: GivenLink;
  readonly widths?: Widths;
  /** Answers of the terminal, in place of the emulator's. */
  readonly answers?: (reply: string) => string;
};

const margin = { columns: 12, rows: 3 };

/**
 * Runs the screen on two emulated terminals: one of its size, and one that is larger than it believes, to see what
 * would have been drawn outside. It is ended with the test.
 */
export function mountScreen(door: Door, options: MountOptions = {}): Mounted {
  const { columns = 80, rows = 24, now = () => noon, widths = '6' } = options;
  const exact = emulator(columns, rows, widths);
  const large = emulator(columns + margin.columns, rows + margin.rows, widths);
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
  exact.onData((reply) => stdin.write(options.answers?.(reply) ?? reply));
  const settings = { ...defaultSettings, ...options.settings };
  const ended = runScreen({
    door,
    version: '0.1.0',
    settings,
    saveSetting: options.saveSetting ?? (() => Promise.resolve(settings)),
    ...(options.desktop && { desktop: options.desktop }),
    ...(options.given && { given: options.given }),
    ...(options.themes && { themes: options.themes }),
    ...(options.readThemes && { readThemes: options.readThemes }),
    stdin,
    stdout: stdout as unknown as NodeJS.WriteStream,
    env: { TERM: 'xterm', ...options.env },
    now,
  });
  onTestFinished(async () => {
    stdin.write('\u001b\u0011');
    // While the client opens a quit waits its turn, and the second one does not.
    for (let quit = 0; quit < 2; quit += 1) stdin.write('\u0011');
    await ended.catch(() => undefined);
  });
  const screen = (): string => rowsOf(exact).join('\n');
  const below = (): string => rowsOf(large).slice(stdout.rows).join('').trim();
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
      const right = rowsOf(large, stdout.columns).slice(0, stdout.rows);
      return right.join('').trim() + below();
    },
    below,
    type: (text) => void stdin.write(text),
    resize(newColumns, newRows) {
      exact.resize(newColumns, newRows);
      // As a window does: what was outside of the new size is gone.
      large.resize(newColumns, newRows);
      large.resize(newColumns + margin.columns, newRows + margin.rows);
      Object.assign(stdout, { columns: newColumns, rows: newRows });
      stdout.emit('resize');
    },
    again: () => void stdout.emit('resize'),
    async sees(text) {
      const shows = (): boolean => (typeof text === 'string' ? screen().includes(text) : text.test(screen()));
      await until(`the screen shows ${String(text)}`, shows, 20_000).catch((error: unknown) => {
        throw new Error(`${String(error)}; the screen was:\n${screen()}`, { cause: error });
      });
    },
    ended,
  };
}

function emulator(cols: number, rows: number, widths: Widths): InstanceType<typeof xterm.Terminal> {
  const terminal = new xterm.Terminal({
    cols,
    rows,
    allowProposedApi: true,
    scrollback: 0,
    convertEol: true,
  });
  if (widths === '11') {
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = '11';
  }
  if (widths === 'graphemes') {
    terminal.loadAddon(new UnicodeGraphemesAddon());
    terminal.unicode.activeVersion = '15-graphemes';
  }
  return terminal;
}

/** The rows of a terminal, from a column on. */
function rowsOf(terminal: InstanceType<typeof xterm.Terminal>, column = 0): readonly string[] {
  const { active } = terminal.buffer;
  return Array.from(
    { length: terminal.rows },
    (_, row) => active.getLine(row)?.translateToString(true, column) ?? '',
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
