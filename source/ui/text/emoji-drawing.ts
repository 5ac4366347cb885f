import { lazily } from '../../core/lazily.ts';

/** How an emoji is written with more than one code point; terminals differ in which of these they draw as one picture. */
export type EmojiKind = 'selector' | 'tone' | 'joined' | 'flag' | 'keycap';

/** One of each kind: two columns wide where it is drawn as one picture. */
export const examples: Readonly<Record<EmojiKind, string>> = {
  selector: '\u2764\ufe0f',
  tone: '\u{1f44d}\u{1f3fd}',
  joined: '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  flag: '\u{1f1e9}\u{1f1ea}',
  keycap: '1\ufe0f\u20e3',
};

/** All of them. */
export const emojiKinds = Object.keys(examples) as readonly EmojiKind[];

/** None of them: every emoji in its base form, until a terminal has shown more. */
export const baseForms: ReadonlySet<EmojiKind> = new Set();

const known = lazily(() => /^\p{RGI_Emoji}$/v);

const needs: Readonly<Record<EmojiKind, RegExp>> = {
  flag: /^\p{Regional_Indicator}{2}$/u,
  keycap: /\u20e3/u,
  selector: /(?<![\d#*])\ufe0f/u,
  tone: /\p{Emoji_Modifier}$|\p{Emoji_Modifier}(?=\u200d)/u,
  joined: /\u200d/u,
};

/** Tells whether `cluster` is an existing emoji that a terminal draws as one picture if it draws `kinds` as one. */
export function isDrawnWhole(cluster: string, kinds: ReadonlySet<EmojiKind>): boolean {
  if (kinds.size === 0 || !known().test(cluster)) return false;
  return emojiKinds.every((kind) => kinds.has(kind) || !needs[kind].test(cluster));
}
