import { createCipheriv, createHash } from 'node:crypto';
import { PrivateKey, PublicKey } from '@signalapp/libsignal-client';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { parseAddress } from '../../source/core/address.ts';
import type { Bytes } from '../../source/core/types.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { toBase64url } from '../../source/core/bytes.ts';
import { openBlob, signBundle } from '../../source/protocol/blob.ts';
import { decodeBundle, encodeBundle } from '../../source/protocol/bundle.ts';
import { concat, isRejected, readRecord, utf8 } from '../../source/protocol/bytes.ts';
import { decodeContent, encodeContent } from '../../source/protocol/kinds/content.ts';
import type { Stored } from '../../source/protocol/kinds/stored.ts';
import { kinds } from '../../source/protocol/kinds/table.ts';
import { openEnvelope } from '../../source/protocol/envelope.ts';
import { decodeLink, encodeLink } from '../../source/protocol/link.ts';
import { decodeProfile, encodeProfile } from '../../source/protocol/profile.ts';
import { readRevocation, signRevocation } from '../../source/protocol/revoke.ts';
import { readStatement, signStatement } from '../../source/protocol/rotate.ts';
import { content } from '../support/arbitraries.ts';
import { fuzz, mutated, mutatedText } from '../support/mutations.ts';
import { newPerson } from '../support/ratchet-person.ts';

import fc from 'fast-check';
import * as write from '../../source/protocol/bytes.ts';

// Bytes that a stranger or a contact can send: the parsers never throw, and accepted input encodes back to the same bytes.

const alice = newPerson();
const seal = makeKeyPair();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function expectSame(written: Uint8Array, given: Uint8Array): true {
  if (hex(written) !== hex(given)) expect(hex(written)).toBe(hex(given));
  return true;
}

const addresses = ['alice.example:8080', '192.168.1.20:1', '[fd00::1]:65535'];
const links = addresses.map((address, at) => {
  const secret = new Uint8Array(16).fill(at);
  return encodeLink({ identity: seal.publicKey, secret, address, card: at === 1 });
});

function acceptsLink(text: string): boolean {
  const link = decodeLink(text);
  if (typeof link === 'string') return false;
  expect(parseAddress(link.address)).not.toBeNull();
  expect(encodeLink(link).slice('cryptochat:'.length)).toBe(text.trim().slice('cryptochat:'.length));
  return true;
}

test('links', () => {
  fuzz(mutatedText(links), acceptsLink);
});

test('links with a valid check', () => {
  const bodies = links.map((link) => {
    return new Uint8Array(Buffer.from(link.slice('cryptochat:'.length, link.indexOf('@')), 'base64url'));
  });
  const input = fc.tuple(mutated(bodies), mutatedText(addresses)).map(([whole, address]) => {
    const body = whole.subarray(0, -2);
    const hash = createHash('sha256').update('cryptochat/1 link').update(body).update(address);
    const check = hash.digest().subarray(0, 2);
    return `cryptochat:${toBase64url(concat(body, check))}@${address}`;
  });
  fuzz(input, acceptsLink);
});

const bundles = [alice.bundle(), alice.reserve(), { ...alice.bundle(), name: 'Åsa '.repeat(20) }];
const encoded = bundles.map(encodeBundle);

test('bundles', () => {
  fuzz(mutated(encoded), (given) => {
    const read = decodeBundle(given, alice.identity);
    return !isRejected(read) && expectSame(encodeBundle(read), given);
  });
});

test('blobs sealed by a holder of the link', () => {
  const key = new Uint8Array(32).fill(7);
  const plain = (bundle: Bytes): Bytes => {
    return concat(write.bytes16(bundle), signBundle(bundle, alice.privateKey));
  };
  const sealed = (start: Uint8Array): Bytes => {
    const whole = new Uint8Array(limits.bucketBytes[0] - 28);
    whole.set(start.subarray(0, whole.length));
    const cipher = createCipheriv('aes-256-gcm', key, new Uint8Array(12));
    cipher.setAAD(utf8('cryptochat/1 blob'));
    return concat(new Uint8Array(12), cipher.update(whole), cipher.final(), cipher.getAuthTag());
  };
  // Some are signed by the maker of the link after they were changed: then the bundle itself must hold.
  const signed = mutated(encoded).filter((one) => one.length <= 0xffff);
  const input = fc.oneof(mutated(encoded.map(plain)), signed.map(plain));
  fuzz(input, (given) => {
    const read = openBlob(sealed(given), key, alice.identity);
    if (isRejected(read)) return false;
    const body = encodeBundle(read);
    return expectSame(write.bytes16(body), given.subarray(0, body.length + 2));
  });
  fuzz(mutated([sealed(plain(encoded[0]!))]), (given) => !isRejected(openBlob(given, key, alice.identity)));
});

