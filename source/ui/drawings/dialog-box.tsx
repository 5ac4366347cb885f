import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { KeyMap } from '../model/bindings.ts';
import type { Printable } from '../../core/types.ts';
import { blank, fitLine, line, lineWidth, repeated, say, span, type Line } from '../text/line.ts';
import { isDoor, isSheet, placeOf, type Dialog } from '../model/dialog.ts';
import type { Panel } from '../dialogs/define.ts';
import type { Where } from '../model/keymap.ts';
import type { Size } from '../model/terminal.ts';
import { widthOf } from '../text/cells.ts';
import { hintLine } from './bottom.ts';
import { Lines } from './lines.tsx';
import type { Caret } from './main-screen.tsx';

const boxColumns = 72;

/** The most columns and rows that the lines of a panel can have. */
export function roomFor(dialog: Dialog, size: Size): Size {
  if (isSheet(dialog)) return { columns: size.columns, rows: size.rows - 2 };
  return { columns: Math.min(boxColumns, size.columns) - 4, rows: size.rows - 4 };
}

/** Where a panel is on the screen, which of its lines are visible, and where its caret is. */
export type Placed = {
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  readonly lines: readonly Line[];
  readonly caret: Caret | null;
  /** For each row of the panel that is on the screen, the place of the choice in it, or null. */
  readonly choices: ReadonlyArray<number | null>;
};

/** Puts a panel on a screen of `size`: boxes in the middle, sheets over all of it; long ones scroll. */
export function placePanel(panel: Panel, dialog: Dialog, size: Size & { readonly keys: KeyMap }): Placed {
  const room = roomFor(dialog, size);
  const height = isSheet(dialog) ? room.rows : Math.min(room.rows, panel.lines.length);
  const most = Math.max(0, panel.lines.length - height);
  const first = Math.min(most, Math.max(dialog.scroll, (panel.caret?.row ?? 0) - height + 1));
  const shown = { ...panel, lines: panel.lines.slice(first, first + height) };
  const framed = {
    columns: room.columns,
    height,
    more: moreWords(panel, first, most),
    where: layers(dialog),
    keys: size.keys,
  };
  const frame = isSheet(dialog) ? sheet(shown, framed) : box(shown, framed, size);
  const { caret } = panel;
  const inset = isSheet(dialog) ? 0 : 2;
  return {
    ...frame,
    choices: (panel.choices ?? []).slice(first, first + height),
    caret:
      caret && caret.row >= first
        ? { x: frame.x + inset + caret.column, y: frame.y + 1 + caret.row - first }
        : null,
  };
}

/** The directions in which there is more, with `first` of at most `most` lines scrolled out. */
function moreWords({ beyond }: Panel, first: number, most: number): Printable {
  const isAbove = first > 0 || beyond?.above === true;
  const isBelow = first < most || beyond?.below === true;
  if (!isAbove && !isBelow) return say``;
  return say`${isAbove ? say`↑` : say``}${isBelow ? say`↓` : say``} more`;
}

function layers(dialog: Dialog): readonly Where[] {
  const place = placeOf(dialog);
  if (isDoor(dialog)) return [place];
  const isDone =
    (dialog.kind === 'rotate' && dialog.rotation) || (dialog.kind === 'verify' && dialog.found?.matches);
  return isDone ? ['dialog'] : [place, 'dialog'];
}

type Framed = {
  readonly columns: number;
  readonly height: number;
  readonly more: Printable;
  readonly where: readonly Where[];
  readonly keys: KeyMap;
};

type Frame = Omit<Placed, 'caret' | 'choices'>;

function box({ lines, title, idle = [], hints = {} }: Panel, framed: Framed, size: Size): Frame {
  const { columns, height, where, keys } = framed;
  const side = span(say`│`, 'dim');
  const row = (spans: Line): Line => {
    const fitted = fitLine(spans, columns);
    const gap = repeated(' ', columns - lineWidth(fitted));
    return [side, span(say` `), ...fitted, span(say`${gap} `), side];
  };
  const more = framed.more === '' ? say`` : say` ${framed.more} `;
  const bar = repeated('─', columns + 2 - more.length);
  const rest = repeated('─', columns - widthOf(title) - 1);
  const drawn = [
    [span(say`╭─ `, 'dim'), span(title, 'strong'), span(say` ${rest}╮`, 'dim')],
    ...lines.map(row),
    [span(say`├${bar}`, 'dim'), span(more, 'accent'), span(say`┤`, 'dim')],
    row(hintLine(keys, where, columns, { idle, hints }).slice(1)),
    line(say`╰${repeated('─', columns + 2)}╯`, 'dim'),
  ];
  const x = Math.floor((size.columns - columns - 4) / 2);
  const y = Math.max(0, Math.floor((size.rows - height - 4) / 2));
  return { x, y, columns: columns + 4, lines: drawn };
}

function sheet({ lines, title, idle = [] }: Panel, framed: Framed): Frame {
  const { columns, height, where, keys } = framed;
  const rest = Array.from({ length: Math.max(0, height - lines.length) }, () => blank);
  const more: Line = framed.more === '' ? [] : [span(say` · `, 'dim'), span(framed.more, 'accent')];
  const rule = repeated('─', columns - widthOf(title) - 4);
  const drawn = [
    [span(say`── `, 'dim'), span(title, 'strong'), span(say` ${rule}`, 'dim')],
    ...lines,
    ...rest,
    [...hintLine(keys, where, columns - lineWidth(more), { idle }), ...more],
  ];
  return { x: 0, y: 0, columns, lines: drawn };
}

/** A panel on top of everything else on the screen. */
export function DialogBox({ placed }: { readonly placed: Placed }): ReactElement {
  return (
    <Box position="absolute" marginLeft={placed.x} marginTop={placed.y} width={placed.columns}>
      <Lines lines={placed.lines} width={placed.columns} />
    </Box>
  );
}
