import type { Printable } from '../../core/types.ts';
import { fit, widthOf } from './cells.ts';

/** The look of a piece of a line; theme.ts defines each look. A look is never the only carrier of a meaning. */
export type Look =
  | 'plain'
  | 'strong'
  | 'italic'
  | 'mono'
  | 'link'
  | 'dim'
  | 'accent'
  | 'struck'
  | 'you'
  | 'person1'
  | 'person2'
  | 'person3'
  | 'person4'
  | 'good'
  | 'warn'
  | 'bad'
  | 'chosen'
  | 'code'
  | 'ink'
  | 'key';

/** A piece of a line. `link` is where a click on it leads, in printable ASCII, for terminals that have links (OSC 8). */
export type Span = { readonly text: Printable; readonly look: Look; readonly link?: string };

/** One row of the screen or of a part of it. */
export type Line = readonly Span[];

/** A piece of a line that looks like `look`. */
export function span(text: Printable, look: Look = 'plain'): Span {
  return { text, look };
}

/** A line of one piece. */
export function line(text: Printable, look: Look = 'plain'): Line {
  return [{ text, look }];
}

/** The empty line. */
export const blank: Line = [];

/** How many columns a line takes. */
export function lineWidth(spans: Line): number {
  let width = 0;
  for (const { text } of spans) width += widthOf(text);
  return width;
}

/** The line in at most `width` columns; a line that is too long ends in `…`. */
export function fitLine(spans: Line, width: number): Line {
  const fitted: Span[] = [];
  let room = width;
  for (const piece of spans) {
    if (room <= 0) break;
    const part = fit(piece.text, room);
    fitted.push({ ...piece, text: part });
    room -= widthOf(part);
  }
  return fitted;
}

/** `left` and `right` at the two ends of `width` columns; `right` is left out when there is no room for both. */
export function spread(left: Line, right: Line, width: number): Line {
  const gap = width - lineWidth(left) - lineWidth(right);
  if (gap < 1) return fitLine(left, width);
  return [...left, span(repeated(' ', gap)), ...right];
}

/**
 * The program's own words: a template tag whose holes take only text that is already safe to draw, so that a peer's bytes cannot come
 * in between.
 */
export function say(parts: TemplateStringsArray, ...holes: ReadonlyArray<Printable | number>): Printable {
  let text = parts[0] ?? '';
  for (const [at, hole] of holes.entries()) text += String(hole) + (parts[at + 1] ?? '');
  return text as Printable;
}

/** Puts printable pieces side by side with `between` in the gaps. */
export function joined(pieces: readonly Printable[], between: Printable): Printable {
  return pieces.join(between) as Printable;
}

/** The program's own character `mark`, `count` times: rules, blanks, bars. */
export function repeated(mark: '─' | ' ' | '•' | '━' | '▐', count: number): Printable {
  return mark.repeat(Math.max(0, count)) as Printable;
}
