import { attempt, type Desk } from './desk.ts';

/** What a desk has under way, by name. */
const underWay = new WeakMap<Desk, Set<string>>();

/** Whether the work of this name is under way. */
export function isUnderWay(desk: Desk, name: string): boolean {
  return underWay.get(desk)?.has(name) ?? false;
}

/** Does `work`, and `then` when it is over, unless work of the same name is under way. */
export function once(
  desk: Desk,
  name: string,
  work: () => Promise<void>,
  then: () => void = () => undefined,
): void {
  const busy = underWay.get(desk) ?? new Set<string>();
  underWay.set(desk, busy);
  if (busy.has(name)) return;
  busy.add(name);
  attempt(desk, async () => {
    try {
      await work();
    } finally {
      busy.delete(name);
      then();
    }
  });
}
