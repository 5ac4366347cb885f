/** What a failure says: one lower-case line, one hint, and the exit code of the command that ends with it. */
export type Failure = {
  readonly text: (detail: string) => string;
  readonly hint: string;
  readonly exit: number;
};

/** The exit codes of failures; those of ends that are no failure are in commands/run.ts. */
export const exits = { usage: 2, operating: 1, peerAway: 69, tryAgain: 75, locked: 77 } as const;
