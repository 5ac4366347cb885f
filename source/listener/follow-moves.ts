import { limits } from '../core/limits.ts';
import { hearMoves } from '../inbox/moves.ts';
import { watchMoves } from '../net/moved.ts';

/** What a listener does about moves to another network. */
type Following = {
  /** A move has happened, and the addresses have settled. */
  readonly moved: () => void;
  /** A client has gone that could be heard. */
  readonly ended: () => void;
  /** True while something depends on moves. */
  readonly isNeeded: () => boolean;
  /** How often (ms) to look while a client does, or nothing depends on it. */
  readonly lookMs: () => number;
};

/** The moves of this machine, as a listener hears of them. */
type Moves = {
  /** True while a client looks for moves and tells of them. */
  readonly isTold: () => boolean;
  /** Looks now: a client may be there, or something depends on moves from now on. */
  readonly look: () => void;
  readonly close: () => void;
};

/** Looks for moves; while a client of this home does, it tells of them, and this program sleeps. */
export function followMoves(inbox: string, { moved, ended, isNeeded, lookMs }: Following): Moves {
  const heard = hearMoves(inbox, {
    moved: () => moves.told(),
    ended() {
      moves.look();
      ended();
    },
  });
  const moves = watchMoves(moved, () => {
    heard.look();
    return isNeeded() && !heard.isTold() ? limits.returnLookMs : lookMs();
  });
  return {
    isTold: heard.isTold,
    look: moves.look,
    close() {
      heard.close();
      moves.close();
    },
  };
}
