import type { Settings } from '../../core/settings.ts';
import type { Store } from '../../core/state.ts';
import { drawWhole } from '../text/cells.ts';
import { baseForms, type EmojiKind, emojiKinds } from '../text/emoji-drawing.ts';
import type { View } from '../model/view.ts';
import { createWidthProbe } from './width-probe.ts';

const all: ReadonlySet<EmojiKind> = new Set(emojiKinds);

/** The emoji that are drawn as one picture: by the person's setting, else by the terminal's answers. */
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

/** Takes the answers of the terminal, and puts the kinds of emoji that they show into the view. */
export function measureEmoji(view: Store<View>): (reply: string) => void {
  return createWidthProbe((emoji) =>
    view.update((now) => ({ ...now, terminal: { ...now.terminal, emoji } })),
  );
}
