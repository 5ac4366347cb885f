import type { Bytes } from '../core/types.ts';

/** Length of a set of abilities: a bit for each of 256 kinds, kind k in byte k/8, lowest bit first. PROTOCOL.md "Versions". */
export const abilitiesLength = 32;

/** The highest of the kinds that every version reads; a kind above it must not be sent to a contact who has not said that they read it. */
const mostCommonKind = 10;

/** Writes the set of kinds that this program reads. */
export function encodeAbilities(kinds: readonly number[]): Bytes {
  const set = new Uint8Array(abilitiesLength);
  for (const kind of kinds) set[kind >> 3] = (set[kind >> 3] ?? 0) | (1 << (kind & 7));
  return set;
}

/** True if a person who sent `abilities` (32 bytes; null: none sent) reads a kind. */
export function canRead(abilities: Bytes | null, kind: number): boolean {
  return kind <= mostCommonKind || (((abilities?.[kind >> 3] ?? 0) >> (kind & 7)) & 1) === 1;
}
