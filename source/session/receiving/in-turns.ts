import { slotPart } from '../../inbox/maildir.ts';

/**
 * The `most` names of inbox/new to receive next, out of `names`, which are oldest first: one of each slot, then the next one of each, so
 * that two thousand files of one contact keep nobody else's waiting. Within a slot the names keep their order; files without a message's
 * name wait among the others as one slot more, or a few. `turnOf` says whose turn a slot has: one contact may have two slots, and its
 * messages must stay in order.
 */
export function inTurns(
  names: readonly string[],
  most: number,
  turnOf: (slot: string) => string = (slot) => slot,
): readonly string[] {
  const slots = new Map<string, string[]>();
  for (const name of names) {
    const slot = turnOf(slotPart(name));
    const known = slots.get(slot);
    if (!known) slots.set(slot, [name]);
    else if (known.length < most) known.push(name);
  }
  const next: string[] = [];
  let waiting = [...slots.values()];
  for (let round = 0; waiting.length > 0 && next.length < most; round += 1) {
    for (const of of waiting) next.push(...of.slice(round, round + 1));
    waiting = waiting.filter((of) => of.length > round + 1);
  }
  return next.slice(0, most);
}
