import type { Bytes } from '../core/types.ts';
import { der, derInteger, oid, readDer, readInteger, sequence, tags, type DerNode } from './der.ts';
import type { Cost } from './derive-key.ts';

/** A key under a passphrase: PBES2 with scrypt and AES-256-CBC. RFC 5958 §3, RFC 8018 §6.2, RFC 7914 §7. */
export type Pbes2 = {
  readonly cost: Cost;
  readonly salt: Bytes;
  /** 16 bytes. */
  readonly iv: Bytes;
  readonly data: Bytes;
  /** True if scrypt's optional last parameter is there; some programs write it. */
  readonly namesLength: boolean;
};

const oids = {
  pbes2: oid('2a864886f70d01050d'),
  scrypt: oid('2b06010401da47040b'),
  aes256: oid('60864801650304012a'),
};

/** The positions of these in an EncryptedPrivateKeyInfo. */
const places = {
  scheme: [0, 0],
  kdf: [0, 1, 0, 0],
  kdfParameters: [0, 1, 0, 1],
  cipher: [0, 1, 1, 0],
  iv: [0, 1, 1, 1],
  data: [1],
} as const;

const ivBytes = 16;
const keyBytes = 32;

/** Writes an EncryptedPrivateKeyInfo in DER. */
export function encodePbes2({ cost, salt, iv, data, namesLength }: Pbes2): Bytes {
  const numbers = [cost.n, cost.r, cost.p, ...(namesLength ? [keyBytes] : [])].map(derInteger);
  const kdf = sequence(oids.scrypt, sequence(der(tags.octets, salt), ...numbers));
  const cipher = sequence(oids.aes256, der(tags.octets, iv));
  return sequence(sequence(oids.pbes2, sequence(kdf, cipher)), der(tags.octets, data));
}

/** Reads an EncryptedPrivateKeyInfo; `other` when it is encrypted in another way, null when the bytes are not one. */
export function decodePbes2(bytes: Bytes): Pbes2 | 'other' | null {
  const info = readDer(bytes)?.[0];
  if (!info) return null;
  const isOurs =
    isAt(info, places.scheme, oids.pbes2) &&
    isAt(info, places.kdf, oids.scrypt) &&
    isAt(info, places.cipher, oids.aes256);
  if (!isOurs) return at(info, places.scheme)?.tag === tags.oid ? 'other' : null;
  const found = take(info);
  // Writing it again gives the same bytes, so nothing in it was left unchecked.
  const isWhole = found.iv.length === ivBytes && Buffer.compare(encodePbes2(found), bytes) === 0;
  return isWhole ? found : null;
}

/** Assumes that every part is what it should be; writing the result again shows whether it was. */
function take(info: DerNode): Pbes2 {
  const [salt, n, r, p, ...more] = at(info, places.kdfParameters)?.children ?? [];
  return {
    cost: { n: readInteger(n), r: readInteger(r), p: readInteger(p) },
    salt: contentOf(salt),
    iv: contentOf(at(info, places.iv)),
    data: contentOf(at(info, places.data)),
    namesLength: more.length > 0,
  };
}

function at(info: DerNode, place: readonly number[]): DerNode | undefined {
  return place.reduce<DerNode | undefined>((node, step) => node?.children[step], info);
}

function isAt(info: DerNode, place: readonly number[], wanted: Bytes): boolean {
  const node = at(info, place);
  return node !== undefined && Buffer.compare(der(node.tag, node.content), wanted) === 0;
}

function contentOf(node: DerNode | undefined): Bytes {
  return node?.content ?? new Uint8Array();
}
