import type { FlagName } from './flags.ts';
import type { Command } from './invocation.ts';

/** What a command is called with, and where it is. */
export type Entry = {
  /** What follows the name, for people. */
  readonly usage: string;
  /** One line; absent for what is no command of a person's. */
  readonly help?: string;
  /** The flags it takes besides those of every command. */
  readonly flags: readonly FlagName[];
  /** The fewest and the most words after the name. */
  readonly words: readonly [least: number, most: number];
  /** It does not touch the home that is named or usual, or looks at it itself. */
  readonly homeless?: true;
  readonly load: () => Promise<Command>;
};
