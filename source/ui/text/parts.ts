import type { Printable } from '../../core/types.ts';
import { repeated, say, span, type Line, type Span } from './line.ts';
import { block, longestStyled, styledRow, stylesOf, type Style } from './styles.ts';
import { widthOf } from './cells.ts';
import { wrap } from './wrap.ts';

/** One row of a message: its pieces, how many of its columns are a mark in front of the text, and where it begins (UTF-16 offset). */
type LaidRow = { readonly spans: Line; readonly lead: number; readonly at: number };

/** One or several lines of a text that are drawn in one way: what stands before their first row, and before the others. */
type Part = {
  readonly kind: 'text' | 'quote' | 'code' | 'item';
  /** Where its line begins, marks included: it is drawn from there where there is no room for marks. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly first: Printable;
  readonly others: Printable;
};

/** The bars in the gutter and before a quote: texts that have them are drawn with `|` there, so that no text can imitate one. */
const bars = /[┃┊▐]/gu;
const mostQuotes = 3;
/** `> text`, also of several levels; `>_<` is a face. */
const quote = /^(?:>(?: |(?=>)|$))+/u;
/** `- item`, `* item`, `12. item`, after any blanks. */
const item = /^(?<indent> {0,12})(?<mark>[-*]|\d{1,3}[.)]) (?=\S)/u;
/** A fence with more than the name of a language says something, and stays. */
const fence = /^```[\w+#.-]{0,20}\n/u;

/** Replaces the program's own bars in a text of the same length. */
export function withoutBars(text: Printable): Printable {
  return text.replace(bars, '|') as Printable;
}

/**
 * Breaks a message into rows of at most `width` columns: quotes with a bar and dim, blocks of code with a bar and without their fences,
 * list items indented under their mark, everything else as it is. Nothing but fences of blocks and the marks of quotes is left out.
 */
export function laidOut(message: Printable, width: number): readonly LaidRow[] {
  const text = withoutBars(message);
  const styles = stylesOf(text);
  return partsOf(text).flatMap((part) => rowsOf(text, part, styles, width));
}

function rowsOf(text: Printable, part: Part, styles: readonly Style[], width: number): readonly LaidRow[] {
  const { start, end, first, others, kind } = part;
  const lead = widthOf(first);
  if (lead > width / 2)
    return rowsOf(text, { ...part, start: part.line, first: say``, others: say`` }, styles, width);
  const look = kind === 'item' ? 'plain' : 'dim';
  return wrap(text.slice(start, end), width - lead, start).map((row, at) => {
    const spans = styledRow(row, styles);
    const drawn = kind === 'quote' ? spans.map(dimmed) : spans;
    if (lead === 0) return { spans: drawn, lead, at: row.start };
    return { spans: [span(at === 0 ? first : others, look), ...drawn], lead, at: row.start };
  });
}

function dimmed(piece: Span): Span {
  return { ...piece, look: 'dim' };
}

function partsOf(text: Printable): readonly Part[] {
  const whole: Part = { kind: 'text', line: 0, start: 0, end: text.length, first: say``, others: say`` };
  if (text.length > longestStyled || !/[>`]|^ *(?:[-*]|\d+[.)]) /mu.test(text)) return [whole];
  const parts: Part[] = [];
  let at = 0;
  for (const { from, to, inner } of blocksIn(text)) {
    if (from > at) parts.push(...linesOf(text, at, from - 1));
    parts.push(...codeLines(text, inner));
    at = to + 1;
  }
  return at <= text.length ? [...parts, ...linesOf(text, at, text.length)] : parts;
}

type Block = { readonly from: number; readonly to: number; readonly inner: readonly [number, number] };

/** The blocks of code with something in them, and where that stands. */
function blocksIn(text: string): readonly Block[] {
  if (!text.includes('```')) return [];
  return [...text.matchAll(block)].flatMap((match) => {
    const inner = match.indices?.groups?.['inner'];
    if (!inner || !fence.test(match[0])) return [];
    return [{ from: match.index, to: match.index + match[0].length, inner }];
  });
}

function codeLines(text: string, [from, to]: readonly [number, number]): readonly Part[] {
  const bar = say`│ `;
  return linesIn(text, from, to).map(({ start, end }) => {
    return { kind: 'code', line: start, start, end, first: bar, others: bar };
  });
}

function linesOf(text: string, from: number, to: number): readonly Part[] {
  return linesIn(text, from, to).map(({ start, end }) => partOf(text.slice(start, end), start));
}

function linesIn(text: string, from: number, to: number): ReadonlyArray<{ start: number; end: number }> {
  let start = from;
  return text
    .slice(from, to)
    .split('\n')
    .map((one) => {
      const found = { start, end: start + one.length };
      start = found.end + 1;
      return found;
    });
}

function partOf(text: string, start: number): Part {
  const end = start + text.length;
  const [marks = ''] = quote.exec(text) ?? [];
  if (marks !== '') {
    const depth = Math.min(mostQuotes, marks.replaceAll(' ', '').length);
    const bar = say`${repeated('▐', depth)} `;
    return { kind: 'quote', line: start, start: start + marks.length, end, first: bar, others: bar };
  }
  const found = item.exec(text);
  if (!found) return { kind: 'text', line: start, start, end, first: say``, others: say`` };
  const [marker] = found;
  const { indent = '', mark = '' } = found.groups ?? {};
  // A minus before a number is a minus.
  const isBullet = /[-*]/u.test(mark) && !/\d/u.test(text.charAt(marker.length));
  const first = say`${repeated(' ', indent.length)}${isBullet ? say`•` : (mark as Printable)} `;
  return {
    kind: 'item',
    line: start,
    start: start + marker.length,
    end,
    first,
    others: repeated(' ', marker.length),
  };
}
