import type { Bytes } from '../core/types.ts';

/** The tags that key files use. X.690 §8. */
export const tags = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30 } as const;

/** One parsed element; a sequence has children, any other element only content. */
export type DerNode = {
  readonly tag: number;
  readonly content: Bytes;
  readonly children: readonly DerNode[];
};

/** Writes one element around `parts`, which are at most 65,535 bytes together. X.690 §10.1. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const content = Buffer.concat(parts);
  return new Uint8Array(Buffer.concat([Uint8Array.of(tag, ...lengthOctets(content.length)), content]));
}

/** Writes an INTEGER that is not negative and below 2^53. */
export function derInteger(value: number): Bytes {
  const hex = value.toString(16);
  const even = hex.padStart(hex.length + (hex.length % 2), '0');
  const sign = Number.parseInt(even.slice(0, 2), 16) > 0x7f ? '00' : '';
  return der(tags.integer, Buffer.from(sign + even, 'hex'));
}

/** Writes an OBJECT IDENTIFIER, given as the hex of its content. */
export function oid(hex: string): Bytes {
  return der(tags.oid, Buffer.from(hex, 'hex'));
}

/** Writes a SEQUENCE. */
export function sequence(...parts: readonly Uint8Array[]): Bytes {
  return der(tags.sequence, ...parts);
}

/** Reads elements to the end; null when the lengths are not valid DER, or do not fit. */
export function readDer(bytes: Bytes): readonly DerNode[] | null {
  const nodes: DerNode[] = [];
  for (let at = 0; at < bytes.length;) {
    const { start, end } = contentOf(bytes, at);
    if (end > bytes.length) return null;
    const [tag = 0, content] = [bytes[at], bytes.slice(start, end)];
    const children = tag === tags.sequence ? readDer(content) : [];
    if (!children) return null;
    nodes.push({ tag, content, children });
    at = end;
  }
  return nodes;
}

/** The value of an INTEGER of at most four bytes that is not negative; 0 for anything else. */
export function readInteger(node: DerNode | undefined): number {
  if (node?.tag !== tags.integer || node.content.length === 0 || node.content.length > 4) return 0;
  return Math.max(0, Buffer.from(node.content).readIntBE(0, node.content.length));
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >>> 8, length & 0xff];
}

/** The place of the content of the element at `at`; the end is Infinity for a length that is too long or not the shortest. */
function contentOf(bytes: Bytes, at: number): { readonly start: number; readonly end: number } {
  const nowhere = { start: at, end: Infinity };
  const first = bytes[at + 1] ?? 0x80;
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const count = first - 0x80;
  if (count < 1 || count > 2) return nowhere;
  const start = at + 2 + count;
  if (start > bytes.length) return nowhere;
  const length = Buffer.from(bytes).readUIntBE(at + 2, count);
  return length < (count === 1 ? 0x80 : 0x100) ? nowhere : { start, end: start + length };
}
