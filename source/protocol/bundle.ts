import { KEMPublicKey } from '@signalapp/libsignal-client';
import type { Bytes } from '../core/types.ts';
import { limits } from '../core/limits.ts';
import {
  bytes16,
  concat,
  readRecord,
  reject,
  text8,
  u32,
  u8,
  utf8,
  type Reader,
  type Rejected,
} from './bytes.ts';
import { decodeFields, encodeFields, type Field } from './fields.ts';
import { importField, importKey } from './import-key.ts';
import { encodeStatements, readStatements, type SignedStatement } from './rotate.ts';

const version = 1;
const mostRegistrationId = 16_383;

/** A one-time prekey in a bundle: key 33 bytes. */
type OneTime = { readonly id: number; readonly key: Bytes };

/** One person's keys for a new session; keys 33 bytes, signatures 64. PROTOCOL.md "Bundle". */
export type Bundle = {
  readonly epoch: number;
  /** Hash of the last rotation statement, 32 zero bytes in epoch 1. */
  readonly chain: Bytes;
  readonly registrationId: number;
  readonly sealKey: Bytes;
  readonly signedPreKeyId: number;
  readonly signedPreKey: Bytes;
  readonly signedPreKeySignature: Bytes;
  /** Absent in a bundle that more than one session may begin from. */
  readonly oneTime: OneTime | null;
  readonly kyberPreKeyId: number;
  readonly kyberPreKey: Bytes;
  readonly kyberPreKeySignature: Bytes;
  readonly name: string;
  /** In a link: the last statements that lead to this identity, for a joiner who knows an older one; else none. */
  readonly statements?: readonly SignedStatement[];
  /** Fields that only a later version knows, kept unchanged. */
  readonly more?: readonly Field[];
};

/** The only field so far; odd, because a reader may skip it. */
const statementsTag = 1;

/** Writes a bundle. */
export function encodeBundle(bundle: Bundle): Bytes {
  return concat(
    u8(version),
    u32(bundle.epoch),
    bundle.chain,
    u32(bundle.registrationId),
    bundle.sealKey,
    u32(bundle.signedPreKeyId),
    bundle.signedPreKey,
    bundle.signedPreKeySignature,
    encodeOneTime(bundle.oneTime),
    u32(bundle.kyberPreKeyId),
    bytes16(bundle.kyberPreKey),
    bundle.kyberPreKeySignature,
    text8(bundle.name),
    encodeFields(fieldsOf(bundle)),
  );
}

function fieldsOf({ statements = [], more = [] }: Bundle): readonly Field[] {
  if (statements.length === 0) return more;
  return [{ tag: statementsTag, value: encodeStatements(statements) }, ...more];
}

function encodeOneTime(oneTime: OneTime | null): Bytes {
  return oneTime ? concat(u8(1), u32(oneTime.id), oneTime.key) : u8(0);
}

/** Reads a bundle and checks both prekey signatures against `identity` (33 bytes, already imported). */
export function decodeBundle(bytes: Bytes, identity: Bytes): Bundle | Rejected {
  return readRecord(bytes, (reader) => {
    const bundle = readFields(reader);
    const signer = importKey(identity) ?? reject('identity is no valid key');
    if (!signer.verify(bundle.signedPreKey, bundle.signedPreKeySignature)) reject('signed prekey signature');
    if (!signer.verify(bundle.kyberPreKey, bundle.kyberPreKeySignature)) reject('kyber prekey signature');
    return bundle;
  });
}

function readFields(reader: Reader): Bundle {
  if (reader.u8() !== version) reject('version');
  const epoch = reader.u32();
  if (epoch === 0) reject('epoch');
  const chain = reader.take(32);
  const registrationId = reader.u32();
  if (registrationId > mostRegistrationId) reject('registration id');
  return {
    epoch,
    chain,
    registrationId,
    sealKey: importField(reader.take(33), 'seal key'),
    signedPreKeyId: reader.u32(),
    signedPreKey: importField(reader.take(33), 'signed prekey'),
    signedPreKeySignature: reader.take(64),
    oneTime: readOneTime(reader),
    kyberPreKeyId: reader.u32(),
    kyberPreKey: importKyber(reader.bytes16()),
    kyberPreKeySignature: reader.take(64),
    name: readName(reader),
    ...readMore(reader),
  };
}

/** Leaves the content of the statements unchecked: a reader who knows one of the keys in them checks it. */
function readMore(reader: Reader): Pick<Bundle, 'statements' | 'more'> {
  const fields = decodeFields(reader, [statementsTag]);
  const more = fields.filter(({ tag }) => tag !== statementsTag);
  const value = fields.find(({ tag }) => tag === statementsTag)?.value;
  return {
    ...(value ? { statements: readStatements(value) } : {}),
    ...(more.length > 0 ? { more } : {}),
  };
}

function readOneTime(reader: Reader): OneTime | null {
  const count = reader.u8();
  if (count > 1) reject('one-time prekey count');
  return count === 0 ? null : { id: reader.u32(), key: importField(reader.take(33), 'one-time prekey') };
}

/** Reads a person's own name: text8 of at most 128 bytes. PROTOCOL.md "Bundle". */
export function readName(reader: Reader): string {
  const name = reader.text8();
  return utf8(name).length > limits.nameBytes ? reject('name too long') : name;
}

function importKyber(bytes: Bytes): Bytes {
  try {
    KEMPublicKey.deserialize(bytes);
    return bytes;
  } catch {
    return reject('kyber prekey is no valid key');
  }
}
