import type { Bytes } from '../../core/types.ts';
import { concat, isRejected, readRecord, u64, u8, type Reader, type Rejected } from '../bytes.ts';
import { unknownField } from '../fields.ts';
import type { Head, Kind } from './kind.ts';
import { encodeBody, kindOf, kinds, type Body } from './table.ts';

const version = 1;

/** Kinds from this number on have no seq, and a reader that does not know them drops them. */
const firstForgettable = 128;

/**
 * The result of reading a content: `unknown` is one that a newer version sent, `broken` one whose body breaks a rule; both with an intact
 * head.
 */
export type ReadBody =
  Body | { readonly kind: 'unknown' } | { readonly kind: 'broken'; readonly reason: string };

/** A content that was read. */
export type Content = Head & { readonly body: ReadBody };

/** Writes a content. */
export function encodeContent(head: Head, body: Body): Bytes {
  return concat(
    u8(version),
    u8(kinds[body.kind].number),
    head.id,
    u64(head.seq),
    u64(head.ack),
    head.mark,
    u64(head.sentAt),
    encodeBody(body),
  );
}

/**
 * Reads a content out of a decrypted ratchet message. Only a content with a short head is rejected: one from a newer version, or with a
 * body that breaks a rule, is returned as such, because its seq counts anyway. PROTOCOL.md "Content".
 */
export function decodeContent(bytes: Bytes): Content | Rejected {
  return readRecord(bytes, (reader) => {
    const foreign = reader.u8() !== version;
    const number = reader.u8();
    const head = readHead(reader);
    const rest = reader.rest();
    const kind = kindOf(number);
    if (foreign || !kind) return { ...head, body: unknownBody(head, number) };
    if (kinds[kind].ordered === (head.seq === 0)) return { ...head, body: { kind: 'broken', reason: 'seq' } };
    const { read } = kinds[kind] as Kind<object>;
    const body = readRecord(rest, (fields) => ({ kind, ...read(fields, head) }) as Body);
    return { ...head, body: isRejected(body) ? brokenBody(body) : body };
  });
}

/** A field that must be understood, but that only a newer version knows, makes the whole content unknown. */
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
