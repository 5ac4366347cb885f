/**
 * Characters that a search ignores: accents of letters, points of the scripts that are read without them, and characters that are never
 * drawn; also NUL, at which SQLite's index would end.
 */
const passedOver =
  /[[\p{M}&&[\p{Script=Inherited}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}]]--[\u3099\u309A]]|[\0\u0640\p{Default_Ignorable_Code_Point}]/gv;

/**
 * A text as a search sees it: without case, accents, vowel points and ligatures, as Unicode folds them ("Full case folding" and
 * compatibility decomposition, Unicode 3.13 and annex 15). Marks that tell syllables apart (Japanese and Indic ones) stay.
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  const plain = text.normalize('NFKD').replaceAll(passedOver, '');
  // Convert to upper case first: only that turns "ß" into "ss", and a final sigma into the same letter.
  return plain.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}

/** The form of a text for the search index; null when that is the text itself, as the index folds Latin letters on its own. */
export function foldedOrNull(text: string): string | null {
  return isAscii(text) ? null : fold(text);
}

function isAscii(text: string): boolean {
  return /^[\x01-\x7f]*$/u.test(text);
}
