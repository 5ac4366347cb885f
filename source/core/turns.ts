import { createBreath } from './breath.ts';

/** Runs one piece of work at a time, in the order of the calls; returns or throws the outcome of the work. */
export type TakeTurn = <Result>(work: () => Promise<Result> | Result) => Promise<Result>;

/**
 * A queue of concurrency 1. Every ratchet step goes through one such queue: two steps at once on one session lose messages permanently
 * (ARCHITECTURE.md "The two lines"), which makes this a security control, not a convenience. Between two turns the event loop is let go,
 * when turns have held it for long: one that asks for the next may never wait for anything else.
 */
export function createTurns(): TakeTurn {
  let last: Promise<unknown> = Promise.resolve();
  const breathe = createBreath();
  return (work) => {
    const turn = last.then(() => breathe()?.then(work) ?? work());
    last = turn.catch(() => undefined);
    return turn;
  };
}
