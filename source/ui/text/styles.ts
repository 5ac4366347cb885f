import { joined, say, type Line, type Look, type Span } from './line.ts';
import { linksIn } from './links.ts';
import type { Wrapped } from './wrap.ts';

/** A part of a text that does not look plain, by UTF-16 offsets. `link` is where a click on it may lead. */
export type Style = {
  readonly start: number;
  readonly end: number;
  readonly look: Look;
  readonly link?: string;
};

/** A longer text is a log or a file, and is drawn as it is; the time that a hostile one takes stays within a frame or two. */
export const longestStyled = 16_384;

/** Lines between two lines that begin with three backticks. */
export const block = /^```[^\n`]*\n(?:(?<inner>[^]*?)\n)??```[ \t]*$/dgmu;
/** Text between as many backticks as it begins with. */
const code = /(?<!`)(?<mark>`{1,3})(?!`)(?<inner>[^\n\0]{1,400}?)(?<!`)\k<mark>(?!`)/dgu;
/** `*bold*`, `**bold**` and `_italic_`: not inside of words, and with no blank at the inner side of a mark. */
const emphasis =
  /(?<![\p{L}\p{N}*_])(?<mark>\*{1,2}|_)(?<inner>[^\s*_\0](?:[^\n\0]{0,400}?[^\s*_\0])??)\k<mark>(?![\p{L}\p{N}*_])/dgu;
/** `~~struck~~`, by the same rules. */
const struck = /(?<![\p{L}\p{N}~])~~(?<inner>[^\s~\0](?:[^\n\0]{0,400}?[^\s~\0])??)~~(?![\p{L}\p{N}~])/dgu;

/**
 * Finds the look of each part of a message: `*bold*`, `_italic_`, `~~struck~~`, `` `code` ``, blocks between lines of three backticks, and
 * links. The marks themselves stay, only dim: no part of the text is hidden, and a copy is the text that was sent. In order, without
 * overlaps.
 */
export function stylesOf(text: string): readonly Style[] {
  if (text.length > longestStyled || !/[*_`]|~~|:\/\//.test(text)) return [];
  const styles: Style[] = [];
  let rest = text;
  const take = (found: readonly Style[]): void => {
    styles.push(...found);
    rest = without(rest, found);
  };
  take([...rest.matchAll(block)].flatMap((match) => marked(match, 'mono')));
  take([...rest.matchAll(code)].flatMap((match) => marked(match, 'mono')));
  take(linkStyles(rest));
  take([...rest.matchAll(struck)].flatMap((match) => marked(match, 'struck')));
  take([...rest.matchAll(emphasis)].flatMap((match) => marked(match, lookOf(match))));
  return styles.toSorted((one, other) => one.start - other.start);
}

/** The text with zeros where these parts are: the next rule neither sees text that has its look already, nor reaches over it. */
function without(text: string, parts: readonly Style[]): string {
  let at = 0;
  let left = '';
  for (const { start, end } of parts) {
    left += text.slice(at, start) + '\0'.repeat(end - start);
    at = end;
  }
  return left + text.slice(at);
}

function lookOf(match: RegExpExecArray): Look {
  return match.groups?.['mark'] === '_' ? 'italic' : 'strong';
}

/** The text between two marks, and the marks themselves, dim. */
function marked(match: RegExpExecArray, look: Look): readonly Style[] {
  const start = match.index;
  const end = start + match[0].length;
  const [from, to] = match.indices?.groups?.['inner'] ?? [end, end];
  if (from === to) return [{ start, end, look: 'dim' }];
  return [
    { start, end: from, look: 'dim' },
    { start: from, end: to, look },
    { start: to, end, look: 'dim' },
  ];
}

/** Only a link that says where it leads looks like one; any other is plain text. */
function linkStyles(text: string): readonly Style[] {
  return linksIn(text).map(({ start, end, target, isPlain }) =>
    isPlain ? { start, end, look: 'link', link: target } : { start, end, look: 'plain' },
  );
}

/** A row of a wrapped text, in pieces of one look each; `styles` as stylesOf() has them. */
export function styledRow(row: Wrapped, styles: readonly Style[]): Line {
  const here = stylesIn(row, styles);
  if (here.length === 0) return [{ text: row.text, look: 'plain' }];
  const pieces: Array<{ span: Span; readonly style: Style | undefined }> = [];
  let drawn = 0;
  for (const cell of row.cells) {
    // Blanks that hang over the edge belong to the row, but are not drawn.
    if (drawn >= row.text.length) break;
    drawn += cell.text.length;
    const offset = row.base + cell.start;
    const style = here.find(({ start, end }) => start <= offset && offset < end);
    const last = pieces.at(-1);
    if (last?.style === style && last)
      last.span = { ...last.span, text: joined([last.span.text, cell.text], say``) };
    else pieces.push({ span: spanOf(cell.text, style), style });
  }
  return pieces.map(({ span }) => span);
}

/** The styles of a row. They are in order, and a hostile text has thousands of styles and of rows. */
function stylesIn(row: Wrapped, styles: readonly Style[]): readonly Style[] {
  let [from, to] = [0, styles.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((styles[middle]?.end ?? Infinity) > row.start) to = middle;
    else from = middle + 1;
  }
  let end = from;
  while ((styles[end]?.start ?? Infinity) < row.end) end += 1;
  return styles.slice(from, end);
}

function spanOf(text: Span['text'], style: Style | undefined): Span {
  return { text, look: style?.look ?? 'plain', ...(style?.link !== undefined && { link: style.link }) };
}
