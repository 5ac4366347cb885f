import { ChatError } from './errors.ts';
import { limits } from './limits.ts';
import { printableLine } from './printable.ts';
import type { Printable } from './types.ts';
import { cellWidth } from './width.ts';

/** Invisible characters that a name may contain. */
const blank = /^[\p{Z}\p{M}\u2800\ufffd]*$/u;
/** Marks that an accented letter is made of; marks that are letters of their own script stay. */
const accents = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;
const unseen = /[\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** Skin and hair of an emoji, and its sex: at the size of a name nobody can tell two of them apart. */
const emojiParts = /[\p{Emoji_Modifier}\u{1f9b0}-\u{1f9b3}♀♂]/gu;
/** Joined emoji: many terminals draw only the first one. */
const joinedEmoji =
  /(\p{Extended_Pictographic})[\ufe0f\p{Emoji_Modifier}]*(?:\u200d\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]*)+/gu;
const flagLetters = /\p{Regional_Indicator}/gu;
/** Signs that the program uses for how sure it is of an identity, and signs that look like them. */
const verdictSigns = /[✓✔☑✅🗸🗹√⚠✗✘✕✖❌☒🗴🗵🗶🗷🔏🔐🔒🔓🛡●○◉◎◯⬤🟢🟡🔴]\ufe0f?/gu;
const brackets = /[([{<（［｛【〈《「『][^)\]}>）］｝】〉》」』]*[)\]}>）］｝】〉》」』]?/gu;
const word = /[\p{L}\p{M}\p{N}]+/gu;

/**
 * The name as it is kept and shown: composed, trimmed, single spaces. Throws ChatError name-bad for a name that is empty, wider than 32
 * columns or longer than 128 bytes, begins with `-` (an option to a command), contains something that cannot be drawn, or makes a claim
 * that only the program makes.
 */
export function checkName(name: string): Printable {
  const tidy = name
    .normalize('NFC')
    .trim()
    .replace(/\p{Zs}+/gu, ' ');
  const drawn = printableLine(tidy);
  if (blank.test(tidy)) throw new ChatError('name-bad', 'a name needs a visible letter');
  if (drawn !== tidy) throw new ChatError('name-bad', 'this name contains something that cannot be shown');
  if (tidy.startsWith('-')) throw new ChatError('name-bad', 'a name cannot start with -');
  if (withoutVerdict(tidy) !== tidy) {
    throw new ChatError(
      'name-bad',
      'only cryptochat itself shows who is verified: leave out signs like ✓ and words like verified',
    );
  }
  const bytes = new TextEncoder().encode(tidy).length;
  if (cellWidth(tidy) > limits.nameCells || bytes > limits.nameBytes) {
    throw new ChatError('name-bad', 'this name is too long');
  }
  return drawn;
}

/**
 * The key to names that a reader may mistake for each other: two names with one skeleton look alike, so only one may be a contact's label.
 * Compatibility forms, case, accents, spaces and invisible characters are gone; letters of Cyrillic, Greek and others become the Latin
 * letters that they resemble; I, l, i and 1 are one letter, and so are rn and m; a joined emoji becomes its first part, and a flag its two
 * letters, as most terminals draw them. After UTS 39 §4. Not for drawing.
 */
export function skeleton(name: string): string {
  const emoji = name.replace(joinedEmoji, '$1').replace(flagLetters, letterOfFlag);
  const seen = emoji.normalize('NFKC').replace(unseen, '').replace(emojiParts, '');
  const base = seen.normalize('NFD').replace(accents, '');
  const latin = imitate(imitate(base).toLowerCase());
  return latin.replaceAll('ß', 'ss').replaceAll('rn', 'm').replaceAll('vv', 'w');
}

