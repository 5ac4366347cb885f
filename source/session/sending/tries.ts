import { printableLine } from '../../core/printable.ts';
import type { Printable } from '../../core/types.ts';
import { whyRefused, type Outcome } from '../../outbox/post.ts';

/**
 * What was tried of one envelope since this program was started: how often, the head of the last request that was answered,
 * with what status, and what kept it from being taken.
 */
export type Tried = {
  /** Its number in the outbox. */
  readonly id: number;
  readonly tries: number;
  readonly head: string | null;
  readonly status: number | null;
  readonly failure: Printable | null;
};

const acceptedStatus = 202;

/** What is known of envelope `id` after one more try; `before` is what was known of it, or of another one. */
export function tryAgain(before: Tried | null, id: number, outcome: Outcome): Tried {
  const same = before?.id === id ? before : { id, tries: 0, head: null, status: null };
  const tries = same.tries + 1;
  if (outcome.kind === 'unreachable') return { ...same, ...outcome.answered, tries, failure: outcome.reason };
  const { head } = outcome;
  if (outcome.kind === 'accepted') return { id, tries, head, status: acceptedStatus, failure: null };
  return { id, tries, head, status: outcome.status, failure: printableLine(whyRefused[outcome.reason]) };
}
