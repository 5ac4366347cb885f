/** A text as a search sees it: without case, and without the accents of letters. */
export function fold(text: string): string {
  const plain = /^[\0-\x7f]*$/u.test(text) ? text : text.normalize('NFD').replaceAll(/[\u0300-\u036f]/gu, '');
  return plain.toLowerCase();
}
