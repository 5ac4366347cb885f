import type { Bytes } from '../core/types.ts';
import { limits } from '../core/limits.ts';
import { bytes16, concat, isRejected, readRecord, reject, u16, u64, u8, utf8 } from './bytes.ts';
import type { Reader, Rejected } from './bytes.ts';
import { unknownField } from './fields.ts';
import { decodeFollowed, encodeFollowed } from './followed.ts';
import type { Followed } from './followed.ts';
import { decodeKeys, encodeKeys } from './keys.ts';
import type { Keys } from './keys.ts';
import { decodeProfile, encodeProfile } from './profile.ts';
import { revocationLength } from './revoke.ts';
import type { Profile } from './profile.ts';

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

/** What has no place in the order of messages: seq 0. Statements about keys are among them: a thief of my keys may have used my next seq. */
const unordered: ReadonlySet<string> = new Set(['receipt', 'rotate', 'followed', 'reset', 'revoke']);

/** Kinds from this number on have no seq, and are forgotten by a reader that does not know them. */
const firstForgettable = 128;

/** A message stored out of order: its seq, and the first four bytes of its id. */
export type Stored = { readonly seq: number; readonly idStart: Bytes };

/** The body of a content: what one person says to another inside the ratchet. PROTOCOL.md "Content". */
export type Body =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'receipt'; readonly answers: Bytes; readonly stored: readonly Stored[] }
  | { readonly kind: 'hello'; readonly proof: Bytes; readonly profile: Profile }
  | { readonly kind: 'profile'; readonly profile: Profile }
  | { readonly kind: 'rotate'; readonly keys: Keys }
  | Followed
  | { readonly kind: 'reserve'; readonly bundle: Bytes; readonly signature: Bytes }
  | { readonly kind: 'reset'; readonly stored: readonly Stored[]; readonly keys: Keys }
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

/** What was read of a content: `unknown` is one that a newer version sent, `broken` one whose body breaks a rule; both with an intact head. */
export type ReadBody =
  Body | { readonly kind: 'unknown' } | { readonly kind: 'broken'; readonly reason: string };

/** A content as read. */
export type Content = Head & { readonly body: ReadBody };

/** The number of every kind that this version reads. */
export const knownKinds: readonly number[] = Object.values(kinds);

/** The number of a kind on the wire. */
export function kindNumber(kind: Body['kind']): number {
  return kinds[kind];
}

/** What a receipt names that answers no reset: 16 zero bytes. */
export const noReset: Bytes = new Uint8Array(16);

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
  receipt: ({ answers, stored }) => concat(answers, encodeStored(stored)),
  hello: ({ proof, profile }) => concat(proof, encodeProfile(profile)),
  profile: ({ profile }) => encodeProfile(profile),
  rotate: ({ keys }) => encodeKeys(keys),
  followed: encodeFollowed,
  reserve: ({ bundle, signature }) => concat(bytes16(bundle), signature),
  reset: ({ stored, keys }) => concat(encodeStored(stored), encodeKeys(keys)),
  void: () => concat(),
  revoke: ({ revocation }) => revocation,
};

function encodeStored(stored: readonly Stored[]): Bytes {
  return concat(u16(stored.length), ...stored.map(({ seq, idStart }) => concat(u64(seq), idStart)));
}

/**
 * Reads a content out of a decrypted ratchet message. Rejected is only one whose head is short: what a newer version sent, or
 * whose body breaks a rule, is answered as such, because its seq counts all the same. PROTOCOL.md "Content".
 */
export function decodeContent(bytes: Bytes): Content | Rejected {
  return readRecord(bytes, (reader) => {
    const foreign = reader.u8() !== version;
    const number = reader.u8();
    const head = readHead(reader);
    const rest = reader.rest();
    const kind = (Object.keys(kinds) as Array<keyof typeof kinds>).find((name) => kinds[name] === number);
    if (foreign || !kind) return { ...head, body: unknownBody(head, number) };
    if (unordered.has(kind) !== (head.seq === 0)) return { ...head, body: { kind: 'broken', reason: 'seq' } };
    const body = readRecord<ReadBody>(rest, (fields) => readers[kind](fields, head));
    return { ...head, body: isRejected(body) ? brokenBody(body) : body };
  });
}

/** A field that only a newer version knows, and that must be understood, makes the whole content unknown. */
function brokenBody({ rejected }: Rejected): ReadBody {
  return rejected === unknownField ? { kind: 'unknown' } : { kind: 'broken', reason: rejected };
}

function unknownBody({ seq }: Head, number: number): ReadBody {
  return seq === 0 || number < firstForgettable
    ? { kind: 'unknown' }
    : { kind: 'broken', reason: 'a seq of a kind that has none' };
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
  receipt: (reader, head) => ({
    kind: 'receipt',
    answers: reader.take(16),
    stored: readStored(reader, head),
  }),
  hello: (reader) => ({ kind: 'hello', proof: reader.take(32), profile: decodeProfile(reader) }),
  profile: (reader) => ({ kind: 'profile', profile: decodeProfile(reader) }),
  rotate: (reader) => ({ kind: 'rotate', keys: decodeKeys(reader) }),
  followed: decodeFollowed,
  reserve: (reader) => ({ kind: 'reserve', bundle: reader.bytes16(), signature: reader.take(64) }),
  reset: (reader, head) => ({
    kind: 'reset',
    stored: readStored(reader, head),
    keys: decodeKeys(reader),
  }),
  void: () => ({ kind: 'void' }),
  revoke: (reader) => ({ kind: 'revoke', revocation: reader.take(revocationLength) }),
};
