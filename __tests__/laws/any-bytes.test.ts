import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../source/core/types.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { decodeBundle, encodeBundle } from '../../source/protocol/bundle.ts';
import { concat, isRejected } from '../../source/protocol/bytes.ts';
import { decodeContent } from '../../source/protocol/kinds/content.ts';
import { openEnvelope } from '../../source/protocol/envelope.ts';
import { importKey } from '../../source/protocol/import-key.ts';
import { decodeLink, encodeLink } from '../../source/protocol/link.ts';
import { ratchetDecrypt } from '../../source/protocol/ratchet.ts';
import { areSignedBy, bundleIn, signKeys } from '../../source/protocol/keys.ts';
import { bytes, keyPair } from '../support/arbitraries.ts';
import { mutated } from '../support/mutations.ts';
import { newPerson, twoFriends } from '../support/ratchet-person.ts';

// Inputs that the fuzzing of each parser (fuzz-wire.test.ts) does not reach: other keys, random bodies behind a valid head, the ratchet.

const alice = newPerson();
const seal = makeKeyPair();

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
  test('decodeContent, with a valid head', () => {
    const head = fc
      .tuple(fc.constantFrom(1, 1, 1, 2), fc.nat(11), bytes(48, 200))
      .map(([version, kind, rest]) => {
        const made = concat(Uint8Array.of(version, kind), rest);
        for (const at of [18, 26, 42]) made.fill(0, at, at + 3);
        return made;
      });
    neverThrows(head, decodeContent, 3000);
  });

  test('decodeBundle, by any identity', () => {
    const good = encodeBundle(alice.bundle());
    neverThrows(bytes(0, 40), (identity) => decodeBundle(good, identity));
  });

  test('keys, whoever signed them', () => {
    const none = new Uint8Array(0);
    const profile = {
      name: '', address: '', epoch: 1, chain: new Uint8Array(32), sealKey: seal.publicKey,
      slotKey: new Uint8Array(32), abilities: null,
    }; // prettier-ignore
    const keys = { profile, statements: [], bundle: none, signature: new Uint8Array(64) };
    const by = seal.publicKey;
    neverThrows(bytes(0, 200), (signature) => areSignedBy({ ...keys, signature }, by, by), 200);
    neverThrows(bytes(1, 200), (bundle) => bundleIn({ ...keys, bundle }, seal.publicKey), 200);
    fc.assert(
      fc.property(mutated([encodeBundle(alice.bundle())]), keyPair, (bundle, signer) => {
        const signed = signKeys({ ...keys, bundle }, signer.privateKey, by);
        expect(areSignedBy(signed, signer.publicKey, by)).toBe(true);
        const other = { ...signed, bundle: concat(bundle, Uint8Array.of(0)) };
        expect(areSignedBy(other, signer.publicKey, by)).toBe(false);
        expect(areSignedBy(signed, signer.publicKey, signer.publicKey)).toBe(false);
        expect(bundle.length === 0 || isRejected(bundleIn(signed, signer.publicKey))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('openEnvelope', () => {
    neverThrows(fc.oneof(bytes(0, 100), bytes(4096)), (given) => openEnvelope(given, seal.privateKey), 300);
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
    const given = fc.tuple(mutated([good, first]), fc.constantFrom(2 as const, 3 as const));
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

test('detects almost every mistyped letter of a link', () => {
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
