/** The old value where nothing of it changed, so that nobody is told of a change that is none. */
export function kept<Value extends object>(before: Value | undefined, after: Value): Value {
  if (!before) return after;
  const keys = Object.keys(after) as Array<keyof Value>;
  return keys.every((key) => Object.is(before[key], after[key])) ? before : after;
}

/** Whether two lists hold the same values. */
export function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}
