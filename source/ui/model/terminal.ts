import { defaultSettings, type ListWidth, type Settings } from '../../core/settings.ts';
import type { Background } from '../../core/themes.ts';
import { baseForms, type EmojiKind } from '../text/emoji-drawing.ts';
import type { Depth } from './pens.ts';

/** The abilities of a terminal, whatever the settings say. */
export type Terminal = {
  readonly depth: Depth;
  /** Its background; null until it has answered. */
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

/** Minimum width, in columns, for showing the list of people, and for putting names over the messages. */
export const wideFrom = 60;
/** Columns that the conversation keeps beside the list, if it can. */
const mainColumns = 36;

/** For each width of the list: its share of the terminal, and the fewest and the most columns. */
const shares: Readonly<Record<Exclude<ListWidth, 'hidden'>, readonly [number, number, number]>> = {
  narrow: [0.15, 16, 20],
  auto: [0.25, 20, 32],
  wide: [0.36, 28, 48],
};

/** Columns of the list of people without its line, on a terminal of `columns`; 0 when it is hidden. */
export function sidebarColumns(columns: number, list: ListWidth = 'auto'): number {
  if (columns < wideFrom || list === 'hidden') return 0;
  const [share, least, most] = shares[list];
  const wanted = Math.min(most, Math.max(least, Math.floor(columns * share)));
  return Math.min(wanted, columns - mainColumns - 1);
}

/** The layout of a conversation on a terminal of `columns`. */
export function pageOf(layout: Settings['layout'], columns: number): 'roomy' | 'compact' {
  if (layout !== 'auto') return layout;
  return columns < wideFrom ? 'compact' : 'roomy';
}
