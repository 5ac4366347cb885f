import { expand } from '../notation.ts';
import { badKeys, hex, int, keyOf, sign } from './shape.ts';
import type { Expectation, Vector, VectorFile } from './shape.ts';

const revoked = keyOf('alice identity');
const mallory = keyOf('mallory identity');

const fields = {
  label: hex(Buffer.from('cryptochat/revoke/1\0')),
  time: int(1_700_000_000_000, 8),
  identity: 'identity',
};
const parts = { identity: revoked.public };

type Change = Partial<typeof fields> & { end?: string; signature?: string };

/** A revocation with its signature, which fits unless `change` says otherwise. */
function revocation(name: string, expect: Expectation, change: Change): Vector {
  const { end = '', signature, ...changed } = change;
  const said = Object.values({ ...fields, ...changed }).join(' ');
  const input = `${said} ${signature ?? sign(revoked.private, expand(said, parts))} ${end}`.trim();
  return { name, input, expect };
}

/** Revocations: a key says of itself that it is to be trusted no more. */
export function revocations(): VectorFile {
  const bytes = expand(Object.values(fields).join(' '), parts);
  const good = revocation('a revocation', 'ok', {});
  return {
    format: 'revocation',
    about: 'PROTOCOL.md §7; whether the key is one of the contact is seen against the contact',
    given: {},
    parts,
    vectors: [
      { ...good, means: { time: 1_700_000_000_000, identity: revoked.public } },
      revocation('the latest time', 'ok', { time: int(2n ** 53n - 1n, 8) }),
      revocation('nothing', 'too short', { label: '', time: '', identity: '', signature: '' }),
      revocation('another label', 'revocation label', { label: hex(Buffer.from('cryptochat/revoke/2\0')) }),
      revocation('a label that ends otherwise', 'revocation label', {
        label: hex(Buffer.from('cryptochat/revoke/1 ')),
      }),
      revocation('the label of a rotation', 'revocation label', {
        label: hex(Buffer.from('cryptochat/rotate/1\0')),
      }),
      revocation('a time above 2^53 - 1', 'number too large', { time: int(2n ** 53n, 8) }),
      ...Object.entries(badKeys).map(([name, key]) =>
        revocation(`identity: ${name}`, 'revoked identity is no valid key', { identity: key }),
      ),
      revocation('not signed', 'revocation signature', { signature: '00*64' }),
      revocation('signed by another', 'revocation signature', { signature: sign(mallory.private, bytes) }),
      revocation('of another, signed by this one', 'revocation signature', { identity: mallory.public }),
      revocation('signed without the label', 'revocation signature', {
        signature: sign(revoked.private, bytes.subarray(20)),
      }),
      revocation('another time under the signature', 'revocation signature', {
        time: int(1_700_000_000_001, 8),
        signature: sign(revoked.private, bytes),
      }),
      revocation('a signature that is cut', 'too short', { signature: '00*63' }),
      revocation('a byte too many', 'trailing bytes', { end: '00' }),
    ],
  };
}
