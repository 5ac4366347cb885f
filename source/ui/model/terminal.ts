import { defaultSettings, type Settings } from '../../core/settings.ts';
import type { Background } from '../../core/themes.ts';
import { baseForms, type EmojiKind } from '../text/emoji-drawing.ts';
import type { Depth } from './pens.ts';

/** The abilities of a terminal, whatever the settings say. */
export type Terminal = {
  readonly depth: Depth;
  /** What is behind its text; null while it has not told. */
  readonly background: Background | null;
  /** True if the terminal shows only ASCII. */
  readonly isAscii: boolean;
  /** The kinds of emoji that it draws as one picture, as far as it has shown. */
  readonly emoji: ReadonlySet<EmojiKind>;
};

/** Defaults for a terminal of which nothing is known, and for a person who set nothing. */
export const plainly: { readonly settings: Settings; readonly terminal: Terminal } = {
  settings: defaultSettings,
  terminal: { depth: 16, background: null, isAscii: false, emoji: baseForms },
};

/** How large a terminal is, in cells. */
export type Size = { readonly columns: number; readonly rows: number };

/** The size of an output stream; 80×24 when it does not know (a terminal without a size says 0). */
export function sizeOf(stdout: Partial<Size>): Size {
  const { columns = 0, rows = 0 } = stdout;
  return columns > 0 && rows > 0 ? { columns, rows } : { columns: 80, rows: 24 };
}

/** Minimum width, in columns, for showing the sidebar. */
const sidebarFrom = 60;

/** Columns of the sidebar without its line, on a terminal of `columns`; 0 when it is hidden. */
export function sidebarColumns(columns: number): number {
  return columns < sidebarFrom ? 0 : Math.min(28, Math.max(18, Math.floor(columns / 5)));
}
