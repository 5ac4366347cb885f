import { skeleton } from '../../core/names.ts';

/** Colons, and what looks like one. */
const colon = /[:：꞉∶ː˸։׃⁚︓︰﹕]/u;
/** No word that looks like "you" has more letters, the invisible ones among them. */
const mostLetters = 32;

/** Tells whether a name reads as "you", with more behind it or alone: the screen calls the person before it so. */
export function isLikeYou(name: string): boolean {
  if (!skeleton(name).startsWith(you())) return false;
  const letters = [...name];
  return letters.some(
    (_, at) => !/\p{L}/u.test(letters[at + 1] ?? '') && skeleton(letters.slice(0, at + 1).join('')) === you(),
  );
}

/** Tells whether a text begins as the screen begins the words of the person before it: "you:". */
export function beginsLikeYours(text: string): boolean {
  const start = text.slice(0, mostLetters);
  const at = start.search(colon);
  return at > 0 && skeleton(start.slice(0, at)) === you();
}

function you(): string {
  return (yours ??= skeleton('you'));
}

let yours: string | undefined;
