import type { Bytes } from '../../core/types.ts';
import { isRejected, readRecord } from '../bytes.ts';
import { followed } from './followed.ts';
import { hello } from './hello.ts';
import type { Head, Kind } from './kind.ts';
import { profile } from './profile.ts';
import { receipt } from './receipt.ts';
import { reserve } from './reserve.ts';
import { reset } from './reset.ts';
import { revoke } from './revoke.ts';
import { rotate } from './rotate.ts';
import { text } from './text.ts';
import { nothing } from './void.ts';

/** Every kind of content that this version reads. The handling of each kind is in session/kinds/table.ts. */
export const kinds = {
  text,
  receipt,
  hello,
  profile,
  rotate,
  followed,
  reserve,
  reset,
  void: nothing,
  revoke,
} as const;

/** The name of a kind. */
export type KindName = keyof typeof kinds;

type BodyIn<Row> = Row extends Kind<infer Own> ? Own : never;

/** The body of a content of one kind. */
export type BodyOf<Name extends KindName> = { readonly kind: Name } & BodyIn<(typeof kinds)[Name]>;

/** The body of a content: one person's message to another inside the ratchet. PROTOCOL.md "Content". */
export type Body = { readonly [Name in KindName]: BodyOf<Name> }[KindName];

/** The numbers of all these kinds. */
export const knownKinds: readonly number[] = Object.values(kinds).map(({ number }) => number);

/** Writes a body. */
export function encodeBody(body: Body): Bytes {
  const { write } = kinds[body.kind] as Kind<Body>;
  return write(body);
}

/** Reads the body of a kind that is in the order of messages; null for a body that breaks a rule. */
export function decodeBody(name: KindName, bytes: Bytes): Body | null {
  const { read } = kinds[name] as Kind<object>;
  const body = readRecord(bytes, (reader) => ({ kind: name, ...read(reader, noHead) }) as Body);
  return isRejected(body) ? null : body;
}

/** The head of a body that stands alone. */
const noHead: Head = { id: new Uint8Array(16), seq: 0, ack: 0, mark: new Uint8Array(8), sentAt: 0 };

/** Checks that a word is the name of a kind; null for any other word. */
export function kindNamed(word: string): KindName | null {
  return kindNames.find((name) => name === word) ?? null;
}

/** The name of the kind with a number, or null. */
export function kindOf(number: number): KindName | null {
  return kindNames.find((name) => kinds[name].number === number) ?? null;
}

const kindNames = Object.keys(kinds) as readonly KindName[];
