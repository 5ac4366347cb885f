import { printableLine } from '../../core/printable.ts';
import type { Printable } from '../../core/types.ts';
import { whyRefused, type Outcome } from '../../outbox/post.ts';

/**
 * The tries of one envelope since this program was started: their number, the head and status of the last request that was answered, and
 * the reason why the envelope was not taken.
 */
export type Tried = {
  /** Its number in the outbox. */
  readonly id: number;
  readonly tries: number;
  readonly head: string | null;
  readonly status: number | null;
  readonly failure: Printable | null;
};

/** The record of envelope `id` after one more try; `before` is the earlier record, of this envelope or of another one. */
export function tryAgain(before: Tried | null, id: number, outcome: Outcome): Tried {
  const same = before?.id === id ? before : { id, tries: 0, head: null, status: null };
  const tries = same.tries + 1;
  if (outcome.kind === 'unreachable') return { ...same, ...outcome.answered, tries, failure: outcome.reason };
  const { head } = outcome;
  if (outcome.kind === 'accepted') return { id, tries, head, status: 202, failure: null };
  return { id, tries, head, status: outcome.status, failure: printableLine(whyRefused[outcome.reason]) };
}
