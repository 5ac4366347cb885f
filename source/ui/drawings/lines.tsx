import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import type { Line } from '../line.ts';
import { looks } from '../theme.ts';

/** Rows of text, one under the other, each at most `width` columns: the only thing of this screen that draws text. */
export function Lines({
  lines,
  width,
  faded = false,
}: {
  readonly lines: readonly Line[];
  readonly width: number;
  /** Whether they are the background of something else now. */
  readonly faded?: boolean;
}): ReactElement {
  return (
    <Box flexDirection="column" flexShrink={0} width={width}>
      {lines.map((line, row) => (
        // A row has no identity of its own: it is what stands in this place now.
        <Row key={row} line={faded ? fade(line) : line} />
      ))}
    </Box>
  );
}

function fade(line: Line): Line {
  return line.map(({ text }) => ({ text, look: 'dim' }));
}

function Row({ line }: { readonly line: Line }): ReactElement {
  return (
    <Box height={1} flexShrink={0}>
      <Text wrap="truncate-end">
        {line.length === 0 ? ' ' : null}
        {line.map(({ text, look }, at) => (
          <Text key={at} {...looks[look]}>
            {text}
          </Text>
        ))}
      </Text>
    </Box>
  );
}
