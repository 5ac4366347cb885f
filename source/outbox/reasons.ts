import { printableLine } from '../core/printable.ts';
import { foreignAnswer } from '../core/state.ts';
import type { Printable } from '../core/types.ts';

/**
 * Nothing of use came back, with the reason. `answered` when a program answered that is no cryptochat: the head of the request as it was
 * sent, and the status.
 */
export type Unreachable = {
  readonly kind: 'unreachable';
  readonly reason: Printable;
  readonly answered?: { readonly head: string; readonly status: number };
};

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up now',
  ETIMEDOUT: 'no answer in time',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: 'the connection broke',
  EHOSTUNREACH: 'there is no way to that machine',
  ENETUNREACH: 'there is no way to that network',
  ERR_ABORTED: 'stopped',
};

/** Words for a person about the code of an error. */
export function explain(code = 'unknown'): string {
  const other = code.startsWith('HPE_') ? foreignAnswer : `the connection failed: ${code}`;
  return reasons[code] ?? other;
}

/** A result that gives the reason why there is no answer. */
export function unreachable(reason: string): Unreachable {
  return { kind: 'unreachable', reason: printableLine(reason, 60) };
}
