import { createCipheriv, createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { Bytes } from '../core/types.ts';
import { der, derInteger, oid, sequence, tags } from './der.ts';
import { deriveKey } from './derive-key.ts';
import { keyPairOf, type KeyPair } from './identity.ts';
import { decodePbes2, encodePbes2 } from './pbes2.ts';

const x25519 = oid('2b656e');
const keyBytes = 32;
const ivBytes = 16;
const saltBytes = { made: 16, least: 8, most: 64 };
/** The memory that OpenSSL allows scrypt in a key file. */
const mostMemory = 32 * 1024 * 1024;

/**
 * Encrypts an X25519 private key (32 bytes) as EncryptedPrivateKeyInfo, in DER: PBES2 with scrypt N=2^14 r=8 p=5 and
 * AES-256-CBC. Takes about 0.2 s. Throws ChatError passphrase-bad. RFC 5958, RFC 8018, RFC 7914, RFC 8410.
 */
export async function sealPkcs8(privateKey: Bytes, passphrase: string): Promise<Bytes> {
  checkPassphrase(passphrase);
  const [salt, iv] = [new Uint8Array(randomBytes(saltBytes.made)), new Uint8Array(randomBytes(ivBytes))];
  const cost = limits.keyFileScrypt;
  const cipher = createCipheriv('aes-256-cbc', await deriveKey(passphrase, salt, cost), iv);
  const data = new Uint8Array(Buffer.concat([cipher.update(privateKeyInfo(privateKey)), cipher.final()]));
  return encodePbes2({ cost, salt, iv, data, namesLength: false });
}

/**
 * Decrypts an EncryptedPrivateKeyInfo that checkPkcs8() accepts; Node reads the key in it. Throws ChatError key-file-locked, key-file-bad,
 * passphrase-bad, and the errors of checkPkcs8().
 */
export function openPkcs8(sealed: Bytes, passphrase: string): KeyPair {
  checkPkcs8(sealed);
  checkPassphrase(passphrase);
  const key = readKey(sealed, passphrase.normalize('NFC'));
  if (key.asymmetricKeyType !== 'x25519') throw bad('its key is not of the kind X25519');
  const whole = key.export({ format: 'der', type: 'pkcs8' });
  return keyPairOf(new Uint8Array(whole.subarray(-keyBytes)));
}

/**
 * Refuses a file with less protection than sealPkcs8() gives, or with so much that OpenSSL could not read it, before a passphrase is tried.
 * Throws ChatError key-file-bad, key-file-weak.
 */
export function checkPkcs8(sealed: Bytes): void {
  const found = decodePbes2(sealed);
  if (!found) throw bad('it is damaged');
  if (found === 'other') throw new ChatError('key-file-weak');
  const { n, r, p } = found.cost;
  const least = limits.keyFileScrypt;
  const { length } = found.salt;
  if (n < least.n || r < least.r || p < least.p || length < saltBytes.least)
    throw new ChatError('key-file-weak');
  const memory = 128 * r * (n + p + 2);
  if (memory > mostMemory || p > limits.keyFileScryptMostP || length > saltBytes.most)
    throw bad('it wants more memory or time than a key file may');
}

/** OneAsymmetricKey of version 1: OpenSSL refuses one with a public key in it. RFC 8410 §7. */
function privateKeyInfo(privateKey: Bytes): Bytes {
  return sequence(derInteger(0), sequence(x25519), der(tags.octets, der(tags.octets, privateKey)));
}

/** A wrong passphrase and a changed file look alike: CBC has no tag. */
function readKey(sealed: Bytes, passphrase: string): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(sealed), format: 'der', type: 'pkcs8', passphrase });
  } catch {
    throw new ChatError('key-file-locked');
  }
}

function checkPassphrase(passphrase: string): void {
  const bytes = Buffer.byteLength(passphrase.normalize('NFC'));
  if (bytes === 0) throw new ChatError('passphrase-bad', 'a passphrase is not empty');
  if (bytes > limits.passphraseBytes)
    throw new ChatError('passphrase-bad', `a passphrase has at most ${limits.passphraseBytes} bytes`);
}

function bad(reason: string): ChatError {
  return new ChatError('key-file-bad', reason);
}
