import { Box, Text } from 'ink';
import { Fragment, type ReactElement, useContext } from 'react';
import type { Printable } from '../../core/types.ts';
import { fitLine, type Line, lineWidth } from '../text/line.ts';
import { asciiOf } from '../text/ascii.ts';
import { isSure } from '../text/cells.ts';
import { type Drawing, DrawingContext } from './drawing-context.ts';

/**
 * Rows of text, one under the other, each cut to `width`: the only component of this screen that draws text. All rows of a part are one
 * text node: the layout has nothing to decide here, because the rows are counted already.
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
  return (
    <Box width={width} height={lines.length} flexShrink={0}>
      <Text wrap="truncate-end">
        {lines.map((line, row) => (
          // A row has no identity of its own, only its place.
          <Fragment key={row}>
            {row > 0 ? '\n' : ''}
            <Row
              line={lineWidth(line) > width ? fitLine(line, width) : line}
              faded={faded}
              drawing={drawing}
            />
          </Fragment>
        ))}
      </Text>
    </Box>
  );
}

type RowProps = { readonly line: Line; readonly faded: boolean; readonly drawing: Drawing };

function Row({ line, faded, drawing }: RowProps): ReactElement[] | string {
  if (line.length === 0) return ' ';
  return line.map(({ text, look, link }, at) => (
    <Text key={at} {...drawing.looks[faded ? 'dim' : look]}>
      {drawing.isAscii ? asciiOf(text) : drawn(text, faded ? undefined : link)}
    </Text>
  ));
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
