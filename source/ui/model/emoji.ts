import { changed, type Editor } from './editor.ts';

/** Every emoji by its name, the shortest first. */
export type Emoji = ReadonlyMap<string, string>;

/** Loads the names; nothing else on the screen waits for them. */
export async function loadEmoji(): Promise<Emoji> {
  const { emojiNames } = await import('../text/emoji-names.ts');
  const words = emojiNames.split(' ');
  const pairs = words.flatMap((name, at) => (at % 2 === 0 ? [[name, words[at + 1] ?? ''] as const] : []));
  return new Map(pairs.toSorted(([one], [other]) => one.length - other.length));
}

/** No name is longer, including its colons. */
const mostLetters = 60;

/** The name of an emoji that is being written just before `at` (without its colon); null when there is none, or only one letter of it. */
export function nameBefore(text: string, at: number): string | null {
  const near = text.slice(Math.max(0, at - mostLetters), at);
  return /(?<![\p{L}\p{N}:]):([a-z\d_+-]{2,})$/u.exec(near)?.[1] ?? null;
}

/** The editor with a whole `:name:` that ends at `end` turned into an emoji; the same editor when that is not a name. */
export function withEmoji(editor: Editor, end: number, emoji: Emoji): Editor {
  const { text, cursor } = editor;
  const name = text[end - 1] === ':' ? nameBefore(text, end - 1) : null;
  const found = name === null ? undefined : emoji.get(name);
  if (name === null || found === undefined) return editor;
  const start = end - name.length - 2;
  const moved = cursor >= end ? cursor - (end - start) + found.length : Math.min(cursor, start);
  return changed(editor, { text: text.slice(0, start) + found + text.slice(end), cursor: moved });
}
