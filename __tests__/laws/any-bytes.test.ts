import { createCipheriv } from 'node:crypto';
import { PublicKey } from '@signalapp/libsignal-client';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { openBlob, signBundle, verifyBundle } from '../../source/protocol/blob.ts';
import { decodeBundle, encodeBundle } from '../../source/protocol/bundle.ts';
import { concat, isRejected } from '../../source/protocol/bytes.ts';
import { decodeContent, encodeContent } from '../../source/protocol/content.ts';
import { openEnvelope } from '../../source/protocol/envelope.ts';
import { importKey } from '../../source/protocol/import-key.ts';
import { decodeLink, encodeLink } from '../../source/protocol/link.ts';
import { ratchetDecrypt } from '../../source/protocol/ratchet.ts';
import { readRotateBundle, readStatement, signStatement } from '../../source/protocol/rotate.ts';
import { bytes, content, keyPair } from '../support/arbitraries.ts';
import { newPerson, twoFriends } from '../support/ratchet-person.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const alice = newPerson();
const seal = makeKeyPair();

/** Bytes that are almost right: some of `good` replaced, cut off, doubled or added. */
function almost(good: fc.Arbitrary<Bytes>): fc.Arbitrary<Bytes> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    drop: fc.nat(9),
    put: bytes(0, 9),
  });
  return fc.tuple(good, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([start, edits]) =>
    edits.reduce<Bytes>((whole, { at, drop, put }) => {
      const from = Math.floor(at * whole.length);
      return concat(whole.subarray(0, from), put, whole.subarray(from + drop));
    }, start),
  );
}

function anyOr(good: fc.Arbitrary<Bytes>): fc.Arbitrary<Bytes> {
  return fc.oneof(bytes(0, 200), almost(good));
}

/** Runs a reader that must answer, whatever it is given. */
function neverThrows(input: fc.Arbitrary<Bytes>, read: (input: Bytes) => unknown, numRuns = 1000): void {
  fc.assert(
    fc.property(input, (given) => {
      expect(read(given)).toBeDefined();
    }),
    { numRuns },
  );
}

