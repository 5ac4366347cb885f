import type { Printable } from './types.ts';

/** One box of this home at another listener; times in ms since 1970. */
export type OwnBox = {
  readonly place: string;
  readonly createdAt: number;
  /** The time of its host's last answer, or null. */
  readonly answeredAt: number | null;
  /** Why no mail comes from it now; null when all is well. */
  readonly reason: Printable | null;
};
