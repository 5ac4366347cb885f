import type xterm from '@xterm/headless';

type Terminal = InstanceType<typeof xterm.Terminal>;
type Cell = NonNullable<
  ReturnType<NonNullable<ReturnType<Terminal['buffer']['active']['getLine']>>['getCell']>
>;

/** How a run of cells is drawn. */
type Paint = {
  readonly ink: string;
  readonly ground: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly struck: boolean;
};

type Run = Paint & { readonly column: number; readonly columns: number; readonly text: string };

const cell = { width: 9, height: 19, ascent: 14 };
const ink = '#d8dee9';
const ground = '#1c1f26';
/** The 16 colours of a terminal, in the order of SGR 30 to 37 and 90 to 97. */
const palette =
  '#2b303b #e06c75 #98c379 #e5c07b #61afef #c678dd #56b6c2 #dcdfe4 #5c6370 #ff7a85 #b5e890 #ffd68a #82c7ff #e094ff #7be0ea #ffffff'.split(
    ' ',
  );

/** The screen of an emulated terminal as a picture (SVG 1.1): every run of equal cells at its columns, and the cursor. */
export function svgOf(terminal: Terminal, cursor: { readonly x: number; readonly y: number } | null): string {
  const rows = Array.from({ length: terminal.rows }, (_none, row) => rowOf(terminal, row));
  const [width, height] = [terminal.cols * cell.width, terminal.rows * cell.height];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" fill="${ground}"/>`,
    `<g font-family="'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="15" fill="${ink}">`,
    ...rows.flatMap((runs, row) => runs.map((run) => drawn(run, row))),
    '</g>',
    ...(cursor ? [cursorAt(cursor)] : []),
    '</svg>\n',
  ].join('\n');
}

function cursorAt({ x, y }: { readonly x: number; readonly y: number }): string {
  const place = `x="${x * cell.width}" y="${y * cell.height}" width="${cell.width}" height="${cell.height}"`;
  return `<rect ${place} fill="${ink}" fill-opacity="0.55"/>`;
}

function rowOf(terminal: Terminal, row: number): readonly Run[] {
  const line = terminal.buffer.active.getLine(row);
  const runs: Run[] = [];
  for (let column = 0; column < terminal.cols; column += 1) {
    const one = line?.getCell(column);
    if (!one || one.getWidth() === 0) continue;
    const run = { ...paintOf(one), column, columns: one.getWidth(), text: one.getChars() || ' ' };
    const last = runs.at(-1);
    if (last && isAlike(last, run)) {
      runs[runs.length - 1] = { ...last, columns: last.columns + run.columns, text: last.text + run.text };
    } else runs.push(run);
  }
  return runs.filter(
    ({ text, ground: behind, underline }) => text.trim() !== '' || behind !== null || underline,
  );
}

/** Wide characters stand alone: what a picture's font makes of them must not move what follows. */
function isAlike(last: Run, run: Run): boolean {
  const isNarrow = (one: Run): boolean => one.columns === one.text.length;
  if (!isNarrow(last) || !isNarrow(run)) return false;
  const { column: _a, columns: _b, text: _c, ...one } = last;
  const { column: _d, columns: _e, text: _f, ...other } = run;
  return JSON.stringify(one) === JSON.stringify(other);
}

function paintOf(one: Cell): Paint {
  const [front, back] = [colourOf(one, 'Fg') ?? ink, colourOf(one, 'Bg')];
  const isInverse = one.isInverse() !== 0;
  return {
    ink: isInverse ? (back ?? ground) : front,
    ground: isInverse ? front : back,
    bold: one.isBold() !== 0,
    dim: one.isDim() !== 0,
    italic: one.isItalic() !== 0,
    underline: one.isUnderline() !== 0,
    struck: one.isStrikethrough() !== 0,
  };
}

/** One of the 16 colours or a true one; null for the terminal's own. */
function colourOf(one: Cell, layer: 'Fg' | 'Bg'): string | null {
  const [isDefault, isTrue, value] =
    layer === 'Fg'
      ? [one.isFgDefault(), one.isFgRGB(), one.getFgColor()]
      : [one.isBgDefault(), one.isBgRGB(), one.getBgColor()];
  if (isDefault) return null;
  return isTrue ? `#${value.toString(16).padStart(6, '0')}` : (palette[value] ?? ink);
}

/** Chromium keeps blanks only where each text says so itself; and what it does not keep, `textLength` would fill. */
function drawn({ column, columns, text, ...paint }: Run, row: number): string {
  const [x, y] = [column * cell.width, row * cell.height];
  const behind = paint.ground
    ? `<rect x="${x}" y="${y}" width="${columns * cell.width}" height="${cell.height}" fill="${paint.ground}"/>`
    : '';
  if (text.trim() === '' && !paint.underline) return behind;
  const style = [
    paint.ink === ink ? '' : ` fill="${paint.ink}"`,
    paint.bold ? ' font-weight="bold"' : '',
    paint.dim ? ' fill-opacity="0.6"' : '',
    paint.italic ? ' font-style="italic"' : '',
    paint.underline ? ' text-decoration="underline"' : '',
    paint.struck ? ' text-decoration="line-through"' : '',
  ].join('');
  const width = `textLength="${columns * cell.width}" lengthAdjust="spacingAndGlyphs"`;
  return `${behind}<text x="${x}" y="${y + cell.ascent}" ${width}${style} xml:space="preserve">${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
