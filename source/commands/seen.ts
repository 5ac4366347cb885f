import type { Calls } from '../core/calls.ts';
import { ChatError } from '../core/errors.ts';
import type { Message } from '../core/types.ts';
import type { Invocation } from './invocation.ts';

/** As many rows as one line of the control socket can hold, with room to spare. */
const mostRows = 50_000;

/** Notes that messages of any contacts were shown, once they are, unless the output was lost or nobody reads it any more. */
export async function noteSeen(call: Invocation, calls: Calls, messages: readonly Message[]): Promise<void> {
  await call.shown?.();
  // A failed write is reported a moment later.
  await new Promise((done) => setImmediate(done));
  if (call.stdout.destroyed || call.signal?.aborted) return;
  const shown = new Map<number, number[]>();
  for (const { contactId, direction, kind, row } of messages) {
    if (direction !== 'in' || kind !== 'text') continue;
    const rows = shown.get(contactId) ?? [];
    rows.push(row);
    shown.set(contactId, rows);
  }
  for (const [contactId, rows] of shown)
    await calls.seen({ contact: String(contactId), rows: rows.slice(-mostRows) }).catch(unlessForgotten);
}

/** A contact may be forgotten while their messages are printed. */
function unlessForgotten(error: unknown): void {
  if (!(error instanceof ChatError) || error.code !== 'contact-unknown') throw error;
}
