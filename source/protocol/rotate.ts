import { PrivateKey } from '@signalapp/libsignal-client';
import type { Bytes } from '../core/types.ts';
import { sameBytes } from '../core/bytes.ts';
import {
  concat,
  isRejected,
  readRecord,
  reject,
  u32,
  u64,
  utf8,
  type Reader,
  type Rejected,
} from './bytes.ts';
import { sha256 } from './digest.ts';
import { importField, importKey } from './import-key.ts';

const label = utf8('cryptochat/rotate/1\0');

/** The content of a rotation; keys 33 bytes, `previous` the hash of the statement before it. PROTOCOL.md "Rotation". */
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

/** Length of a statement: label, epoch, time, two identity keys, the hash of the statement before it. */
const statementLength = label.length + 4 + 8 + 33 + 33 + 32;
/** The same with its two signatures. */
const signedLength = statementLength + 2 * 64;

/** Stands for the previous statement in the first rotation. */
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

/** Reads the content of a statement without checking its keys or signatures: it proves nothing yet. */
export function parseStatement({ statement }: SignedStatement): Statement | Rejected {
  return readRecord(statement, (reader) => readFields(reader, (key) => key));
}

function readFields(reader: Reader, readKey: (bytes: Bytes, field: string) => Bytes): Statement {
  if (!Buffer.from(reader.take(label.length)).equals(label)) reject('statement label');
  return {
    epoch: reader.u32(),
    time: reader.u64(),
    oldKey: readKey(reader.take(33), 'old identity'),
    newKey: readKey(reader.take(33), 'new identity'),
    previous: reader.take(32),
  };
}

/** Reads a statement and checks both signatures against the keys that it names: 0.2 ms. */
export function readStatement(signed: SignedStatement): Statement | Rejected {
  const said = readRecord(signed.statement, (reader) => readFields(reader, importField));
  if (isRejected(said)) return said;
  if (!importKey(said.oldKey)?.verify(signed.statement, signed.byOld))
    return { rejected: 'signature of the old key' };
  if (!importKey(said.newKey)?.verify(signed.statement, signed.byNew))
    return { rejected: 'signature of the new key' };
  return said;
}

/** An identity key (33 bytes) of one epoch. */
type KeyOf = { readonly epoch: number; readonly identity: Bytes };

/** The keys before `newest`, newest first, as far as these statements form an unbroken chain. */
export function keysBefore(statements: readonly SignedStatement[], newest: KeyOf): readonly KeyOf[] {
  const keys: KeyOf[] = [];
  let next = newest;
  for (const signed of statements.toReversed()) {
    const said = readStatement(signed);
    const leads = !isRejected(said) && said.epoch === next.epoch && sameBytes(said.newKey, next.identity);
    if (!leads || said.epoch < 2) break;
    next = { epoch: said.epoch - 1, identity: said.oldKey };
    keys.push(next);
  }
  return keys;
}

/** Writes a statement and its two signatures. */
export function encodeSigned({ statement, byOld, byNew }: SignedStatement): Bytes {
  return concat(statement, byOld, byNew);
}

/** The parts of encodeSigned's output, of any length: readStatement checks them. */
export function splitSigned(signed: Bytes): SignedStatement {
  return { statement: signed.slice(0, -128), byOld: signed.slice(-128, -64), byNew: signed.slice(-64) };
}

/** Reads a statement and its two signatures inside a parse; readStatement checks them. */
export function decodeSigned(reader: Reader): SignedStatement {
  return { statement: reader.take(statementLength), byOld: reader.take(64), byNew: reader.take(64) };
}

/** The most statements that a link or a hello shows: more would not fit into a blob. */
export const mostShown = 6;

/** Writes the statements that a link or a hello shows, oldest first. */
export function encodeStatements(statements: readonly SignedStatement[]): Bytes {
  return concat(...statements.map(encodeSigned));
}

/** Reads them inside a parse; a reader who knows one of the keys in them checks their content. */
export function readStatements(value: Bytes): readonly SignedStatement[] {
  const count = value.length / signedLength;
  if (!Number.isInteger(count) || count === 0 || count > mostShown) reject('statements');
  return Array.from({ length: count }, (_, at) =>
    splitSigned(value.slice(at * signedLength, (at + 1) * signedLength)),
  );
}
