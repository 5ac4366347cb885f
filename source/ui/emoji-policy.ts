import type { Settings } from '../core/settings.ts';
import type { Store } from '../core/state.ts';
import { drawWhole } from './text/cells.ts';
import { baseForms, type EmojiKind, emojiKinds } from './text/emoji-drawing.ts';
import type { View } from './view.ts';

const all: ReadonlySet<EmojiKind> = new Set(emojiKinds);

/** Which emoji are drawn as one picture: what the person says, else what the terminal has shown. */
export function emojiPolicy(
  setting: Settings['emoji'],
  measured: ReadonlySet<EmojiKind>,
): ReadonlySet<EmojiKind> {
  if (setting === 'auto') return measured;
  return setting === 'full' ? all : baseForms;
}

/** Lets the drawings know how emoji are drawn, now and after every change. */
export function followEmoji(view: Store<View>): () => void {
  const update = (): void => {
    const { settings, terminal } = view.get();
    drawWhole(emojiPolicy(settings.emoji, terminal.emoji));
  };
  update();
  return view.subscribe(update);
}
