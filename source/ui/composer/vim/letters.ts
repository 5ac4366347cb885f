import { after, before } from '../../model/editor.ts';

/** Letters below this code join with nothing; `\r` is in no draft. */
const firstJoining = 0x300;

/** The start of the grapheme after the one at `at`, or the end of the text. */
export function next(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const isPlain = text.charCodeAt(at) < firstJoining && !(text.charCodeAt(at + 1) >= firstJoining);
  return isPlain ? at + 1 : after(text, at);
}

/** The start of the grapheme before `at`, or 0. */
export function previous(text: string, at: number): number {
  if (at <= 0) return 0;
  const isPlain = text.charCodeAt(at - 1) < firstJoining && !(text.charCodeAt(at) >= firstJoining);
  return isPlain ? at - 1 : before(text, at);
}

/** The offset `count` graphemes after `at`, but not beyond `end`. */
export function ahead(text: string, at: number, count: number, end = text.length): number {
  let to = at;
  for (let left = count; left > 0 && to < end; left -= 1) to = next(text, to);
  return Math.min(to, end);
}

/** The offset `count` graphemes before `at`, but not before `start`. */
export function back(text: string, at: number, count: number, start = 0): number {
  let to = at;
  for (let left = count; left > 0 && to > start; left -= 1) to = previous(text, to);
  return Math.max(to, start);
}

/** Where the line of `at` begins. */
export function lineStart(text: string, at: number): number {
  return at <= 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** Where the line of `at` ends: at its line feed, or at the end of the text. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** The nearest place to `at` where a cursor of normal mode may stand: on a letter, or in an empty line. */
export function onLetter(text: string, at: number): number {
  const within = Math.max(0, Math.min(at, text.length));
  const end = lineEnd(text, within);
  return within < end ? within : back(text, end, 1, lineStart(text, within));
}

/** The first letter of the line of `at` that is not a blank; the line's end where all are blank. */
export function indentEnd(text: string, at: number): number {
  let to = lineStart(text, at);
  while (text.charAt(to) === ' ' || text.charAt(to) === '\t') to += 1;
  return to;
}

/** The first letter of the line of `at` that is not a blank, or the last blank of a line that has no other. */
export function firstLetter(text: string, at: number): number {
  return onLetter(text, indentEnd(text, at));
}

/** The kind of a letter, as words are made of: blanks, signs, letters, or a script that is written without blanks. */
export type Kind = 'blank' | 'sign' | 'word' | 'emoji' | 'han' | 'hiragana' | 'katakana' | 'hangul' | 'any';

const kinds: ReadonlyArray<readonly [Kind, RegExp]> = [
  ['blank', /^(?:\s|$)/u],
  ['word', /^[\p{ASCII}&&[\w]]/v],
  ['sign', /^\p{ASCII}/u],
  ['emoji', /^[\p{Extended_Pictographic}\p{Regional_Indicator}]/u],
  ['han', /^\p{Script=Han}/u],
  ['hiragana', /^\p{Script=Hiragana}/u],
  ['katakana', /^\p{Script=Katakana}/u],
  ['hangul', /^\p{Script=Hangul}/u],
  ['word', /^[\p{Letter}\p{Number}\p{Mark}]/u],
];

/** The kind of the letter at `at`; `isBig` knows only blanks and all others. A line end is a blank. */
export function kindAt(text: string, at: number, isBig = false): Kind {
  const letter = String.fromCodePoint(text.codePointAt(at) ?? 0x20);
  const kind = kinds.find(([, pattern]) => pattern.test(letter))?.[0] ?? 'sign';
  return isBig && kind !== 'blank' ? 'any' : kind;
}

/** The result of a step ahead: on a letter, at the end of the line, on the next line, or nowhere because the text ends. */
type Step = 'letter' | 'end' | 'line' | 'none';

/** A place that walks through a text, also over the ends of lines, as vim's own motions do. */
export type Walk = {
  readonly at: () => number;
  readonly kind: () => Kind;
  readonly goTo: (at: number) => void;
  readonly ahead: () => Step;
  /** False at the start of the text. */
  readonly back: () => boolean;
  readonly isEmptyLine: () => boolean;
  readonly isLineStart: () => boolean;
};

/** A walk that begins at `from`. */
export function walkFrom(text: string, from: number, isBig = false): Walk {
  let at = from;
  return {
    at: () => at,
    kind: () => kindAt(text, at, isBig),
    goTo: (to) => void (at = to),
    ahead() {
      if (at >= text.length) return 'none';
      const isEnd = text.charAt(at) === '\n';
      at = isEnd ? at + 1 : next(text, at);
      if (isEnd) return 'line';
      return at >= text.length || text.charAt(at) === '\n' ? 'end' : 'letter';
    },
    back() {
      if (at <= 0) return false;
      at = text.charAt(at - 1) === '\n' ? at - 1 : previous(text, at);
      return true;
    },
    isEmptyLine: () => lineStart(text, at) === lineEnd(text, at),
    isLineStart: () => lineStart(text, at) === at,
  };
}

/** Walks on as long as the letters are of one kind; false where the text ends first. */
export function skipKind(walk: Walk, direction: 'ahead' | 'back'): boolean {
  const kind = walk.kind();
  while (walk.kind() === kind) {
    if (direction === 'ahead' ? walk.ahead() === 'none' : !walk.back()) return false;
  }
  return true;
}
