import { createHash } from 'node:crypto';
import { PrivateKey } from '@signalapp/libsignal-client';

/** The expected result of a reader: a record, the reason of a rejection, or nothing at all. */
export type Expectation = string | null;

/** One input and what it must lead to; `means` is what an accepted one says, bytes in hex. */
export type Vector = {
  readonly name: string;
  readonly input: string;
  readonly expect: Expectation;
  readonly means?: unknown;
};

/** One file of vectors: `given` is what the reader knows beforehand, `parts` are names for bytes in the inputs. */
export type VectorFile = {
  readonly format: string;
  readonly about: string;
  readonly given: Readonly<Record<string, string>>;
  readonly parts: Readonly<Record<string, string>>;
  readonly vectors: readonly Vector[];
};

/** A key pair that follows from a name, so that it is the same in every run; public key in hex with its type byte. */
export function keyOf(name: string): {
  readonly private: PrivateKey;
  readonly public: string;
  readonly u: Buffer;
} {
  const made = PrivateKey.deserialize(
    new Uint8Array(createHash('sha256').update(`vectors ${name}`).digest()),
  );
  const bytes = Buffer.from(made.getPublicKey().serialize());
  return { private: made, public: bytes.toString('hex'), u: bytes.subarray(1) };
}

/** An integer of so many bytes, big endian, in hex. */
export function int(value: number | bigint, bytes: number): string {
  return value.toString(16).padStart(bytes * 2, '0');
}

/** UTF-8 in hex, with its length before it. */
export function text8(text: string): string {
  const bytes = Buffer.from(text);
  return `${int(bytes.length, 1)} ${bytes.toString('hex')}`.trim();
}

/** Bytes in hex. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** SHA-256 of all parts. */
export function sha256(...parts: ReadonlyArray<Uint8Array | string>): Buffer {
  return createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest();
}

/** An XEdDSA signature, 64 bytes in hex; another one every time. */
export function sign(signer: PrivateKey, ...message: ReadonlyArray<Uint8Array | string>): string {
  return hex(signer.sign(new Uint8Array(Buffer.concat(message.map((part) => Buffer.from(part))))));
}

/** Spellings of a public key that nobody may accept. PROTOCOL.md §1. */
export const badKeys: Readonly<Record<string, string>> = {
  'another type byte': keyOf('spelling').public.replace(/^05/, '04'),
  'a set top bit': keyOf('spelling').public.replace(/..$/, (last) =>
    int(Number.parseInt(last, 16) | 0x80, 1),
  ),
  'a point of small order': `05${'00'.repeat(32)}`,
  'u = p': `05ed${'ff'.repeat(30)}7f`,
};
