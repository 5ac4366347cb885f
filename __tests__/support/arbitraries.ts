import fc from 'fast-check';
import { limits } from '../../source/core/limits.ts';
import type { Bytes } from '../../source/core/types.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import type { Body } from '../../source/protocol/kinds/table.ts';
import type { Head } from '../../source/protocol/kinds/kind.ts';
import type { Stored } from '../../source/protocol/kinds/stored.ts';
import { revocationLength } from '../../source/protocol/revoke.ts';
import { hostileStrings } from './hostile-strings.ts';

const keys = Array.from({ length: 8 }, () => makeKeyPair());

/** A key pair, one of eight. */
export const keyPair = fc.constantFrom(...keys);

/** Any bytes. */
export function bytes(minLength: number, maxLength = minLength): fc.Arbitrary<Bytes> {
  return fc.uint8Array({ minLength, maxLength }).map((made) => new Uint8Array(made));
}

/** Any text, whatever it does to a terminal; well formed, at most so many bytes. */
export function text(most: number): fc.Arbitrary<string> {
  const any = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom(...hostileStrings));
  return any.map((made) => made.toWellFormed()).filter((made) => Buffer.byteLength(made) <= most);
}

const label = fc.stringMatching(/^[a-z\d_](?:[a-z\d_-]{0,10}[a-z\d_])?$/);
const host = fc.oneof(
  fc.ipV4(),
  fc
    .ipV6()
    .filter((made) => !made.includes('.'))
    .map((made) => `[${made}]`),
  fc.tuple(label, fc.stringMatching(/^[a-z][a-z-]{0,8}[a-z]$/)).map((labels) => labels.join('.')),
);

/** HOST:PORT of every form. */
export const address = fc
  .tuple(host, fc.integer({ min: 1, max: 65_535 }))
  .map(([name, port]) => `${name}:${port}`);

const profile = fc.record({
  name: text(limits.nameBytes),
  address: fc.oneof(address, fc.constant('')),
  epoch: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  chain: bytes(32),
  sealKey: keyPair.map((pair) => pair.publicKey),
  slotKey: bytes(32),
  abilities: fc.option(bytes(32), { nil: null }),
});

const keysSaid = fc.record({
  profile,
  statements: fc.array(fc.record({ statement: bytes(130), byOld: bytes(64), byNew: bytes(64) }), {
    maxLength: 5,
  }),
  bundle: bytes(0, 2000),
  signature: bytes(64),
});

const body: fc.Arbitrary<Exclude<Body, { kind: 'receipt' | 'reset' | 'rotate' | 'followed' | 'revoke' }>> =
  fc.oneof(
    text(limits.textBytes)
      .filter((made) => made !== '')
      .map((made) => ({ kind: 'text' as const, text: made })),
    fc.record({ kind: fc.constant('hello' as const), proof: bytes(32), profile }),
    fc.record({ kind: fc.constant('profile' as const), profile }),
    fc.record({ kind: fc.constant('reserve' as const), bundle: bytes(0, 2000), signature: bytes(64) }),
    fc.constant({ kind: 'void' as const }),
  );

const head = fc.record({
  id: bytes(16),
  seq: fc.maxSafeNat().filter((seq) => seq > 0),
  ack: fc.maxSafeNat(),
  mark: bytes(8),
  sentAt: fc.maxSafeNat(),
});

/** Seqs above an ack, strictly rising, each with the start of an id. */
function storedAbove(ack: number): fc.Arbitrary<readonly Stored[]> {
  const step = fc.record({ by: fc.integer({ min: 1, max: 1000 }), idStart: bytes(4) });
  return fc.array(step, { maxLength: limits.receiptSeqs }).map((steps) => {
    let seq = ack;
    return steps.map(({ by, idStart }) => ({ seq: (seq += by), idStart }));
  });
}

const unordered: fc.Arbitrary<{ head: Head; body: Body }> = fc
  .record({ id: bytes(16), ack: fc.nat(2 ** 40), mark: bytes(8), sentAt: fc.maxSafeNat() })
  .chain((made) => {
    const stored = storedAbove(made.ack);
    const said = fc.oneof(
      fc.record({ kind: fc.constant('receipt' as const), answers: bytes(16), stored }),
      fc.record({ kind: fc.constant('reset' as const), stored, keys: keysSaid }),
      fc.record({ kind: fc.constant('rotate' as const), keys: keysSaid }),
      fc.record({ kind: fc.constant('revoke' as const), revocation: bytes(revocationLength) }),
      fc.record({
        kind: fc.constant('followed' as const),
        epoch: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
        tag: bytes(16),
        place: bytes(8),
        isRevoked: fc.boolean(),
        isStopped: fc.boolean(),
        hasMoved: fc.boolean(),
      }),
    );
    return said.map((one) => ({ head: { ...made, seq: 0 }, body: one }));
  });

/** A content of any kind, as it may be sent. */
export const content: fc.Arbitrary<{ head: Head; body: Body }> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ head, body }) },
  { weight: 2, arbitrary: unordered },
);
