import { attempt, type Desk } from './desk.ts';

/** Tells whether the work of this name is under way. */
export function isUnderway({ underway }: Desk, name: string): boolean {
  return underway.names.has(name);
}

/** Does `work`, and `then` when it is over, unless work of the same name is under way. */
export function once(
  desk: Desk,
  name: string,
  work: () => Promise<void>,
  then: () => void = () => undefined,
): void {
  const { names } = desk.underway;
  if (names.has(name)) return;
  names.add(name);
  attempt(desk, async () => {
    try {
      await work();
    } finally {
      names.delete(name);
      then();
    }
  });
}
