import type { Settings } from '../../core/settings.ts';
import type { Store } from '../../core/types.ts';
import { drawWhole } from '../text/cells.ts';
import { baseForms, emojiKinds, examples, type EmojiKind } from '../text/emoji-drawing.ts';
import type { View } from '../model/view.ts';

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

const escape = '\u001b[';

const concealed = `${escape}8m`;

const shownAgain = `${escape}28m`;

/** Column after a picture of two cells that begins in the first column. */
const expected = 3;

/**
 * One emoji of each kind at the top left corner, unseen, each followed by a question about the cursor's place; then the screen is
 * erased. The terminal's answers come in order, before the answer to any later question.
 */
export const widthProbe = [
  concealed,
  ...emojiKinds.map((kind) => `${escape}H${examples[kind]}${escape}6n`),
  `${shownAgain}${escape}H${escape}2J`,
].join('');

/**
 * Takes the answers of the terminal one by one. The question "what are you?" (DA1) comes after the others: when its answer has come,
 * `found` is told which kinds the terminal draws as one picture. A terminal that did not answer every question is not believed at all.
 */
export function createWidthProbe(found: (kinds: ReadonlySet<EmojiKind>) => void): (reply: string) => void {
  let columns: number[] = [];
  return (reply) => {
    const [, column] = /^1;(\d+)R$/u.exec(reply) ?? [];
    if (column !== undefined) columns.push(Number(column));
    if (!/^\?[\d;]*c$/u.test(reply)) return;
    const isWhole = columns.length === emojiKinds.length;
    found(new Set(emojiKinds.filter((_, at) => isWhole && columns[at] === expected)));
    columns = [];
  };
}
