/**
 * Makes a value when it is asked for the first time. For regular expressions over Unicode's tables: a millisecond each, for texts that most
 * people never see.
 */
export function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
