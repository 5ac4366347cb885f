import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { PrivateKey } from '@signalapp/libsignal-client';
import type { Bytes } from '../core/types.ts';
import { limits } from '../core/limits.ts';
import { bytes16, concat, isRejected, readRecord, reject, utf8, type Rejected } from './bytes.ts';
import { decodeBundle, encodeBundle, type Bundle } from './bundle.ts';
import { importKey } from './import-key.ts';

const nonceLength = 12;
const tagLength = 16;
const blobLength = limits.bucketBytes[0];
const plainLength = blobLength - nonceLength - tagLength;
const aad = utf8('cryptochat/1 blob');

/** Signs a bundle: XEdDSA by the identity, bound to this use. */
export function signBundle(bundle: Bytes, identityPrivate: Bytes): Bytes {
  return PrivateKey.deserialize(identityPrivate).sign(signedPart(bundle));
}

/** True if `identity` signed the bundle. */
export function verifyBundle(bundle: Bytes, signature: Bytes, identity: Bytes): boolean {
  return importKey(identity)?.verify(signedPart(bundle), signature) ?? false;
}

function signedPart(bundle: Bytes): Bytes {
  return concat(utf8('cryptochat/bundle/1\0'), bundle);
}

/** Seals a signed bundle under the invite's blob key: 4096 bytes that reveal nothing. PROTOCOL.md "First contact". */
export function sealBlob(bundle: Bundle, identityPrivate: Bytes, blobKey: Bytes): Bytes {
  const body = encodeBundle(bundle);
  const plain = new Uint8Array(plainLength);
  plain.set(concat(bytes16(body), signBundle(body, identityPrivate)));
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', blobKey, nonce);
  cipher.setAAD(aad);
  return concat(nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag());
}

/** Opens a blob and checks that the identity of the link (33 bytes) made it. */
export function openBlob(blob: Bytes, blobKey: Bytes, identity: Bytes): Bundle | Rejected {
  if (blob.length !== blobLength) return { rejected: 'blob length' };
  const plain = decrypt(blob, blobKey);
  if (!plain) return { rejected: 'blob tag' };
  const signed = readRecord(plain, (reader) => {
    const body = reader.bytes16();
    const signature = reader.take(64);
    if (reader.rest().some((byte) => byte !== 0)) reject('blob padding');
    if (!verifyBundle(body, signature, identity)) reject('bundle signature');
    return body;
  });
  return isRejected(signed) ? signed : decodeBundle(signed, identity);
}

function decrypt(blob: Bytes, blobKey: Bytes): Bytes | null {
  const decipher = createDecipheriv('aes-256-gcm', blobKey, blob.subarray(0, nonceLength));
  decipher.setAAD(aad);
  decipher.setAuthTag(blob.subarray(blobLength - tagLength));
  const plain = decipher.update(blob.subarray(nonceLength, blobLength - tagLength));
  try {
    decipher.final();
    return new Uint8Array(plain);
  } catch {
    return null;
  }
}
