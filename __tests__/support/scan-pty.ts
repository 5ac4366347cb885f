import { scanTerminal } from './scan-terminal.ts';

/** The sequences that the messenger sends to a terminal while it draws: colours and weights, moves, erasures, the cursor, whole frames. */
const drawing = /\u001b\[(?:\?(?:25|2026)[hl]|(?:[0-79]|[1-9]\d|[34]8;5;\d+|;)*m|[\d;]*[ABCDEFGHJK])|\r/gu;
/** Its title, which says how many messages are unread and who one is; and links to nowhere, by which whole rows are drawn. */
const titles = /\u001b\]2;(?:\(\d+\) )?cryptochat(?: — \P{Cc}*)?\u0007/gu;
const wholeRows = /\u001b\]8;(?:id=whole)?;\u001b\\/gu;

/**
 * Lists what in a part of the raw output of a messenger could steer or deceive a terminal, beyond drawing. The part begins
 * after the start, which asks the terminal what it can, and ends before the end.
 */
export function scanPty(raw: string): readonly string[] {
  return [
    ...new Set(scanTerminal(raw.replaceAll(drawing, '').replaceAll(titles, '').replaceAll(wholeRows, ''))),
  ];
}
