import type { Bytes } from '../../core/types.ts';
import { concat, reject, u32, u8, utf8 } from '../bytes.ts';
import { sha256 } from '../digest.ts';
import type { Kind } from './kind.ts';

/** One person's knowledge of the other's keys: the epoch and the start (16 bytes) of the hash of the key that they follow. */
export type Followed = {
  readonly epoch: number;
  /** keyTag of that key (protocol/fingerprint.ts). */
  readonly tag: Bytes;
  /** placeTag of the address that the sender writes to. */
  readonly place: Bytes;
  /** True if the sender knows the identity as revoked. */
  readonly isRevoked: boolean;
  /** True if the sender has stopped sending, because two keys claim to be the other person's. */
  readonly isStopped: boolean;
  /** True if this is sent to the address that the sender wrote to before. */
  readonly hasMoved: boolean;
};

/** Stands for an address (core/place.ts) without naming it: 8 bytes. */
export function placeTag(address: string): Bytes {
  return sha256(utf8('cryptochat/1 place'), utf8(address)).slice(0, 8);
}

/** The sender's knowledge of my keys. PROTOCOL.md "Rotation". */
export const followed: Kind<Followed> = {
  number: 6,
  ordered: false,
  write: ({ epoch, tag, place, isRevoked, isStopped, hasMoved }) =>
    concat(u32(epoch), tag, place, u8((isRevoked ? 1 : 0) | (isStopped ? 2 : 0) | (hasMoved ? 4 : 0))),
  read(reader) {
    const epoch = reader.u32();
    if (epoch === 0) reject('epoch');
    const tag = reader.take(16);
    const place = reader.take(8);
    const flags = reader.u8();
    if (flags > 7) reject('followed flags');
    const has = (bit: number): boolean => (flags & bit) !== 0;
    return { epoch, tag, place, isRevoked: has(1), isStopped: has(2), hasMoved: has(4) };
  },
};