test('the inside of envelopes', () => {
  const inside = (type: number, length: number): Bytes =>
    concat(Uint8Array.of(1, type), seal.publicKey, write.bytes32(new Uint8Array(length).fill(9)));
  const goods = [inside(2, 100), inside(3, 1900), inside(2, 0)];
  const bare = seal.publicKey;
  fuzz(mutated(goods), (given) => {
    const plain = new Uint8Array(limits.bucketBytes[0] - 49);
    plain.set(given.subarray(0, plain.length));
    const sealed = PublicKey.deserialize(bare).seal(plain, 'cryptochat/1 envelope');
    const inner = openEnvelope(new Uint8Array(sealed), seal.privateKey);
    if (inner === null) throw new Error('it was sealed to this key');
    if (isRejected(inner)) return false;
    const again = concat(Uint8Array.of(1, inner.type), inner.sender, write.bytes32(inner.ciphertext));
    const padded = new Uint8Array(plain.length);
    padded.set(again);
    return expectSame(padded, plain);
  });
});

/** No more than a receipt may name, each once, in order, and none below the ack. */
function checkStored(ack: number, stored: readonly Stored[]): void {
  const seqs = [ack, ...stored.map(({ seq }) => seq)];
  expect(stored.length).toBeLessThanOrEqual(limits.receiptSeqs);
  expect(seqs).toEqual([...new Set(seqs)].toSorted((one, other) => one - other));
}

test('contents of every kind', () => {
  const samples = fc.sample(content, { numRuns: 300, seed: 1 });
  const goods = samples.map(({ head, body }) => encodeContent(head, body));
  const receipts = [258, 256, 1].map((count) => {
    const stored = Array.from({ length: count }, (_, at) => ({ seq: at + 9, idStart: new Uint8Array(4) }));
    const head = { id: new Uint8Array(16), seq: 0, ack: 8, mark: new Uint8Array(8), sentAt: 1 };
    return encodeContent(head, { kind: 'receipt', answers: new Uint8Array(16), stored });
  });
  goods.push(...receipts);
  expect(Object.keys(kinds).filter((name) => !samples.some(({ body }) => body.kind === name))).toEqual([]);
  fuzz(mutated(goods), (given) => {
    const read = decodeContent(given);
    if (isRejected(read) || read.body.kind === 'unknown' || read.body.kind === 'broken') return false;
    const { body, ...head } = read;
    if ('stored' in body) checkStored(head.ack, body.stored);
    const written = encodeContent(head, body);
    const isBroken = body.kind === 'text' && body.text.includes('\ufffd');
    if (isBroken) expect(decodeContent(written)).toEqual(read);
    return isBroken || expectSame(written, given);
  });
});

test('profiles', () => {
  const zeros = new Uint8Array(32);
  const profile = { name: 'Åsa', epoch: 7, chain: zeros, slotKey: zeros, abilities: zeros };
  const goods = ['', ...addresses].map((address) =>
    encodeProfile({ ...profile, address, sealKey: seal.publicKey }),
  );
  fuzz(mutated(goods), (given) => {
    const read = readRecord(given, decodeProfile);
    if (isRejected(read)) return false;
    expect(read.address === '' || parseAddress(read.address) !== null).toBe(true);
    expect(Buffer.byteLength(read.name)).toBeLessThanOrEqual(limits.nameBytes);
    expect(read.epoch).toBeGreaterThan(0);
    return expectSame(encodeProfile(read), given);
  });
});

test('rotation statements, signed by the keys that they name', () => {
  const [old, next] = [makeKeyPair(), makeKeyPair()];
  const said = { epoch: 2, time: 1, oldKey: old.publicKey, newKey: next.publicKey };
  const signed = signStatement({ ...said, previous: new Uint8Array(32) }, old.privateKey, next.privateKey);
  fuzz(mutated([signed.statement]), (statement) => {
    const read = readStatement({ statement, byOld: sign(old, statement), byNew: sign(next, statement) });
    if (isRejected(read)) return false;
    return expectSame(signStatement(read, old.privateKey, next.privateKey).statement, statement);
  });
  for (const part of ['byOld', 'byNew', 'statement'] as const) {
    const goods = [signed[part]];
    fuzz(mutated(goods), (given) => {
      const read = readStatement({ ...signed, [part]: given });
      return !isRejected(read) && expectSame(signed[part], given);
    });
  }
});

test('revocations, signed by the keys that they name', () => {
  const revoked = signRevocation({ time: 1, identity: seal.publicKey }, seal.privateKey);
  const sealed = mutated([revoked.slice(0, -64)]).map((said) => concat(said, sign(seal, said)));
  fuzz(fc.oneof(mutated([revoked]), sealed), (given) => {
    const read = readRevocation(given);
    if (isRejected(read)) return false;
    const written = signRevocation(read, seal.privateKey);
    return expectSame(written.subarray(0, -64), given.subarray(0, -64));
  });
});

function sign({ privateKey }: ReturnType<typeof makeKeyPair>, said: Bytes): Bytes {
  return PrivateKey.deserialize(privateKey).sign(said);
}
