import { hexRows, type HexRow } from '../../core/hex-dump.ts';
import type { Printable } from '../../core/types.ts';
import type { WirePart, WireReport } from '../../core/wire.ts';
import { blank, joined, say, span, type Line, type Look, type Span } from '../text/line.ts';
import { pad } from '../text/cells.ts';
import { indentedParagraph } from './define.ts';

/** Minimum width, in columns, for rows of 16 bytes with their ASCII characters. */
const wideFrom = 78;

/** Minimum width, in columns, for the size of each part. */
const sizesFrom = 50;

const looks: Readonly<Record<WirePart['name'], Look>> = {
  type: 'warn',
  'encapsulated key': 'accent',
  ciphertext: 'plain',
  tag: 'good',
};

const words: Readonly<Record<WirePart['name'], Printable>> = {
  type: say`type`,
  'encapsulated key': say`key`,
  ciphertext: say`ciphertext`,
  tag: say`tag`,
};

/** The bytes on the wire as a hex dump; a row that begins a part names it at its end, and each part has its own look. */
export function byteLines(report: WireReport, columns: number): readonly Line[] {
  const { envelope, parts } = report;
  if (envelope === null) return [];
  const bytes = Buffer.from(envelope, 'base64url');
  const isWide = columns >= wideFrom;
  const perRow = isWide ? 16 : 8;
  const rows = hexRows(bytes, perRow).map((row, at) =>
    rowLine(row, { from: at * perRow, perRow, isWide, parts }),
  );
  return [...legend(report, columns), blank, ...rows];
}

function legend({ parts, direction }: WireReport, columns: number): readonly Line[] {
  const names = parts.map(({ name, from, to }) =>
    span(columns < sizesFrom ? words[name] : say`${words[name]} ${to - from}`, looks[name]),
  );
  const list = names.flatMap((name, at) => (at === 0 ? [name] : [span(say` · `, 'dim'), name]));
  const whose = direction === 'in' ? say`your` : say`their`;
  const about = say`Sealed to ${whose} key. The sender, the message and the padding are in the ciphertext; nobody can tell where.`;
  return [[span(say` `), ...list], ...indentedParagraph(about, columns, 'dim')];
}

type Place = {
  readonly from: number;
  readonly perRow: number;
  readonly isWide: boolean;
  readonly parts: readonly WirePart[];
};

function rowLine({ offset, hex, ascii }: HexRow, place: Place): Line {
  const { from, perRow, isWide, parts } = place;
  const begins = parts.filter((part) => part.from >= from && part.from < from + perRow);
  const label = joined(
    begins.map(({ name }) => words[name]),
    say` · `,
  );
  const width = (perRow / 2) * 5 - 1;
  const missing = pad(say``, width - hex.length);
  const shown = isWide ? say`${missing}  ${pad(ascii as Printable, perRow)}` : missing;
  return [
    span(say` ${(isWide ? offset : offset.slice(-4)) as Printable}: `, 'dim'),
    ...hexSpans(hex, place),
    span(shown, 'dim'),
    span(say` ${label}`, begins[0] ? looks[begins[0].name] : 'plain'),
  ];
}

/** The digits of a row, each in the look of the part that its byte belongs to. */
function hexSpans(hex: string, { from, parts }: Place): readonly Span[] {
  const pieces = parts.map((part) => {
    const piece = hex.slice(columnOf(part.from - from), columnOf(part.to - from));
    return span(piece as Printable, looks[part.name]);
  });
  return pieces.filter(({ text }) => text !== '');
}

/** Where byte `at` of a row begins among its digits. */
function columnOf(at: number): number {
  return at <= 0 ? 0 : at * 2 + Math.floor(at / 2);
}