describe('no bytes make a reader throw', () => {
  test('decodeContent', () => {
    const good = content.map(({ head, body }) => encodeContent(head, body));
    fc.assert(
      fc.property(anyOr(good), (given) => {
        const read = decodeContent(given);
        if (isRejected(read) || read.body.kind === 'unknown') return;
        // What is read can be written, and is then read as the same.
        const { body, ...head } = read;
        expect(decodeContent(encodeContent(head, body))).toEqual(read);
      }),
      { numRuns: 2000 },
    );
  });

  test('decodeContent, with a head that is right', () => {
    const head = fc
      .tuple(fc.constantFrom(1, 1, 1, 2), fc.nat(11), bytes(48, 200))
      .map(([version, kind, rest]) => {
        const made = concat(Uint8Array.of(version, kind), rest);
        for (const at of [18, 26, 42]) made.fill(0, at, at + 3);
        return made;
      });
    neverThrows(head, decodeContent, 3000);
  });

  test('decodeBundle', () => {
    const good = encodeBundle(alice.bundle());
    neverThrows(anyOr(fc.constant(good)), (given) => decodeBundle(given, alice.identity));
    neverThrows(bytes(0, 40), (identity) => decodeBundle(good, identity));
  });

  test('readStatement', () => {
    const [old, next] = [makeKeyPair(), makeKeyPair()];
    const said = {
      epoch: 2,
      time: 1,
      oldKey: old.publicKey,
      newKey: next.publicKey,
      previous: new Uint8Array(32),
    };
    const signed = signStatement(said, old.privateKey, next.privateKey);
    neverThrows(anyOr(fc.constant(signed.statement)), (statement) => readStatement({ ...signed, statement }));
    neverThrows(bytes(0, 70), (byOld) => readStatement({ ...signed, byOld }), 200);
    neverThrows(bytes(0, 70), (byNew) => readStatement({ ...signed, byNew }), 200);
  });

  test('readRotateBundle', () => {
    const none = new Uint8Array(0);
    const rotate = {
      statement: none,
      byOld: none,
      byNew: none,
      slotKey: none,
      bundle: none,
      bundleSignature: none,
    };
    neverThrows(bytes(0, 200), (bundle) => readRotateBundle({ ...rotate, bundle }, seal.publicKey), 200);
    fc.assert(
      fc.property(anyOr(fc.constant(encodeBundle(alice.bundle()))), keyPair, (bundle, signer) => {
        const bundleSignature = signBundle(bundle, signer.privateKey);
        expect(verifyBundle(bundle, bundleSignature, signer.publicKey)).toBe(true);
        expect(isRejected(readRotateBundle({ ...rotate, bundle, bundleSignature }, signer.publicKey))).toBe(
          true,
        );
      }),
      { numRuns: 200 },
    );
  });

  test('openBlob, also with the right key', () => {
    const blobKey = new Uint8Array(32).fill(7);
    neverThrows(fc.oneof(bytes(0, 100), bytes(4096)), (blob) => openBlob(blob, blobKey, seal.publicKey), 300);
    neverThrows(bytes(0, 300), (start) => {
      const plain = new Uint8Array(4068);
      plain.set(start);
      const nonce = new Uint8Array(12);
      const cipher = createCipheriv('aes-256-gcm', blobKey, nonce);
      cipher.setAAD(Buffer.from('cryptochat/1 blob'));
      const blob = concat(nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag());
      return openBlob(blob, blobKey, seal.publicKey);
    });
  });

  test('openEnvelope, also when it was sealed to us', () => {
    neverThrows(fc.oneof(bytes(0, 100), bytes(4096)), (given) => openEnvelope(given, seal.privateKey), 300);
    const start = fc.oneof(
      bytes(0, 100),
      bytes(0, 100).map((rest) => concat(Uint8Array.of(1, 2), rest)),
      bytes(0, 100).map((rest) => concat(Uint8Array.of(1, 3), seal.publicKey, rest)),
    );
    neverThrows(start, (given) => {
      const plain = new Uint8Array(4096 - 49);
      plain.set(given);
      const sealed = PublicKey.deserialize(seal.publicKey).seal(plain, 'cryptochat/1 envelope');
      return openEnvelope(new Uint8Array(sealed), seal.privateKey);
    });
  });

  test('importKey', () => {
    neverThrows(
      fc.oneof(
        bytes(0, 40),
        bytes(32).map((u) => concat(Uint8Array.of(5), u)),
      ),
      importKey,
    );
  });

  test('ratchetDecrypt, with and without a session', async () => {
    const [one, other] = await twoFriends();
    const good = (await one.send(other, 'hi')).ciphertext;
    const carol = newPerson();
    await carol.begin(other);
    const first = (await carol.send(other, 'hi')).ciphertext;
    const given = fc.tuple(anyOr(fc.constantFrom(good, first)), fc.constantFrom(2 as const, 3 as const));
    await fc.assert(
      fc.asyncProperty(given, fc.constantFrom(one, carol, newPerson()), async ([ciphertext, type], from) => {
        const before = other.snapshot();
        const inner = { type, sender: from.identity, ciphertext };
        const opened = await ratchetDecrypt(other.reads(from.identity), inner);
        if (opened.kind === 'opened') expect(Buffer.from(opened.plaintext).toString()).toBe('hi');
        expect(other.snapshot()).toEqual(before);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('no text makes a reader throw', () => {
  test('decodeLink', () => {
    const good = encodeLink({
      identity: seal.publicKey,
      secret: new Uint8Array(16),
      address: 'alice.example:8080',
      card: false,
    });
    const edited = fc
      .tuple(fc.nat(good.length), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([at, drop, put]) => good.slice(0, at) + put + good.slice(at + drop));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `cryptochat:${text}`),
          edited,
        ),
        (text) => {
          const link = decodeLink(text);
          if (typeof link !== 'string')
            expect(encodeLink(link).toLowerCase()).toBe(text.trim().toLowerCase());
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('one letter of a link that is mistyped is almost always seen', () => {
    const good = encodeLink({
      identity: seal.publicKey,
      secret: new Uint8Array(16).fill(5),
      address: 'alice.example:8080',
      card: false,
    });
    let passed = 0;
    let tried = 0;
    for (let at = 'cryptochat:'.length; at < good.length; at += 1) {
      for (const letter of 'aZ5-_.:@ ') {
        if (good[at] === letter) continue;
        tried += 1;
        if (typeof decodeLink(good.slice(0, at) + letter + good.slice(at + 1)) !== 'string') passed += 1;
      }
    }
    expect(tried).toBeGreaterThan(700);
    expect(passed).toBeLessThan(3);
  });
});
