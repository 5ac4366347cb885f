const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/**
 * Reads the keys typed while the program starts, from now on; the terminal is in raw mode already. `before` is the input typed before
 * that: the terminal's own line editor made a line feed of each Enter, and each becomes an Enter again; its lines are reads of their own. Returns the function that ends
 * the reading and returns the input, read by read, as it came.
 */
export function readAhead(source: TerminalSource, before: Uint8Array): () => readonly EarlyRead[] {
  const typed = before.map((byte) => (byte === lineFeed ? carriageReturn : byte));
  const reads: EarlyRead[] = linesOf(typed).map((bytes, line) => ({ bytes, at: line * farApartMs - 1e9 }));
  const read = (chunk: Buffer | string): void => {
    reads.push({ bytes: Buffer.from(chunk), at: performance.now() });
  };
  source.on('data', read).on('error', ignore);
  source.resume();
  return () => {
    source.pause();
    source.off('data', read).off('error', ignore);
    return reads.splice(0);
  };
}

/** More than lies between two reads of one paste. */
const farApartMs = 1000;

/** The bytes in lines, each with the Enter that ends it. */
function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(carriageReturn, from);
    const to = end < 0 ? bytes.length : end + 1;
    lines.push(bytes.subarray(from, to));
    from = to;
  }
  return lines;
}

/** Code that reads the stream notices later that the terminal is gone. */
function ignore(): void {
  return undefined;
}

/** The keyboard side of a terminal. */
export type TerminalSource = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  readonly readableEnded?: boolean;
  readonly destroyed?: boolean;
  setRawMode?: (isRaw: boolean) => unknown;
};

/** The bytes of one read before the screen was there, and the time of the read (ms of a clock that only goes forward). */
export type EarlyRead = { readonly bytes: Uint8Array; readonly at: number };
