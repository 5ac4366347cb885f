/** The keyboard side of a terminal. */
export type TerminalSource = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  readonly readableEnded?: boolean;
  readonly destroyed?: boolean;
  setRawMode?: (isRaw: boolean) => unknown;
};

/** The bytes of one read before the screen was there, and the time of the read (ms of a clock that only goes forward). */
export type EarlyRead = { readonly bytes: Uint8Array; readonly at: number };
