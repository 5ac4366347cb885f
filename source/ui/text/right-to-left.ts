/** Letters of the scripts that are written from right to left. */
const letters = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * Tells whether a terminal that orders text by the rules of Unicode may draw parts of `text` from right to left. Such a terminal takes
 * digits, signs and blanks behind these letters along to the left, up to the next letter that is written from left to right: the
 * program's own numbers must not follow them in a row.
 */
export function isRightToLeft(text: string): boolean {
  return letters.test(text);
}
