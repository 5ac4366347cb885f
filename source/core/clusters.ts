import { lazily } from './lazily.ts';
import { limits } from './limits.ts';

/**
 * The second half of printable(): limits how much piles up in one cell, and keeps a joiner only where it joins.
 *
 * One pass from left to right. A code point stays or goes depending only on itself and on what was kept before it, so a second pass over
 * the result keeps everything: this is what makes printable() idempotent.
 */

const zwj = '\u200d';
const vs16 = '\ufe0f';
const keycap = '\u20e3';

const mark = lazily(() => /\p{M}/u);
/** Characters that no terminal gives their own cell after a letter, although Unicode does not call them marks. */
const glue = /[\u0e33\u0eb3\u1160-\u11ff\ud7b0-\ud7fb\uff9e\uff9f]/u;
const joiner = /[\u200c\u200d\ufe0f]/u;
const skinTone = lazily(() => /\p{Emoji_Modifier}/u);
const takesSkinTone = lazily(() => /\p{Emoji_Modifier_Base}/u);
const pictograph = lazily(() => /\p{Extended_Pictographic}/u);
const pictographEnd = lazily(() => /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/u);
const keycapBase = /[\d#*]/u;
/** Scripts whose letters change their shape with ZWJ and ZWNJ (Unicode core specification 23.2). */
const shaping = lazily(
  () =>
    /[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Nko}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}]/u,
);
const lettersAndMarks = lazily(() => /[\p{L}\p{M}]/u);
/** Indic_Conjunct_Break=Linker: the next letter belongs to the same cluster (UAX 29 GB9c). */
const linker =
  /[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1a60\u1b44\u1bab\ua9c0\uaaf6\u{10a3f}\u{11133}\u{113d0}\u{1193e}\u{11a47}\u{11a99}\u{11f42}]/u;
/** Grapheme_Cluster_Break=Prepend that has a shape: the next character belongs to the same cluster (GB9b). */
const prepend =
  /[\u0d4e\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]/u;
const leadingJamo = /[\u1100-\u115f\ua960-\ua97c]/u;
const hangul = /[\u1100-\u115f\ua960-\ua97c\uac00-\ud7a3]/u;

type Pass = {
  out: string;
  /** The last code point kept on this line, or nothing. */
  last: string;
  /** A joiner that waits for the next code point, or nothing. */
  held: string;
  points: number;
  marks: number;
  linked: boolean;
};

/** Bounds the clusters of `text`; everything else has already been replaced in it. Idempotent. */
export function boundClusters(text: string): string {
  const pass: Pass = { out: '', last: '', held: '', points: 0, marks: 0, linked: false };
  for (const point of text) takePoint(pass, point);
  return pass.out;
}

function takePoint(pass: Pass, point: string): void {
  if (joiner.test(point)) return takeJoiner(pass, point);
  const { held } = pass;
  pass.held = '';
  if (mark().test(point) || glue.test(point)) return takeMark(pass, held, point);
  if (skinTone().test(point)) return takeSkinTone(pass, point);
  takeBase(pass, held, point);
}

function takeJoiner(pass: Pass, point: string): void {
  if (pass.held !== '') return;
  if (point !== vs16 || !pictograph().test(pass.last)) pass.held = point;
  else if (pass.points < limits.clusterCodePoints) extend(pass, point);
}

function takeMark(pass: Pass, held: string, point: string): void {
  if (pass.last === '' && mark().test(point)) startCluster(pass, '\u25cc');
  if (pass.marks >= limits.clusterMarks) return;
  const joined = held === vs16 ? point === keycap && keycapBase.test(pass.last) : shapes(pass, held, point);
  const whole = joined ? held + point : point;
  if (pass.points + (joined ? 2 : 1) > limits.clusterCodePoints) return;
  extend(pass, whole);
  pass.last = point;
  pass.marks += 1;
  pass.linked ||= linker.test(point);
}

/** A skin tone with nothing to colour would be drawn as a swatch inside another cluster: two cells that nobody counted. */
function takeSkinTone(pass: Pass, point: string): void {
  if (!takesSkinTone().test(pass.last)) startCluster(pass, '\ufffd');
  else if (pass.points < limits.clusterCodePoints) extend(pass, point);
}

function takeBase(pass: Pass, held: string, point: string): void {
  const room = pass.points + 2 <= limits.clusterCodePoints;
  if (held === zwj && room && pictographEnd().test(pass.last) && pictograph().test(point)) {
    return extend(pass, held + point);
  }
  const joined = room && shapes(pass, held, point) ? held : '';
  if (continues(pass, point)) {
    if (!room || prepend.test(point)) return;
    extend(pass, joined + point);
    pass.marks = 0;
    pass.linked = false;
    return;
  }
  pass.out += joined;
  startCluster(pass, point);
}

function shapes(pass: Pass, held: string, point: string): boolean {
  return held !== '' && held !== vs16 && isShaping(pass.last) && isShaping(point);
}

function isShaping(point: string): boolean {
  return shaping().test(point) && lettersAndMarks().test(point);
}

function continues(pass: Pass, point: string): boolean {
  if (pass.linked) return /\p{L}/u.test(point);
  if (prepend.test(pass.last)) return point !== '\n';
  return leadingJamo.test(pass.last) && hangul.test(point);
}

function extend(pass: Pass, points: string): void {
  pass.out += points;
  pass.points += [...points].length;
  pass.last = [...points].at(-1) ?? '';
}

function startCluster(pass: Pass, point: string): void {
  pass.out += point;
  pass.last = point === '\n' ? '' : point;
  pass.points = point === '\n' ? 0 : 1;
  pass.marks = 0;
  pass.linked = false;
}
