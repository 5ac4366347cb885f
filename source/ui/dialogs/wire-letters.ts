import {
  countLetters,
  entropyBits,
  letters,
  noiseBits,
  unevenness,
  type LetterCount,
} from '../../core/letters.ts';
import type { Printable } from '../../core/types.ts';
import type { WireReport } from '../../core/wire.ts';
import { blank, repeated, say, span, type Line, type Look } from '../text/line.ts';
import { pad } from '../text/cells.ts';
import { indentedParagraph } from './define.ts';

import english from '../text/english-letters.json' with { type: 'json' };

/** One of the three columns: its name, its look, and the share of each letter, 0 to 1. */
type Column = { readonly name: Printable; readonly look: Look; readonly parts: readonly number[] };

const englishParts: readonly number[] = Object.values(english).map((percent) => percent / 100);
/** A longer bar than the longest of English would make the others hard to compare. */
const leastFull = Math.max(...englishParts);
/** Minimum width, in columns, for the letters in two halves. */
const twoHalvesFrom = 72;
const gap = 2;
const letterColumns = 3;

/**
 * The letters of the text, the letters that the bytes on the wire happen to be, and those of English; and two numbers that express the
 * difference.
 */
export function letterLines(report: WireReport, columns: number): readonly Line[] {
  const text = Buffer.from(report.text);
  const wire = report.envelope === null ? null : Buffer.from(report.envelope, 'base64url');
  const onWire = wire && countLetters(wire);
  const drawn: readonly Column[] = [
    { name: say`text`, look: 'accent', parts: partsOf(countLetters(text)) },
    ...(onWire ? [{ name: say`wire`, look: 'warn', parts: partsOf(onWire) } as const] : []),
    { name: say`English`, look: 'good', parts: englishParts },
  ];
  const numbers = wire && onWire ? numberLines(text, wire, onWire, columns) : [];
  return [...barLines(drawn, columns), blank, ...numbers];
}

function partsOf({ counts, total }: LetterCount): readonly number[] {
  return counts.map((count) => (total === 0 ? 0 : count / total));
}

function barLines(drawn: readonly Column[], columns: number): readonly Line[] {
  const halves = columns >= twoHalvesFrom ? 2 : 1;
  const room = Math.floor((columns - 1) / halves) - letterColumns;
  const width = Math.floor(room / drawn.length) - gap;
  const full = Math.max(leastFull, ...drawn.flatMap(({ parts }) => parts));
  const rows = letters.length / halves;
  const heads = Array.from({ length: halves }, () => headOf(drawn, width)).flat();
  const body = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: halves }, (_half, half) => rowOf(drawn, row + half * rows, { width, full })).flat(),
  );
  return [heads, ...body];
}

function headOf(drawn: readonly Column[], width: number): Line {
  const names = drawn.map(({ name, look }) => span(pad(name, width + gap), look));
  return [span(repeated(' ', letterColumns)), ...names];
}

function rowOf(
  drawn: readonly Column[],
  at: number,
  { width, full }: { readonly width: number; readonly full: number },
): Line {
  const bars = drawn.map(({ parts, look }) =>
    span(pad(bar((parts[at] ?? 0) / full, width), width + gap), look),
  );
  return [span(say` ${(letters[at] ?? '') as Printable} `, 'strong'), ...bars];
}

/** How uneven `total` letters of English are: the unevenness of English itself, plus that of chance. */
function englishUnevenness(total: number): number {
  const even = 1 / letters.length;
  return total * englishParts.reduce((sum, part) => sum + (part - even) ** 2 / even, 0) + letters.length - 1;
}

function numberLines(
  text: Uint8Array,
  wire: Uint8Array,
  onWire: LetterCount,
  columns: number,
): readonly Line[] {
  const told = say`Each byte tells ${bits(entropyBits(text))} bits in the text and ${bits(entropyBits(wire))} on the wire; noise of that length tells ${bits(noiseBits(wire.length))}.`;
  const uneven = say`Chi-square of the letters on the wire, against equally many of each: ${Math.round(unevenness(onWire))}. Noise has about 25, English would have ${Math.round(englishUnevenness(onWire.total))}.`;
  return [...indentedParagraph(told, columns), ...indentedParagraph(uneven, columns)];
}

function bits(count: number): Printable {
  return count.toFixed(2) as Printable;
}

const eighths: readonly Printable[] = [say``, say`▏`, say`▎`, say`▍`, say`▌`, say`▋`, say`▊`, say`▉`];

const whole = say`█`;

/** A bar of `part` (0 to 1) of `width` columns, to an eighth of a column, filled up with blanks; any part above 0 is visible. */
export function bar(part: number, width: number): Printable {
  const most = width * 8;
  const length = Math.min(most, Math.max(part > 0 ? 1 : 0, Math.round(part * most)));
  const drawn = whole.repeat(Math.floor(length / 8)) as Printable;
  return pad(say`${drawn}${eighths[length % 8] ?? say``}`, width);
}
