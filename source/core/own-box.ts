import type { Printable } from './types.ts';

/** One box of this home's at another listener; times in ms since 1970. */
export type OwnBox = {
  readonly place: string;
  readonly createdAt: number;
  /** When its host answered last, or null. */
  readonly answeredAt: number | null;
  /** Why nothing comes from it now; null when all is well. */
  readonly reason: Printable | null;
};
