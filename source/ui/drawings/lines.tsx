import { Box, Text } from 'ink';
import { type ReactElement, useContext } from 'react';
import type { Printable } from '../../core/types.ts';
import { fitLine, lineWidth, type Line, type Span } from '../text/line.ts';
import { styled } from '../model/theme.ts';
import { asciiOf } from '../text/ascii.ts';
import { isSure } from '../text/cells.ts';
import { type Drawing, DrawingContext } from './drawing-context.ts';

/**
 * Rows of text, one under the other, each cut to `width`: the only component of this screen that draws text. All rows of a part are one
 * text: the layout has nothing to decide here, because the rows are counted already.
 */
export function Lines({
  lines,
  width,
  faded = false,
}: {
  readonly lines: readonly Line[];
  readonly width: number;
  /** True if the rows are now the background of something else. */
  readonly faded?: boolean;
}): ReactElement {
  const drawing = useContext(DrawingContext);
  const rows = lines.map((row) => rowText(row, { width, faded, drawing }));
  return (
    <Box width={width} height={lines.length} flexShrink={0}>
      <Text wrap="truncate-end">{rows.join('\n')}</Text>
    </Box>
  );
}

type Place = { readonly width: number; readonly faded: boolean; readonly drawing: Drawing };

/** The text of each row as it was drawn last: most rows of a frame were in the frame before. */
const drawnRows = new WeakMap<Line, Place & { readonly text: string }>();

/** A row as text with the escapes of its looks. */
function rowText(row: Line, place: Place): string {
  const before = drawnRows.get(row);
  const { width, faded, drawing } = place;
  const isSame = before?.width === width && before.faded === faded;
  if (isSame && before.drawing.looks === drawing.looks && before.drawing.isAscii === drawing.isAscii)
    return before.text;
  const cut = lineWidth(row) > width ? fitLine(row, width) : row;
  const text = cut.length === 0 ? ' ' : cut.map((span) => spanText(span, place)).join('');
  drawnRows.set(row, { ...place, text });
  return text;
}

function spanText({ text, look, link }: Span, { faded, drawing }: Place): string {
  const shown = drawing.isAscii ? asciiOf(text) : drawn(text, faded ? undefined : link);
  return styled(shown, drawing.looks[faded ? 'dim' : look]);
}

function drawn(text: Printable, link: string | undefined): string {
  if (link !== undefined) return linked(text, link);
  return isSure(text) ? text : whole(text);
}

/**
 * A link to nowhere, which every terminal draws as text. The renderer always writes rows with a link as a whole; of other rows it
 * writes only the changed part, at a column that it counts itself, and terminals may count this text differently.
 */
function whole(text: string): string {
  return `\u001b]8;id=whole;\u001b\\${text}\u001b]8;;\u001b\\`;
}

/** A hyperlink of the terminal (OSC 8); one that has none draws the text alone. */
function linked(text: string, target: string): string {
  return `\u001b]8;;${target}\u001b\\${text}\u001b]8;;\u001b\\`;
}
