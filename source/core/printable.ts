import { lazily } from './lazily.ts';
import { boundClusters } from './clusters.ts';
import { limits } from './limits.ts';
import type { Printable } from './types.ts';
import { cutToWidth } from './width.ts';

/** Letters and signs with one code point per cluster that no rule below touches: most texts contain nothing else. */
const plain =
  /^[\n\x20-\x7e\xa0-\xac\xae-\u02ff\u0391-\u03a1\u03a3-\u03ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u2190-\u21ff\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*$/u;

const lineBreak = /\r\n|[\n\x85\u2028\u2029]/gu;
const control = /[\x00-\x09\x0b-\x1f\x7f]/gu;
/** Characters that draw nothing, or change how the text beside them is drawn. Joiners and VS16 are left for boundClusters(). */
const invisible = lazily(
  () =>
    /[[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\ufff9-\ufffb\u{13430}-\u{1343f}]--[\u200c\u200d\ufe0f]]/gv,
);
/** C1, lone surrogates, other format characters, and characters without an agreed picture: private use, unassigned, U+FFFC. */
const unknown = lazily(() => /[[\p{C}\ufffc]--[\n\u200c\u200d]]/gv);
const flags = lazily(() => /\p{RI}\p{RI}|\p{RI}/gu);
const family = lazily(
  () =>
    /\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?(?:\u200d\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)+/gu,
);
const emoji = lazily(() => /^\p{RGI_Emoji}$/v);
const unqualified = lazily(
  () => /(?!\p{Emoji_Presentation})\p{Extended_Pictographic}(?![\ufe0f\p{Emoji_Modifier}])/gu,
);

const tab = '    ';
const replacement = '\ufffd';

/**
 * Makes a text of several lines safe to draw, no matter who wrote it: no control function, no bidi override, nothing invisible and no pile
 * of marks reaches the terminal, and at most 200 lines do. C0 controls become their pictures, a tab four spaces, NEL and U+2028/2029 line
 * breaks. Idempotent; never throws; not normalised.
 */
export function printable(text: string): Printable {
  return cutLines(printableWhole(text)) as Printable;
}

/** Like printable(), but without a limit on lines: for a place that scrolls. */
export function printableWhole(text: string): Printable {
  return (plain.test(text) ? text : clean(text.replace(lineBreak, '\n'))) as Printable;
}

/**
 * Turns a text into one line that is safe to draw: like printable(), but a line break becomes its picture, and a text of more than `cells`
 * columns is cut and ends in `…`. For names, addresses, paths and errors. Idempotent; never throws.
 */
export function printableLine(text: string, cells = Infinity): Printable {
  const line = text.replace(lineBreak, '\u240a');
  return cutToWidth(plain.test(line) ? line : clean(line), cells) as Printable;
}

/**
 * Makes the output of JSON.stringify safe to draw without losing anything: every code unit that printable() would change or drop, and every
 * mark that could pile up, is written as \uXXXX. JSON.parse gives the same value.
 */
export function escapeJson(json: string): Printable {
  return json.replace(unsafeInJson(), escapeUnits) as Printable;
}

/**
 * Makes a text safe for a clipboard, from which it may be pasted into any terminal: unchanged except for control functions, which nobody
 * sees when the text is copied, and which could end the paste early and run the rest. Line ends become line feeds; tabs stay.
 */
export function pasteable(text: string): string {
  return text.replace(/\r\n?/gu, '\n').replace(/[^\P{Cc}\n\t]/gu, '');
}

const unsafeInJson = lazily(
  () =>
    /[[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Emoji_Modifier}\p{RI}\ufffc]--[\n]]|(?<![\p{L}\p{M}])\p{M}+|\p{M}{5,}/gv,
);

function escapeUnits(text: string): string {
  return text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

function clean(text: string): string {
  const visible = text
    .replace(control, picture)
    .replace(invisible(), '')
    .replace(unknown(), replacement)
    .replace(flags(), (pair) => (pair.length === 4 ? pair : replacement));
  return boundClusters(visible).replace(family(), splitStrangers);
}

function picture(character: string): string {
  if (character === '\t') return tab;
  return character === '\x7f' ? '\u2421' : String.fromCharCode(0x2400 + character.charCodeAt(0));
}

/** Pictographs that are joined, but form no existing emoji: each terminal would give them a different width. */
function splitStrangers(sequence: string): string {
  const exists = emoji().test(sequence) || emoji().test(sequence.replace(unqualified(), '$&\ufe0f'));
  return exists ? sequence : sequence.replaceAll('\u200d', '');
}

function cutLines(text: string): string {
  const most = limits.messageLines;
  if (text.length < most) return text;
  const lines = text.split('\n');
  if (lines.length <= most) return text;
  return [...lines.slice(0, most - 1), `… ${lines.length - most + 1} more lines`].join('\n');
}
