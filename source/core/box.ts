import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { fromBase64url, toBase64url } from './bytes.ts';
import { gateBytes, gateOf, isSameMark } from './request.ts';
import type { Bytes } from './types.ts';

// The keys of a box, and the marks on the messages between its owner and its host. PROTOCOL.md "Boxes".

/** The report of an owner's listener about a mailbox when it gets a stranger's 404. */
export const unknownThere = 'the host there does not know this mailbox';

/** The requests that an owner makes about a box. */
export type Verb = 'collect' | 'table' | 'leave';

const idBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const signatureBytes = 64;
const ticketMacBytes = 12;
const nothing = new Uint8Array();

/** PKCS #8 of a private key up to its 32 bytes: Ed25519, which signs, and X25519, which agrees. RFC 8410. */
const signingPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const agreementPrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** The id of the box with this public key (32 bytes): 22 characters. */
export function boxIdOf(publicKey: Uint8Array): string {
  const hash = createHash('sha256').update('cryptochat/1 box').update(publicKey).digest();
  return toBase64url(hash.subarray(0, idBytes));
}

/** The public half (32 bytes) of the Ed25519 key that this seed (32 bytes) makes. */
export function publicKeyOf(seed: Uint8Array): Bytes {
  return publicOf(keyFrom(signingPrefix, seed));
}

function publicOf(key: KeyObject): Bytes {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(x, 'base64url'));
}

/**
 * The key (32 bytes) of a slot at a box: its gate follows from the slot's gate, so a home's slots share one there too, and two hosts
 * find nothing in common.
 */
export function boxSlotKey(slotKey: Uint8Array, box: string): Bytes {
  const gate = derive(gateOf(slotKey), box, 'gate').subarray(0, gateBytes);
  const own = derive(slotKey, box, 'slot').subarray(0, gateBytes);
  return new Uint8Array(Buffer.concat([gate, own]));
}

/** The agreement key pair (X25519, 32 bytes each) of one side of a claim, from a secret of 32 bytes. */
export function agreementKeyOf(
  secret: Uint8Array,
  box: string,
): { readonly secret: Bytes; readonly public: Bytes } {
  const own = derive(secret, box, 'agreement');
  return { secret: own, public: publicOf(keyFrom(agreementPrefix, own)) };
}

/**
 * The key (32 bytes) that seals the bodies between a box's owner and its host, from one's own agreement secret, the other's public key
 * and the key of the voucher; null when the other's key cannot be agreed with.
 */
export function boxSealKey(
  own: Uint8Array,
  others: Uint8Array,
  { voucherKey, box }: { readonly voucherKey: Uint8Array; readonly box: string },
): Bytes | null {
  try {
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'X25519', x: toBase64url(others) },
      format: 'jwk',
    });
    const shared = diffieHellman({ privateKey: keyFrom(agreementPrefix, own), publicKey });
    return derive(Buffer.concat([shared, voucherKey]), box, 'seal');
  } catch {
    return null;
  }
}

function derive(secret: Uint8Array, box: string, use: string): Bytes {
  return new Uint8Array(
    hkdfSync('sha256', secret, Buffer.from(box, 'base64url'), `cryptochat/1 box ${use}`, 32),
  );
}

/** The request that an owner signs: its ticket, and its content-digest header as sent. */
export type OwnerAsk = {
  readonly verb: Verb;
  readonly box: string;
  readonly ticket: string;
  readonly digest: string;
};

/** The value of x-cc-owner: `v1.TICKET.SIGNATURE`, signed with the box key that `seed` makes. */
export function signOwner(seed: Uint8Array, ask: OwnerAsk): string {
  const signature = sign(null, Buffer.from(signedText(ask)), keyFrom(signingPrefix, seed));
  return `v1.${ask.ticket}.${toBase64url(signature)}`;
}

/** The parts of an x-cc-owner; null for anything else, and for a second spelling. */
export function parseOwner(text = ''): { readonly ticket: string; readonly signature: Bytes } | null {
  const [, ticket = '', told = ''] = /^v1\.([\w-]{32})\.([\w-]{86})$/.exec(text) ?? [];
  const signature = fromBase64url(told);
  return signature?.length === signatureBytes ? { ticket, signature } : null;
}

/** True if the owner of the box, whose public key this is (32 bytes), signed the request. */
export function isOwners(publicKey: Uint8Array, ask: OwnerAsk, signature: Uint8Array): boolean {
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) },
    format: 'jwk',
  });
  return verify(null, Buffer.from(signedText(ask)), key, signature);
}

function signedText({ verb, box, ticket, digest }: OwnerAsk): string {
  return `cryptochat/1 ${verb}|${box}|${ticket}|${digest}`;
}

