import type { Bytes } from '../core/types.ts';
import { sameBytes } from '../core/bytes.ts';
import type { Inner } from './envelope.ts';
import { bytesIn, isPlain, numberIn, readFields, readVarint } from './protobuf.ts';

/**
 * A message's claims about its place: the sender's ratchet key (33 bytes), the message's number in the chain of that key, its epoch and
 * number in the post-quantum ratchet, and, for the first messages of a session, the base key (33 bytes). None of them is proved.
 */
export type Place = {
  readonly baseKey: Bytes | null;
  readonly ratchetKey: Bytes;
  readonly counter: number;
  readonly pq: { readonly epoch: number; readonly index: number };
};

/** Field numbers of libsignal's rust/protocol/src/proto/wire.proto and storage.proto, and of SPQR's src/proto/pq_ratchet.proto. */
const first = { baseKey: 2, message: 4 } as const;
const message = { ratchetKey: 1, counter: 2, pqRatchet: 5 } as const;
const session = { receiverChain: 7, baseKey: 13, pqState: 15 } as const;
const chain = { ratchetKey: 1, chainKey: 3, index: 1 } as const;
const pqState = { chain: 2, currentEpoch: 2, link: 3, receive: 2, counter: 1 } as const;

const versionBytes = 1;
const macBytes = 8;
/** libsignal's messages have six and eight fields. */
const most = 16;
const mostCounter = 0xff_ff_ff_ff;

/** Reads the place of a ratchet message; null for other bytes. */
export function readPlace({ type, ciphertext }: Pick<Inner, 'type' | 'ciphertext'>): Place | null {
  if (type === 2) return readMessage(ciphertext, null);
  const fields = readFields(ciphertext.subarray(versionBytes), { most });
  if (!fields || !isPlain(fields)) return null;
  const [baseKey] = bytesIn(fields, first.baseKey);
  const [inner] = bytesIn(fields, first.message);
  return baseKey && inner ? readMessage(inner, baseKey) : null;
}

function readMessage(bytes: Bytes, baseKey: Bytes | null): Place | null {
  if (bytes.length < versionBytes + macBytes) return null;
  const fields = readFields(bytes.subarray(versionBytes, bytes.length - macBytes), { most });
  if (!fields || !isPlain(fields)) return null;
  const [ratchetKey] = bytesIn(fields, message.ratchetKey);
  const counter = numberIn(fields, message.counter);
  const [pqRatchet] = bytesIn(fields, message.pqRatchet);
  const pq = pqRatchet && readPq(pqRatchet);
  if (!ratchetKey || counter === null || counter > mostCounter || !pq) return null;
  return { baseKey, ratchetKey, counter, pq };
}

/** SPQR's message: version 1, epoch, number, and then a part of a key. Every session has SPQR. */
function readPq(bytes: Bytes): Place['pq'] | null {
  const epoch = readVarint(bytes, 1);
  const index = epoch && readVarint(bytes, epoch.end);
  return bytes[0] === 1 && index ? { epoch: epoch.value, index: index.value } : null;
}

/** True if a state belongs to the session that first messages with this base key begin. */
export function isBegunBy(state: Bytes, baseKey: Bytes): boolean {
  const [own] = bytesIn(readFields(state) ?? [], session.baseKey);
  return own !== undefined && sameBytes(own, baseKey);
}

/** A state's view of a place: it may know a chain of the place's ratchet key, and a number of keys lies between. */
export type Jump = { readonly isKnown: boolean; readonly keys: number };

/**
 * The most keys that libsignal derives in one ratchet before it can check the MAC of a message at `place`: the larger of the two ratchets'
 * numbers. Without a state, the numbers are those of a session that begins with the message.
 */
export function jumpTo({ ratchetKey, counter, pq }: Place, state: Bytes | null): Jump {
  const fields = (state && readFields(state)) ?? [];
  const index = chainIndex(fields, ratchetKey);
  const keys = Math.max(0, counter - (index ?? 0), pq.index - pqCounter(fields, pq.epoch - 1));
  return { isKnown: index !== null, keys };
}

type Fields = NonNullable<ReturnType<typeof readFields>>;

function chainIndex(state: Fields, ratchetKey: Bytes): number | null {
  for (const bytes of bytesIn(state, session.receiverChain)) {
    // libsignal writes fields in order, and up to 2,000 keys follow these.
    const fields = readFields(bytes, { upTo: chain.chainKey }) ?? [];
    const [key] = bytesIn(fields, chain.ratchetKey);
    if (key && sameBytes(key, ratchetKey)) return numberIn(within(fields, chain.chainKey), chain.index) ?? 0;
  }
  return null;
}

/** The position of the post-quantum chain of an epoch; 0 for an epoch that only this message would begin. */
function pqCounter(state: Fields, epoch: number): number {
  const chains = within(within(state, session.pqState), pqState.chain);
  const links = bytesIn(chains, pqState.link);
  const back = (numberIn(chains, pqState.currentEpoch) ?? 0) - epoch;
  const link = links.at(links.length - 1 - back);
  if (!link || back < 0 || back >= links.length) return 0;
  return numberIn(within(readFields(link) ?? [], pqState.receive), pqState.counter) ?? 0;
}

/** The fields of the message in a field; none when the field is missing. */
function within(fields: Fields, number: number): Fields {
  const [bytes] = bytesIn(fields, number);
  return (bytes && readFields(bytes)) ?? [];
}
