import { styledCharsFromTokens, tokenize } from '@alcalzone/ansi-tokenize';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Output } from '../../../source/ui/ink/output.ts';

type Frame = Pick<Output, 'write' | 'clip' | 'unclip' | 'get'>;
type Size = { readonly width: number; readonly height: number };

/** Ink's own module, which this one stands in for. */
const inks = new URL('../../../node_modules/ink/build/output.js', import.meta.url).href;
const { default: InkOutput } = (await import(inks)) as { default: new (size: Size) => Frame };

const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;
const inverse = (text: string): string => `\u001b[7m${text}\u001b[27m`;
const link = (text: string): string => `\u001b]8;;https://a.example\u001b\\${text}\u001b]8;;\u001b\\`;

/** Text as the screen has it: plain, styled, links, wide characters, combining marks, characters that nobody sees. */
const word = fc.constantFrom('a', 'bc', ' ', '   ', '世', '界x', 'e\u0301', '👍🏽', '\u200b', '·', 'long word');
const piece = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 4 }), fc.constantFrom(String, red, bold, inverse, link))
  .map(([words, look]) => look(words.join('')));
const line = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
const text = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 4 }), fc.constantFrom(String, red, bold))
  .map(([lines, look]) => look(lines.join('\n')));
const edge = fc.option(fc.integer({ min: -2, max: 20 }), { nil: undefined });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('write' as const),
      x: fc.integer({ min: 0, max: 19 }),
      y: fc.integer({ min: -1, max: 7 }),
      text,
      isLoud: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('clip' as const), x1: edge, x2: edge, y1: edge, y2: edge }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('unclip' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

const loud = (said: string): string => inverse(said);

function draw(frame: Frame, steps: readonly Step[]): readonly string[] {
  for (const one of steps) {
    if (one.what === 'unclip') frame.unclip();
    else if (one.what === 'clip') frame.clip(bothOrNone(one));
    else frame.write(one.x, one.y, one.text, { transformers: one.isLoud ? [loud] : [] });
  }
  return frame.get().output.split('\n').map(cellsOf);
}

/** A box hides what flows over at its sides, above and below, or both: an axis has two edges or none. */
function bothOrNone({ x1, x2, y1, y2 }: Step & { readonly what: 'clip' }): Parameters<Frame['clip']>[0] {
  const [hasX, hasY] = [x1 !== undefined && x2 !== undefined, y1 !== undefined && y2 !== undefined];
  const none = { x1: undefined, x2: undefined, y1: undefined, y2: undefined };
  return { ...none, ...(hasX && { x1, x2 }), ...(hasY && { y1, y2 }) };
}

/** A row as a terminal shows it: each cell with its styles, whichever escapes led there. */
function cellsOf(row: string): string {
  const cells = styledCharsFromTokens(tokenize(row)).map(({ value, styles }) => {
    const codes = styles.map(({ code }) => code).toSorted();
    return JSON.stringify([value, ...codes]);
  });
  while (cells.at(-1) === '[" "]') cells.pop();
  return cells.join('');
}

test('a frame looks like a frame of Ink, whatever overlaps and wherever it is cut', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      const size = { width: 20, height: 6 };
      expect(draw(new Output(size), steps)).toEqual(draw(new InkOutput(size), steps));
    }),
    { numRuns: 3000 },
  );
});

test('pieces side by side are joined as they are, and rows without text are empty', () => {
  const output = new Output({ width: 12, height: 4 });
  output.write(0, 1, `${red('left')}\nbelow`, { transformers: [] });
  output.write(8, 1, bold('end '), { transformers: [] });
  expect(output.get()).toEqual({
    output: ['', `${red('left')}    ${bold('end ')}`, 'below', ''].join('\n'),
    height: 4,
  });
});
