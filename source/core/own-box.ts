import type { Printable } from './types.ts';

/** The reason that a listener gives when a mailbox's owner gets the 404 of a stranger. */
export const unknownThere = 'what answers there does not know this mailbox';

/** One box of this home's at another listener; times in ms since 1970. */
export type OwnBox = {
  readonly place: string;
  readonly createdAt: number;
  /** When its host answered last, or null. */
  readonly answeredAt: number | null;
  /** Why nothing comes from it now; null when all is well. */
  readonly reason: Printable | null;
};
