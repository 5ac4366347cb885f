import { fold } from './fold.ts';

const letter = /[\p{L}\p{N}_]/u;
/** Scripts that put no blanks between words: a word can stand anywhere. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Tells whether `word` stands in `text` as a word of its own; case and accents do not matter. */
export function mentions(text: string, word: string): boolean {
  const [inside, wanted] = [fold(text), fold(word).trim()];
  if (wanted === '') return false;
  for (let at = inside.indexOf(wanted); at >= 0; at = inside.indexOf(wanted, at + 1)) {
    const [before, after] = [
      lastLetter(inside.slice(Math.max(0, at - 2), at)),
      firstLetter(inside, at + wanted.length),
    ];
    if (!continues(before, firstLetter(wanted, 0)) && !continues(lastLetter(wanted), after)) return true;
  }
  return false;
}

/** Tells whether two letters side by side belong to one word. */
function continues(one: string, other: string): boolean {
  return letter.test(one) && letter.test(other) && !unspaced.test(one) && !unspaced.test(other);
}

function firstLetter(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? '' : String.fromCodePoint(point);
}

function lastLetter(text: string): string {
  return Array.from(text.slice(-2)).at(-1) ?? '';
}
