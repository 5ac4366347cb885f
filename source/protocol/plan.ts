import type { Bytes } from '../core/types.ts';
import { limits } from '../core/limits.ts';
import type { Inner } from './envelope.ts';
import { isBegunBy, jumpTo, readPlace, type Jump, type Place } from './far.ts';
import { archived, readStates, trimRecord, writeStates, type States } from './session-states.ts';

/**
 * A plan for decrypting one message within bounds: `given` is the record for libsignal, with no more states than may be tried; `keys` is
 * the most keys that libsignal then derives before a MAC fits, and `jump` the number that a valid message needs. `restore` turns the
 * record that libsignal leaves into the record to keep; null when that would be too large.
 */
export type Plan = {
  readonly keys: number;
  readonly jump: number;
  readonly given: Bytes | null;
  readonly restore: (after: Bytes) => Bytes | null;
};

/**
 * Finds out, before deriving anything, how much a message would cost in a stored record; null for a message that is too far
 * (`limits.ratchetKeys`) and for bytes that are not a message. libsignal alone derives up to 25,000 keys in each of 41 states before it
 * checks a MAC. PROTOCOL.md "Envelope".
 */
export function planDecryption(inner: Inner, stored: Bytes | null): Plan | null {
  const place = readPlace(inner);
  const states = stored && readStates(stored);
  if (!place || (stored && !states)) return null;
  if (place.baseKey) return planFirst(place, place.baseKey, states);
  if (!states) return null;
  const jumps = inOrder(states).map((state) => jumpTo(place, state));
  const at = jumps.findIndex(({ isKnown }) => isKnown);
  return at === -1 ? planEach(states, jumps) : planOne(states, at, jumps[at]?.keys ?? 0);
}

/** First messages are tried in the state that their base key began, or in a new one; libsignal tries no other. */
function planFirst(place: Place, baseKey: Bytes, states: States | null): Plan | null {
  const begun = states && inOrder(states).find((state) => isBegunBy(state, baseKey));
  const { keys } = jumpTo(place, begun ?? null);
  if (keys > limits.ratchetKeys) return null;
  return { keys, jump: keys, given: states && writeStates(states), restore: trimRecord };
}

/** If the ratchet key is known, only its state is tried: after a MAC that does not fit, libsignal would continue with all others. */
function planOne({ current, previous }: States, at: number, keys: number): Plan | null {
  const chosen = inOrder({ current, previous })[at] ?? null;
  if (keys > limits.ratchetKeys) return null;
  const restore = (after: Bytes): Bytes | null => {
    const now = readStates(after)?.current ?? null;
    const wasCurrent = chosen === current;
    // As libsignal does: the previous sending state is archived, and the one that could read becomes the current one.
    const others = previous.filter((state) => state !== chosen);
    const rest = wasCurrent || !current ? others : [...archived(current), ...others];
    return trimRecord(writeStates({ current: now, previous: rest }));
  };
  return { keys, jump: keys, given: writeStates({ current: chosen, previous: [] }), restore };
}

/** A new ratchet key may belong to any state: states are tried, the latest first, for as long as the keys of one message last. */
function planEach(states: States, jumps: readonly Jump[]): Plan | null {
  const costs = jumps.map(({ keys }) => keys);
  let [keys, count] = [0, 0];
  for (const cost of costs) {
    if (keys + cost > limits.ratchetKeys) break;
    keys += cost;
    count += 1;
  }
  if (count === 0) return null;
  const archivedCount = count - (states.current ? 1 : 0);
  const [tried, left] = [states.previous.slice(0, archivedCount), states.previous.slice(archivedCount)];
  const restore = (after: Bytes): Bytes | null => {
    const now = readStates(after);
    return now && trimRecord(writeStates({ ...now, previous: [...now.previous, ...left] }));
  };
  const given = writeStates({ ...states, previous: tried });
  return { keys, jump: Math.max(...costs.slice(0, count)), given, restore };
}

function inOrder({ current, previous }: States): readonly Bytes[] {
  return current ? [current, ...previous] : previous;
}
