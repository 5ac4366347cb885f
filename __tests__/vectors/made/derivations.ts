import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { hex, keyOf, sha256 } from './shape.ts';

const alice = keyOf('alice identity');
const bob = keyOf('bob identity');

/** The values that follow from keys and secrets, computed from the text of PROTOCOL.md §§2–4 and §6 alone. */
export function derivations() {
  const secret = sha256('vectors secret').subarray(0, 16);
  const derive = (name: string): Buffer => hkdf(secret, alice.u, `cryptochat/1 invite ${name}`);
  const pickup = derive('pickup');
  const privateKey = bob.private.serialize();
  return {
    identity: alice.public,
    other: bob.public,
    fingerprint: hex(sha256('cryptochat/1 fingerprint', alice.u).subarray(0, 16))
      .toUpperCase()
      .match(/.{4}/g)!
      .join(' '),
    digits: digitsOf(alice.u),
    safetyNumber: [alice, bob]
      .map(({ u }) => digitsOf(u))
      .toSorted()
      .join(''),
    secret: hex(secret),
    inviteKeys: {
      pickup: hex(pickup),
      blob: hex(derive('blob')),
      slot: '00'.repeat(16) + hex(derive('slot').subarray(0, 16)),
      proof: hex(derive('proof')),
      voucher: '00'.repeat(16) + hex(derive('box').subarray(0, 16)),
    },
    pickupName: hex(sha256(pickup)),
    joinerPrivate: hex(privateKey),
    marks: marks([1, 2, 3].map((seq) => sha256(`vectors id ${seq}`).subarray(0, 16))),
    post: post(),
    joinNonce: hkdf(privateKey, pickup, 'cryptochat/1 nonce').subarray(0, 16).toString('base64url'),
  };
}

/** The values of a POST that follow from the slot's key, the nonce and the body (§8). */
function post() {
  const slotKey = sha256('vectors slot');
  const slotId = sha256('cryptochat/1 slot', slotKey).subarray(0, 8);
  const nonce = sha256('vectors nonce').subarray(0, 16).toString('base64url');
  const digest = `sha-256=:${sha256('vectors body').toString('base64')}:`;
  const mac = (text: string): string =>
    createHmac('sha256', slotKey).update(text).digest().subarray(0, 16).toString('base64url');
  const mask = createHmac('sha256', slotKey.subarray(0, 16)).update(`slot|${nonce}`).digest();
  const tag = Buffer.from(slotId.map((byte, at) => byte ^ mask[at]!)).toString('base64url');
  const auth = `v1.${nonce}.${tag}.${mac(`POST|/message|${nonce}|${digest}`)}`;
  const batch = {
    path: '/messages/3',
    auth: `v1.${nonce}.${tag}.${mac(`POST|/messages/3|${nonce}|${digest}`)}`,
    kept: `2.${mac(`202|2|${nonce}|${digest}`)}`,
  };
  const kept = mac(`202|${nonce}|${digest}`);
  return { slotKey: hex(slotKey), slotId: hex(slotId), digest, auth, kept, batch };
}

/** The mark before the first message, and after each of these ids. */
function marks(ids: readonly Buffer[]): ReadonlyArray<{ readonly id: string | null; readonly mark: string }> {
  let mark: Buffer = Buffer.alloc(8);
  const after = ids.map((id) => {
    mark = sha256('cryptochat/1 ack', mark, id).subarray(0, 8);
    return { id: hex(id), mark: hex(mark) };
  });
  return [{ id: null, mark: '00'.repeat(8) }, ...after];
}

function hkdf(secret: Uint8Array, salt: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, 32));
}

/** Half of a safety number: Signal's numeric fingerprint, 30 digits. */
function digitsOf(u: Buffer): string {
  const key = Buffer.concat([Buffer.of(5), u]);
  let hash = Buffer.concat([Buffer.of(0, 0), key, u]);
  for (let round = 0; round < 5200; round += 1) hash = createHash('sha512').update(hash).update(key).digest();
  const groups = [0, 5, 10, 15, 20, 25].map((at) => hash.readUIntBE(at, 5) % 100_000);
  return groups.map((group) => String(group).padStart(5, '0')).join('');
}
