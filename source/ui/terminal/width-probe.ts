import { type EmojiKind, emojiKinds, examples } from '../text/emoji-drawing.ts';

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
