import { type EmojiKind, emojiKinds, examples } from '../text/emoji-drawing.ts';

const escape = '\u001b[';
const concealed = `${escape}8m`;
const shownAgain = `${escape}28m`;
/** Column behind a picture of two cells in the first one. */
const expected = 3;

/**
 * One emoji of each kind at the top left corner, unseen, each followed by the question where the cursor is now; then the screen is
 * erased. The terminal's answers come in order, before the one to whatever is asked next.
 */
export const widthProbe = [
  concealed,
  ...emojiKinds.map((kind) => `${escape}H${examples[kind]}${escape}6n`),
  `${shownAgain}${escape}H${escape}2J`,
].join('');

/**
 * Takes the answers of the terminal one by one, and tells which kinds it draws as one picture when the answer to "what are you?"
 * (DA1) has come, which is asked after them. A terminal that did not answer every question is believed in nothing.
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
