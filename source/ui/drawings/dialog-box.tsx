import { Box } from 'ink';
import type { ReactElement } from 'react';
import { blank, fitLine, type Line, line, lineWidth, span } from '../line.ts';
import { type Dialog, isSheet } from '../dialogs/dialog.ts';
import type { Panel } from '../dialogs/panel.ts';
import type { Where } from '../keymap.ts';
import { widthOf } from '../text/cells.ts';
import { repeated, say } from '../text/say.ts';
import { hintLine } from './bottom.ts';
import { Lines } from './lines.tsx';
import type { Caret } from './main-screen.tsx';

type Size = { readonly columns: number; readonly rows: number };

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
};

/** Puts a panel on a screen of `size`: boxes in the middle, sheets over all of it; long ones scroll. */
export function placePanel(panel: Panel, dialog: Dialog, size: Size): Placed {
  const whole = isSheet(dialog);
  const room = roomFor(dialog, size);
  const height = whole ? room.rows : Math.min(room.rows, panel.lines.length);
  const most = Math.max(0, panel.lines.length - height);
  const caretRow = panel.caret?.row ?? 0;
  const first = Math.min(most, Math.max(dialog.scroll, caretRow - height + 1));
  const lines = panel.lines.slice(first, first + height);
  const hints = hintLine(layers(dialog), room.columns);
  const x = whole ? 0 : Math.floor((size.columns - room.columns - 4) / 2);
  const y = whole ? 0 : Math.max(0, Math.floor((size.rows - height - 4) / 2));
  const framed = { title: panel.title, isMore: first < most, columns: room.columns, hints };
  const drawn = whole ? sheet(lines, framed, height) : box(lines, framed);
  const inset = whole ? 0 : 2;
  const caret = panel.caret && { x: x + inset + panel.caret.column, y: y + 1 + caretRow - first };
  return { x, y, columns: whole ? size.columns : room.columns + 4, lines: drawn, caret };
}

function layers(dialog: Dialog): readonly Where[] {
  if (dialog.kind === 'set-up' && dialog.asksForNone) return ['no-passphrase'];
  if (dialog.kind === 'set-up' || dialog.kind === 'unlock') return [dialog.kind];
  return dialog.kind === 'rotate' && dialog.rotation ? ['dialog'] : [dialog.kind, 'dialog'];
}

type Framed = {
  readonly title: Panel['title'];
  readonly isMore: boolean;
  readonly columns: number;
  readonly hints: Line;
};

function box(lines: readonly Line[], { title, isMore, columns, hints }: Framed): readonly Line[] {
  const side = span(say`│`, 'dim');
  const row = (spans: Line): Line => {
    const fitted = fitLine(spans, columns);
    const gap = repeated(' ', columns - lineWidth(fitted));
    return [side, span(say` `), ...fitted, span(say`${gap} `), side];
  };
  const more = isMore ? say` ↓ more ` : say``;
  const bar = repeated('─', columns + 2 - more.length);
  return [
    [
      span(say`╭─ `, 'dim'),
      span(title, 'strong'),
      span(say` ${repeated('─', columns - widthOf(title) - 1)}╮`, 'dim'),
    ],
    ...lines.map(row),
    [span(say`├${bar}`, 'dim'), span(more, 'accent'), span(say`┤`, 'dim')],
    row(hints.slice(1)),
    line(say`╰${repeated('─', columns + 2)}╯`, 'dim'),
  ];
}

function sheet(
  lines: readonly Line[],
  { title, isMore, columns, hints }: Framed,
  height: number,
): readonly Line[] {
  const rest = Array.from({ length: Math.max(0, height - lines.length) }, () => blank);
  const more: Line = isMore ? [span(say` · `, 'dim'), span(say`↓ more`, 'accent')] : [];
  const rule = repeated('─', columns - widthOf(title) - 4);
  return [
    [span(say`── `, 'dim'), span(title, 'strong'), span(say` ${rule}`, 'dim')],
    ...lines,
    ...rest,
    fitLine([...hints, ...more], columns),
  ];
}

/** A panel on top of what else is on the screen. */
export function DialogBox({ placed }: { readonly placed: Placed }): ReactElement {
  return (
    <Box position="absolute" marginLeft={placed.x} marginTop={placed.y} width={placed.columns}>
      <Lines lines={placed.lines} width={placed.columns} />
    </Box>
  );
}
