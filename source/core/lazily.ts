/**
 * Makes a value at its first use. For regular expressions over Unicode's tables: they cost a millisecond each, for texts that most
 * people never see.
 */
export function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
