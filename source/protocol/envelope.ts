import { PrivateKey } from '@signalapp/libsignal-client';
import type { Bytes, Envelope } from '../core/types.ts';
import { limits } from '../core/limits.ts';
import { sameBytes } from '../core/bytes.ts';
import type { WirePart } from '../core/wire.ts';
import { bytes32, concat, readRecord, reject, u8, type Rejected } from './bytes.ts';
import { importField, importKey } from './import-key.ts';

const version = 1;
const info = 'cryptochat/1 envelope';
/** The bytes that HPKE adds: a type byte, the encapsulated key, the tag. */
const typeBytes = 1;
const keyBytes = 32;
const tagBytes = 16;
const hpkeOverhead = typeBytes + keyBytes + tagBytes;
/** libsignal's numbers for a ratchet message and for the first messages of a session. */
const types = [2, 3] as const;
/** Padding, as much as an envelope can have. */
const zeros = new Uint8Array(Math.max(...limits.bucketBytes));

/** The inside of an envelope: the claimed sender (33 bytes, proves nothing) and libsignal's ciphertext. */
export type Inner = {
  readonly type: (typeof types)[number];
  readonly sender: Bytes;
  readonly ciphertext: Bytes;
};

/** Pads to the smallest bucket and seals to the receiver's seal key (33 bytes). PROTOCOL.md "Envelope". */
export function sealEnvelope(inner: Inner, sealKey: Bytes): Envelope {
  const record = concat(u8(version), u8(inner.type), inner.sender, bytes32(inner.ciphertext));
  const bucket = limits.bucketBytes.find((size) => record.length <= size - hpkeOverhead);
  const receiver = importKey(sealKey);
  if (!bucket || !receiver)
    throw new Error('a message that does not fit, or a seal key that was never imported');
  const padded = new Uint8Array(bucket - hpkeOverhead);
  padded.set(record);
  return receiver.seal(padded, info) as Envelope;
}

/** Opens an envelope with one seal key; null when it was not sealed to this key. */
export function openEnvelope(envelope: Bytes, sealPrivate: Bytes): Inner | Rejected | null {
  if (!limits.bucketBytes.some((size) => size === envelope.length)) return { rejected: 'envelope size' };
  const plain = hpkeOpen(envelope, sealPrivate);
  if (!plain) return null;
  return readRecord(plain, (reader) => {
    if (reader.u8() !== version) reject('envelope version');
    const number = reader.u8();
    const type = types.find((known) => known === number) ?? reject('envelope type');
    const sender = importField(reader.take(33), 'sender identity');
    const ciphertext = reader.bytes32();
    const padding = reader.rest();
    if (!sameBytes(padding, zeros.subarray(0, padding.length))) reject('envelope padding');
    return { type, sender, ciphertext };
  });
}

/** The parts of an envelope of `bytes` bytes that can be told apart without a key. PROTOCOL.md §1. */
export function envelopeParts(bytes: number): readonly WirePart[] {
  const [key, ciphertext, tag] = [typeBytes, typeBytes + keyBytes, bytes - tagBytes];
  return [
    { name: 'type', from: 0, to: key },
    { name: 'encapsulated key', from: key, to: ciphertext },
    { name: 'ciphertext', from: ciphertext, to: tag },
    { name: 'tag', from: tag, to: bytes },
  ];
}

function hpkeOpen(envelope: Bytes, sealPrivate: Bytes): Bytes | null {
  try {
    return new Uint8Array(PrivateKey.deserialize(sealPrivate).open(envelope, info));
  } catch {
    return null;
  }
}
