/** The marker before a paste, from a terminal that marks pastes (`CSI ? 2004 h`). */
export const pasteStart = '\u001b[200~';
const pasteEnd = '\u001b[201~';
/** Maximum length of one paste that is kept (UTF-16 units): a bound on memory, 270 times the length of a message. */
const mostUnits = 16 * 1024 * 1024;

/** A whole paste; `left` is the number of units that were too many and are not in `text`. Line ends are `\n`. */
export type Pasted = { readonly text: string; readonly left: number };

/** Collects one paste, in any pieces; only its end marker ends it. */
export type PasteCollector = {
  /** Takes input; returns the paste and the text after it, or null while its end has not come. */
  readonly take: (text: string) => { readonly paste: Pasted; readonly rest: string } | null;
  /** Ends the paste without the marker; `rest` is text that may be the beginning of the marker. */
  readonly breakOff: () => { readonly paste: Pasted; readonly rest: string };
};

/**
 * Begins to collect a paste. Its pieces are joined once, at the end: if they were joined at each read, a large paste would take
 * minutes.
 */
export function collectPaste(): PasteCollector {
  const pieces: string[] = [];
  let units = 0;
  let left = 0;
  let tail = '';
  const keep = (text: string): void => {
    const kept = text.slice(0, mostUnits - units);
    units += kept.length;
    left += text.length - kept.length;
    if (kept !== '') pieces.push(kept);
  };
  const whole = (): Pasted => ({ text: pieces.join('').replace(/\r\n?/g, '\n'), left });
  return {
    take(text) {
      const read = tail + text;
      const end = read.indexOf(pasteEnd);
      if (end >= 0) {
        keep(read.slice(0, end));
        return { paste: whole(), rest: read.slice(end + pasteEnd.length) };
      }
      tail = beginningOfEnd(read);
      keep(read.slice(0, read.length - tail.length));
      return null;
    },
    breakOff: () => ({ paste: whole(), rest: tail }),
  };
}

/** The longest end of `text` that the end marker may begin with. */
function beginningOfEnd(text: string): string {
  for (let length = pasteEnd.length - 1; length > 0; length -= 1) {
    if (text.endsWith(pasteEnd.slice(0, length))) return pasteEnd.slice(0, length);
  }
  return '';
}
