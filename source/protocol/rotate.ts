import { PrivateKey } from '@signalapp/libsignal-client';
import type { Bytes } from '../core/types.ts';
import { bytes16, concat, isRejected, readRecord, reject, u32, u64, utf8 } from './bytes.ts';
import type { Reader, Rejected } from './bytes.ts';
import { decodeBundle } from './bundle.ts';
import type { Bundle } from './bundle.ts';
import { verifyBundle } from './blob.ts';
import { sha256 } from './digest.ts';
import { importField, importKey } from './import-key.ts';

const label = utf8('cryptochat/rotate/1\0');

/** What a rotation says; keys 33 bytes, `previous` the hash of the statement before it. PROTOCOL.md "Rotation". */
export type Statement = {
  readonly epoch: number;
  readonly time: number;
  readonly oldKey: Bytes;
  readonly newKey: Bytes;
  readonly previous: Bytes;
};

/** A statement's bytes with the signatures of the old and of the new identity key. */
export type SignedStatement = {
  readonly statement: Bytes;
  readonly byOld: Bytes;
  readonly byNew: Bytes;
};

/** The body of a rotate content: the statement, and what the receiver needs for the new session. */
export type Rotate = SignedStatement & {
  readonly slotKey: Bytes;
  readonly bundle: Bytes;
  readonly bundleSignature: Bytes;
};

/** What stands for the previous statement of the first rotation. */
export const noStatement: Bytes = new Uint8Array(32);

/** The hash that the next statement carries. */
export function statementHash(statement: Bytes): Bytes {
  return sha256(statement);
}

/** Writes and signs a statement with both private keys. */
export function signStatement(said: Statement, oldPrivate: Bytes, newPrivate: Bytes): SignedStatement {
  const statement = concat(label, u32(said.epoch), u64(said.time), said.oldKey, said.newKey, said.previous);
  return {
    statement,
    byOld: PrivateKey.deserialize(oldPrivate).sign(statement),
    byNew: PrivateKey.deserialize(newPrivate).sign(statement),
  };
}

/** Reads a statement and checks both signatures, by the very keys that it names. */
export function readStatement(signed: SignedStatement): Statement | Rejected {
  const said = readRecord(signed.statement, (reader) => {
    if (!Buffer.from(reader.take(label.length)).equals(label)) reject('statement label');
    return {
      epoch: reader.u32(),
      time: reader.u64(),
      oldKey: importField(reader.take(33), 'old identity'),
      newKey: importField(reader.take(33), 'new identity'),
      previous: reader.take(32),
    };
  });
  if (isRejected(said)) return said;
  if (!importKey(said.oldKey)?.verify(signed.statement, signed.byOld))
    return { rejected: 'signature of the old key' };
  if (!importKey(said.newKey)?.verify(signed.statement, signed.byNew))
    return { rejected: 'signature of the new key' };
  return said;
}

/** The bundle of a rotate, checked against the new identity key. */
export function readRotateBundle(rotate: Rotate, newKey: Bytes): Bundle | Rejected {
  if (!verifyBundle(rotate.bundle, rotate.bundleSignature, newKey)) return { rejected: 'bundle signature' };
  return decodeBundle(rotate.bundle, newKey);
}

/** Writes the body of a rotate. */
export function encodeRotate(rotate: Rotate): Bytes {
  return concat(
    bytes16(rotate.statement),
    rotate.byOld,
    rotate.byNew,
    rotate.slotKey,
    bytes16(rotate.bundle),
    rotate.bundleSignature,
  );
}

/** Reads the body of a rotate inside a parse; the statement and the bundle are checked later, against the contact. */
export function decodeRotate(reader: Reader): Rotate {
  return {
    statement: reader.bytes16(),
    byOld: reader.take(64),
    byNew: reader.take(64),
    slotKey: reader.take(32),
    bundle: reader.bytes16(),
    bundleSignature: reader.take(64),
  };
}