/** The one of `names` that a person who typed `name` most likely meant, or null when none is near. */
export function nearestName<Name extends string>(name: string, names: readonly Name[]): Name | null {
  const typed = skeleton(name);
  let nearest: Name | null = null;
  let best = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of names) {
    const distance = editDistance(typed, skeleton(candidate));
    if (distance < best) [nearest, best] = [candidate, distance];
  }
  return nearest;
}

/** A name without the words that only the program may say about a contact, such as "verified". */
export function withoutVerdict(name: string): string {
  let rest = name;
  for (;;) {
    const before = rest;
    // Removing a part may have joined the halves of another verdict.
    rest = rest
      .normalize('NFC')
      .replace(verdictSigns, '')
      .replace(brackets, (part) => (holdsVerdict(part) ? '' : part))
      .replace(word, (part) => (isVerdict(part) ? '' : part));
    if (rest === before) return rest.trim();
  }
}

function holdsVerdict(text: string): boolean {
  return (text.match(word) ?? []).some(isVerdict) || isVerdict(text.replace(/[^\p{L}\p{M}\p{N}]/gu, ''));
}

function isVerdict(text: string): boolean {
  verdictWords ??= new Set(
    ['verified', 'compared', 'trusted', 'revoked', 'blocked', 'conflict', 'unverified', 'untrusted'].map(
      skeleton,
    ),
  );
  return verdictWords.has(skeleton(text));
}

/** Words that this program, or one like it, uses for how sure it is. */
let verdictWords: ReadonlySet<string> | undefined;

function letterOfFlag(mark: string): string {
  return String.fromCodePoint(0x41 + (mark.codePointAt(0) ?? regionalA) - regionalA);
}

const regionalA = 0x1f1e6;

function imitate(text: string): string {
  let result = '';
  for (const letter of text) result += looksLike.get(letter) ?? letter;
  return result;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(one: string, other: string): number {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      next.push(
        Math.min(
          at(last, column) + 1,
          at(next, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(before, column - 2) + 1 : Infinity,
        ),
      );
    }
    [before, last] = [last, next];
  }
  return at(last, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}

/**
 * Letters that look like another one, grouped by that one; a compact choice from UTS 39's confusables, for names. A reader may take every
 * letter of a group for its key. Case counts here: Greek Η looks like H, but η like n.
 */
const groups: Readonly<Record<string, string>> = {
  a: 'АаΑαɑᴀ⍺',
  b: 'ВвЬьΒβʙᏏƄ',
  c: 'СсϹϲᴄⅽ',
  d: 'ԁᴅɗᏧ',
  e: 'ЕеЁёΕεЭэєЄеҽᴇ℮',
  f: 'ƒϝꜰ',
  g: 'ɡɢԍԌց',
  h: 'НнҺһΗʜհᏂ',
  j: 'ЈјϳΙϳյᴊ',
  k: 'КкΚκᴋĸ',
  l: 'IiІіΙιЇїıɪɩӀӏӀ|1!ʟᛁ∣ǀⵏ',
  m: 'МмΜᴍ',
  n: 'ΝηռпПᴎɴ',
  o: '0ОоΟοօσᴏØøθѳѲ',
  p: 'РрΡρᴘҏ',
  q: 'ԛԚգզ',
  r: 'гГɼᴦʀ',
  s: 'ЅѕꜱʂՏ$5',
  t: 'ТтΤτᴛ',
  u: 'υᴜսµμцԱ',
  v: 'νѴѵᴠ∨',
  w: 'ԜԝшШωωѡᴡաɯ',
  x: 'ХхΧχ×ⲭ',
  y: 'УуΥүҮγᴠʏყ',
  z: 'ΖζᴢʐƵ2',
  3: 'ЗзӠӡƷʒЗ',
  '-': '‐‑‒–—―−﹘',
  "'": '’‘ʼʹ`´ˈ',
};

/** Maps each confusable letter to the letter that it looks like. */
const looksLike: ReadonlyMap<string, string> = new Map(
  Object.entries(groups).flatMap(([like, letters]) => [...letters].map((letter) => [letter, like] as const)),
);
