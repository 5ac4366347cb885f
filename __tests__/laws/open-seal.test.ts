import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { openBlob, sealBlob } from '../../source/protocol/blob.ts';
import { decodeBundle, encodeBundle } from '../../source/protocol/bundle.ts';
import { isRejected } from '../../source/protocol/bytes.ts';
import { decodeContent, encodeContent } from '../../source/protocol/kinds/content.ts';
import { openEnvelope, sealEnvelope } from '../../source/protocol/envelope.ts';
import { decodeLink, encodeLink } from '../../source/protocol/link.ts';
import { readStatement, signStatement } from '../../source/protocol/rotate.ts';
import { address, bytes, content, keyPair, text } from '../support/arbitraries.ts';
import { newPerson } from '../support/ratchet-person.ts';

describe('sealed data opens to the same data', () => {
  test('links', () => {
    const identity = keyPair.map((pair) => pair.publicKey);
    fc.assert(
      fc.property(fc.record({ identity, secret: bytes(16), address, card: fc.boolean() }), (link) => {
        const written = encodeLink(link);
        expect(decodeLink(written)).toEqual(link);
        expect(decodeLink(`\n ${written}\t`)).toEqual(link);
        expect(written).toMatch(/^cryptochat:[\w-]{68}@/);
      }),
    );
  });

  test('contents', () => {
    fc.assert(
      fc.property(content, ({ head, body }) => {
        expect(decodeContent(encodeContent(head, body))).toEqual({ ...head, body });
      }),
      { numRuns: 300 },
    );
  });

  test('bundles and blobs', () => {
    const maker = newPerson();
    const other = makeKeyPair();
    const made = maker.bundle();
    const fields = fc.record({
      epoch: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      chain: bytes(32),
      registrationId: fc.nat(16_383),
      oneTime: fc.option(fc.record({ id: fc.nat(2 ** 32 - 1), key: keyPair.map((pair) => pair.publicKey) })),
      name: text(limits.nameBytes),
    });
    fc.assert(
      fc.property(fields, bytes(32), (changed, blobKey) => {
        const bundle = { ...made, ...changed };
        expect(decodeBundle(encodeBundle(bundle), maker.identity)).toEqual(bundle);
        const blob = sealBlob(bundle, maker.privateKey, blobKey);
        expect(blob.length).toBe(4096);
        expect(openBlob(blob, blobKey, maker.identity)).toEqual(bundle);
        expect(openBlob(blob, blobKey, other.publicKey)).toEqual({ rejected: 'bundle signature' });
        expect(openBlob(blob, bytesBut(blobKey), maker.identity)).toEqual({ rejected: 'blob tag' });
      }),
    );
  });

  test('envelopes, in the smallest size that fits', () => {
    const length = fc.oneof(
      fc.nat(200),
      fc.integer({ min: 3900, max: 4060 }),
      fc.integer({ min: 16_200, max: 16_340 }),
      fc.nat(65_448),
    );
    fc.assert(
      fc.property(
        keyPair,
        keyPair,
        fc.constantFrom(2 as const, 3 as const),
        length,
        (sender, receiver, type, size) => {
          const inner = { type, sender: sender.publicKey, ciphertext: new Uint8Array(size).fill(0xc1) };
          const envelope = sealEnvelope(inner, receiver.publicKey);
          expect(openEnvelope(envelope, receiver.privateKey)).toEqual(inner);
          const fitting = limits.bucketBytes.filter((bucket) => bucket >= size + 49 + 39);
          expect(envelope.length).toBe(fitting[0]);
        },
      ),
    );
  });

  test('an envelope is for one key alone', () => {
    fc.assert(
      fc.property(keyPair, keyPair, (one, other) => {
        const envelope = sealEnvelope(
          { type: 2, sender: one.publicKey, ciphertext: new Uint8Array(9) },
          one.publicKey,
        );
        expect(openEnvelope(envelope, other.privateKey) === null).toBe(one !== other);
      }),
    );
  });

  test('statements', () => {
    const said = fc.record({ epoch: fc.nat(2 ** 32 - 1), time: fc.maxSafeNat(), previous: bytes(32) });
    fc.assert(
      fc.property(keyPair, keyPair, said, (old, next, fields) => {
        const statement = { ...fields, oldKey: old.publicKey, newKey: next.publicKey };
        const signed = signStatement(statement, old.privateKey, next.privateKey);
        expect(readStatement(signed)).toEqual(statement);
        if (old === next) return;
        const swapped = { ...signed, byOld: signed.byNew, byNew: signed.byOld };
        expect(isRejected(readStatement(swapped))).toBe(true);
      }),
    );
  });
});

function bytesBut(key: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return key.map((byte, at) => (at === 0 ? byte ^ 1 : byte));
}
