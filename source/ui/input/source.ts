/** The keyboard side of a terminal. */
export type TerminalSource = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  readonly readableEnded?: boolean;
  readonly destroyed?: boolean;
  setRawMode?: (isRaw: boolean) => unknown;
};

/** What was read at once before the screen was there, and when (ms of a clock that only goes forward). */
export type EarlyRead = { readonly bytes: Uint8Array; readonly at: number };
