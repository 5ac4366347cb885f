import { PrivateKey } from '@signalapp/libsignal-client';
import type { Bytes } from '../core/types.ts';
import { concat, readRecord, reject, u64, utf8, type Rejected } from './bytes.ts';
import { importField, importKey } from './import-key.ts';

const label = utf8('cryptochat/revoke/1\0');
const signatureLength = 64;

/** Length of a revocation: label, time, identity, signature. */
export const revocationLength = label.length + 8 + 33 + signatureLength;

/** The content of a revocation: this identity key (33 bytes) must no longer be trusted. PROTOCOL.md "Rotation". */
type Revocation = { readonly time: number; readonly identity: Bytes };

/** Writes a revocation of an identity key and signs it with that same key; `time` in ms since 1970. */
export function signRevocation(said: Revocation, identityPrivate: Bytes): Bytes {
  const statement = concat(label, u64(said.time), said.identity);
  return concat(statement, PrivateKey.deserialize(identityPrivate).sign(statement));
}

/** Reads a revocation and checks that the key that it names signed it. */
export function readRevocation(bytes: Bytes): Revocation | Rejected {
  return readRecord(bytes, (reader) => {
    if (!Buffer.from(reader.take(label.length)).equals(label)) reject('revocation label');
    const said = { time: reader.u64(), identity: importField(reader.take(33), 'revoked identity') };
    const signature = reader.take(signatureLength);
    const statement = bytes.slice(0, revocationLength - signatureLength);
    if (!importKey(said.identity)?.verify(statement, signature)) reject('revocation signature');
    return said;
  });
}
