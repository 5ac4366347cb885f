import type { Bytes } from '../core/types.ts';
import { limits } from '../core/limits.ts';
import { bytes16, concat, readRecord, reject, u16, u32, u64, u8, utf8 } from './bytes.ts';
import type { Reader, Rejected } from './bytes.ts';
import { decodeProfile, encodeProfile } from './profile.ts';
import { revocationLength } from './revoke.ts';
import type { Profile } from './profile.ts';
import { decodeRotate, encodeRotate } from './rotate.ts';
import type { Rotate } from './rotate.ts';

const version = 1;
const kinds = {
  text: 1,
  receipt: 2,
  hello: 3,
  profile: 4,
  rotate: 5,
  followed: 6,
  reserve: 7,
  reset: 8,
  void: 9,
  revoke: 10,
} as const;

/** What has no place in the order of messages: seq 0. */
const unordered: ReadonlySet<string> = new Set(['receipt', 'reset']);

/** A message stored out of order: its seq, and the first four bytes of its id. */
export type Stored = { readonly seq: number; readonly idStart: Bytes };

/** The body of a content: what one person says to another inside the ratchet. PROTOCOL.md "Content". */
export type Body =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'receipt'; readonly stored: readonly Stored[] }
  | { readonly kind: 'hello'; readonly proof: Bytes; readonly profile: Profile }
  | { readonly kind: 'profile'; readonly profile: Profile }
  | { readonly kind: 'rotate'; readonly rotate: Rotate }
  | { readonly kind: 'followed'; readonly epoch: number }
  | { readonly kind: 'reserve'; readonly bundle: Bytes; readonly signature: Bytes }
  | { readonly kind: 'reset'; readonly stored: readonly Stored[]; readonly profile: Profile }
  | { readonly kind: 'void' }
  | { readonly kind: 'revoke'; readonly revocation: Bytes };

/** The head of every content: id 16 bytes; seq 0 for what is in no order; mark 8 bytes; sentAt in ms since 1970. */
export type Head = {
  readonly id: Bytes;
  readonly seq: number;
  readonly ack: number;
  /** The mark of all ids up to `ack` (protocol/ack-mark.ts). */
  readonly mark: Bytes;
  readonly sentAt: number;
};

/** A content as read: `unknown` is one that a newer version sent, with its head intact. */
export type Content = Head & { readonly body: Body | { readonly kind: 'unknown' } };

/** Writes a content. */
export function encodeContent(head: Head, body: Body): Bytes {
  return concat(
    u8(version),
    u8(kinds[body.kind]),
    head.id,
    u64(head.seq),
    u64(head.ack),
    head.mark,
    u64(head.sentAt),
    encodeBody(body),
  );
}

function encodeBody(body: Body): Bytes {
  const write = writers[body.kind] as (one: Body) => Bytes;
  return write(body);
}

type BodyOf<Kind> = Extract<Body, { readonly kind: Kind }>;

const writers: { readonly [Kind in keyof typeof kinds]: (body: BodyOf<Kind>) => Bytes } = {
  text: ({ text }) => utf8(text),
  receipt: ({ stored }) => encodeStored(stored),
  hello: ({ proof, profile }) => concat(proof, encodeProfile(profile)),
  profile: ({ profile }) => encodeProfile(profile),
  rotate: ({ rotate }) => encodeRotate(rotate),
  followed: ({ epoch }) => u32(epoch),
  reserve: ({ bundle, signature }) => concat(bytes16(bundle), signature),
  reset: ({ stored, profile }) => concat(encodeStored(stored), encodeProfile(profile)),
  void: () => concat(),
  revoke: ({ revocation }) => revocation,
};

function encodeStored(stored: readonly Stored[]): Bytes {
  return concat(u16(stored.length), ...stored.map(({ seq, idStart }) => concat(u64(seq), idStart)));
}

/** Reads a content out of a decrypted ratchet message. */
export function decodeContent(bytes: Bytes): Content | Rejected {
  return readRecord(bytes, (reader) => {
    const foreign = reader.u8() !== version;
    const number = reader.u8();
    const head = readHead(reader);
    const kind = (Object.keys(kinds) as Array<keyof typeof kinds>).find((name) => kinds[name] === number);
    if (foreign || !kind) {
      reader.rest();
      return { ...head, body: { kind: 'unknown' } };
    }
    if (unordered.has(kind) !== (head.seq === 0)) reject('seq');
    return { ...head, body: readers[kind](reader, head) };
  });
}

function readHead(reader: Reader): Head {
  return {
    id: reader.take(16),
    seq: reader.u64(),
    ack: reader.u64(),
    mark: reader.take(8),
    sentAt: reader.u64(),
  };
}

function readStored(reader: Reader, { ack }: Head): readonly Stored[] {
  const count = reader.u16();
  if (count > limits.receiptSeqs) reject('receipt length');
  const stored = Array.from({ length: count }, () => ({ seq: reader.u64(), idStart: reader.take(4) }));
  if (stored.some(({ seq }, at) => seq <= (stored[at - 1]?.seq ?? ack))) reject('receipt order');
  return stored;
}

const readers: { readonly [Kind in keyof typeof kinds]: (reader: Reader, head: Head) => Body } = {
  text(reader) {
    const bytes = reader.rest();
    if (bytes.length === 0 || bytes.length > limits.textBytes) reject('text length');
    return { kind: 'text', text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
  },
  receipt: (reader, head) => ({ kind: 'receipt', stored: readStored(reader, head) }),
  hello: (reader) => ({ kind: 'hello', proof: reader.take(32), profile: decodeProfile(reader) }),
  profile: (reader) => ({ kind: 'profile', profile: decodeProfile(reader) }),
  rotate: (reader) => ({ kind: 'rotate', rotate: decodeRotate(reader) }),
  followed: (reader) => ({ kind: 'followed', epoch: reader.u32() }),
  reserve: (reader) => ({ kind: 'reserve', bundle: reader.bytes16(), signature: reader.take(64) }),
  reset: (reader, head) => ({
    kind: 'reset',
    stored: readStored(reader, head),
    profile: decodeProfile(reader),
  }),
  void: () => ({ kind: 'void' }),
  revoke: (reader) => ({ kind: 'revoke', revocation: reader.take(revocationLength) }),
};
