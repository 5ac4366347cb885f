import { LogLevel, initLogger } from '@signalapp/libsignal-client';
import type { Bytes } from '../../source/core/types.ts';
import { concat } from '../../source/protocol/bytes.ts';
import type { Inner } from '../../source/protocol/envelope.ts';
import { readPlace } from '../../source/protocol/far.ts';
import { bytesField, bytesIn, readFields } from '../../source/protocol/protobuf.ts';

/** Where a forged message says that it stands; what is left out is as in the true one. */
export type Forged = {
  readonly counter?: number;
  readonly pqIndex?: number;
  readonly ratchetKey?: Bytes;
  readonly baseKey?: Bytes;
};

/** A message like `inner` from somewhere else in the chain, whose MAC fits nothing. */
export function forge(inner: Inner, forged: Forged): Inner {
  const place = readPlace(inner);
  if (!place) throw new Error('no message to forge');
  if (inner.type === 2) return { ...inner, ciphertext: forgeMessage(inner.ciphertext, forged) };
  const fields = readFields(inner.ciphertext.subarray(1)) ?? [];
  const [message = new Uint8Array()] = bytesIn(fields, 4);
  const parts = fields.flatMap(({ number, value }) => {
    if (typeof value === 'number') return [varint(number * 8), varint(value)];
    if (number === 4) return bytesField(number, forgeMessage(message, forged));
    return bytesField(number, number === 2 ? (forged.baseKey ?? value) : value);
  });
  return { ...inner, ciphertext: concat(inner.ciphertext.slice(0, 1), ...parts) };
}

function forgeMessage(bytes: Bytes, { counter, pqIndex, ratchetKey }: Forged): Bytes {
  const place = readPlace({ type: 2, ciphertext: bytes });
  const [pq] = bytesIn(readFields(bytes.subarray(1, -8)) ?? [], 5);
  if (!place || !pq) throw new Error('no message to forge');
  const fields = [
    ...bytesField(1, ratchetKey ?? place.ratchetKey),
    concat(varint(2 * 8), varint(counter ?? place.counter)),
    concat(varint(3 * 8), varint(0)),
    ...bytesField(4, new Uint8Array(16)),
    ...bytesField(5, pqIndex === undefined ? pq : withIndex(pq, place.pq.epoch, pqIndex)),
  ];
  return concat(bytes.subarray(0, 1), ...fields, new Uint8Array(8));
}

/** SPQR's message: a version, the epoch, the number, and the rest. */
function withIndex(pq: Uint8Array, epoch: number, index: number): Bytes {
  const place = readPlaceOfPq(pq);
  return concat(pq.subarray(0, 1), varint(epoch), varint(index), pq.subarray(place));
}

function readPlaceOfPq(pq: Uint8Array): number {
  let at = 1;
  for (let numbers = 0; numbers < 2; at += 1) if ((pq[at] ?? 0) < 0x80) numbers += 1;
  return at;
}

/** A protobuf varint. */
export function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

const failures: string[] = [];
let isListening = false;

/**
 * In how many session states libsignal tried in vain to decrypt something while `work` ran, and how many keys it derived for that at
 * most, by what it logs itself.
 */
export async function failedTries(work: () => Promise<unknown>): Promise<{ states: number; keys: number }> {
  if (!isListening) {
    initLogger(LogLevel.Warn, (_level, _target, _file, _line, message) => failures.push(message));
    isListening = true;
  }
  const before = failures.length;
  await work();
  const counters = failures.slice(before).flatMap((line) => {
    const [, counter] = /^Failed to decrypt .* and counter: (\d+)\. Session/u.exec(line) ?? [];
    return counter === undefined ? [] : [Number(counter)];
  });
  return { states: counters.length, keys: counters.reduce((sum, counter) => sum + counter, 0) };
}