function keyFrom(prefix: Uint8Array, secret: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([prefix, secret]), format: 'der', type: 'pkcs8' });
}

/** The two numbers in a ticket: when it was made, in ms of the host's own clock, and its serial. */
type Ticket = { readonly time: number; readonly serial: number };

/** A ticket (32 characters) for one request about a box, under a key that only the host has. */
export function makeTicket(key: Uint8Array, box: string, { time, serial }: Ticket): string {
  const numbers = Buffer.alloc(12);
  numbers.writeUIntBE(time, 0, 6);
  numbers.writeUIntBE(serial, 6, 6);
  return toBase64url(Buffer.concat([numbers, ticketMac(key, box, numbers)]));
}

/** Reads a ticket of this box; null for anything that the key's holder did not make. */
export function readTicket(key: Uint8Array, box: string, text: string): Ticket | null {
  const bytes = fromBase64url(text);
  if (bytes?.length !== 12 + ticketMacBytes) return null;
  const numbers = Buffer.from(bytes.subarray(0, 12));
  if (!isSameMark(ticketMac(key, box, numbers), bytes.subarray(12))) return null;
  return { time: numbers.readUIntBE(0, 6), serial: numbers.readUIntBE(6, 6) };
}

function ticketMac(key: Uint8Array, box: string, numbers: Uint8Array): Uint8Array {
  const hash = createHmac('sha256', key).update(Buffer.from(box, 'base64url')).update(numbers).digest();
  return hash.subarray(0, ticketMacBytes);
}

/** The context of a sealed body: the request or answer about a box, and the ticket of that request. */
type Sealed = {
  readonly what: 'collect' | 'table' | 'batch';
  readonly box: string;
  readonly ticket: string;
};

/** Seals a body for one request: nonce 12 | AES-256-GCM under the box's seal key. `nonce` is random; only a test gives one. */
export function sealBody(
  key: Uint8Array,
  about: Sealed,
  plain: Uint8Array,
  nonce: Uint8Array = randomBytes(nonceBytes),
): Bytes {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(sealedAbout(about));
  const parts = [nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
  return new Uint8Array(Buffer.concat(parts));
}

/** Opens a sealed body; null for anything that was not sealed with this key for this request. */
export function openBody(key: Uint8Array, about: Sealed, body: Uint8Array): Bytes | null {
  if (body.length < sealedMoreBytes) return null;
  const cipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, nonceBytes));
  cipher.setAAD(sealedAbout(about));
  cipher.setAuthTag(body.subarray(-tagBytes));
  try {
    const plain = [cipher.update(body.subarray(nonceBytes, -tagBytes)), cipher.final()];
    return new Uint8Array(Buffer.concat(plain));
  } catch {
    return null;
  }
}

/** How many bytes sealing adds to a body. */
export const sealedMoreBytes = nonceBytes + tagBytes;

function sealedAbout({ what, box, ticket }: Sealed): Buffer {
  return Buffer.from(`cryptochat/1 ${what}|${box}|${ticket}`);
}

/** The host's proof, the value of x-cc-kept (22 characters), that it carried out the request with this ticket. */
export function doneProof(sealKey: Uint8Array, { verb, box, ticket, digest }: OwnerAsk): string {
  return mark(sealKey, `202|${verb}|${box}|${ticket}|${digest}`);
}

/** The host's proof that a claim with this nonce was granted with this answer: the value of x-cc-kept, 22 characters. */
export function grantProof(voucherKey: Uint8Array, nonce: string, answerDigest: string): string {
  return mark(voucherKey, `201|${nonce}|${answerDigest}`);
}

/** The key (32 bytes) of a voucher from the 32 bytes that a link derives for it: behind a gate of zeros, as an invite's slot. */
export function voucherKeyOf(derived: Uint8Array): Bytes {
  return new Uint8Array(Buffer.concat([Buffer.alloc(gateBytes), derived.subarray(0, gateBytes)]));
}

/** The key (32 bytes) of a link's voucher at a box of the link's maker: a different one at each box, as with slots. */
export function voucherAt(voucherKey: Uint8Array, box: string): Bytes {
  return voucherKeyOf(derive(voucherKey, box, 'voucher'));
}

/** The voucher key in a box link, from its secret of 16 bytes. */
export function lentKey(secret: Uint8Array): Bytes {
  return voucherKeyOf(new Uint8Array(hkdfSync('sha256', secret, nothing, 'cryptochat/1 lend', 32)));
}

function mark(key: Uint8Array, text: string): string {
  return toBase64url(createHmac('sha256', key).update(text).digest().subarray(0, 16));
}
