import { createCourier } from '../outbox/courier.ts';
import type { Courier } from '../outbox/courier.ts';
import type { Outcome } from '../outbox/post.ts';
import { markSent } from '../store/messages.ts';
import { outboxHeads, removeFromOutbox } from '../store/outbox.ts';
import type { Context } from './context.ts';
import { turn } from './context.ts';
import { composeReceipt } from './compose.ts';
import { showReach } from './show.ts';

/**
 * The end of the send line: the courier carries what is committed, and a 202 settles it. `isQuiet` says whether no
 * transaction is under way, because what is not committed must never be posted.
 */
export function startCourier(context: Context, isQuiet: () => boolean): Courier {
  return createCourier({
    heads: () => (isQuiet() ? outboxHeads(context.database) : []),
    settle: (parcel, outcome) => settleParcel(context, parcel, outcome),
    waiting(contactId, away) {
      if (away) showReach(context, contactId, { kind: 'away', ...away });
    },
  });
}

async function settleParcel(
  context: Context,
  parcel: { id: number; contactId: number },
  outcome: Outcome,
): Promise<void> {
  if (outcome.kind !== 'accepted') return;
  context.reach.set(parcel.contactId, { kind: 'answered', at: Date.now() });
  await turn(context, async (work) => {
    const row = removeFromOutbox(work.database, parcel.id);
    if (row === null) await composeReceipt(work, parcel.contactId);
    else markSent(work.database, row);
    work.touched.add(parcel.contactId);
  });
}
