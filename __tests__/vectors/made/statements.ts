import { expand } from '../notation.ts';
import { bundleParts } from './bundles.ts';
import { badKeys, hex, int, keyOf, sign, text8 } from './shape.ts';
import type { Expectation, Vector, VectorFile } from './shape.ts';

const oldKey = keyOf('alice identity');
const newKey = keyOf('alice second identity');
const mallory = keyOf('mallory identity');

const fields = {
  label: hex(Buffer.from('cryptochat/rotate/1\0')),
  epoch: '00000002',
  time: int(1_700_000_000_000, 8),
  old: 'old',
  new: 'new',
  previous: '00*32',
};
const parts = { old: oldKey.public, new: newKey.public };

type Change = Partial<typeof fields> & { end?: string; byOld?: string; byNew?: string };

/** A statement with both signatures; they fit unless `change` says otherwise. */
function statement(name: string, expect: Expectation, change: Change): Vector {
  const { end = '', byOld, byNew, ...changed } = change;
  const said = `${Object.values({ ...fields, ...changed }).join(' ')} ${end}`.trim();
  const bytes = expand(said, parts);
  const signatures = `${byOld ?? sign(oldKey.private, bytes)} ${byNew ?? sign(newKey.private, bytes)}`;
  return { name, input: `${said} ${signatures}`, expect };
}

/** Signed rotation statements: the statement, then the signatures by the old and by the new key. */
export function statements(): VectorFile {
  const bytes = expand(Object.values(fields).join(' '), parts);
  const good = statement('the first rotation', 'ok', {});
  const means = {
    epoch: 2,
    time: 1_700_000_000_000,
    oldKey: oldKey.public,
    newKey: newKey.public,
    previous: '00'.repeat(32),
  };
  return {
    format: 'statement',
    about: 'PROTOCOL.md §7; whether epoch, old key and previous statement fit is seen against the contact',
    given: {},
    parts,
    vectors: [
      { ...good, means },
      statement('a later rotation', 'ok', { epoch: '00000009', previous: 'ab*32' }),
      statement('another label', 'statement label', { label: hex(Buffer.from('cryptochat/rotate/2\0')) }),
      statement('a label that ends otherwise', 'statement label', {
        label: hex(Buffer.from('cryptochat/rotate/1 ')),
      }),
      statement('a time above 2^53 - 1', 'number too large', { time: int(2n ** 53n, 8) }),
      ...Object.entries(badKeys).flatMap(([name, key]) => [
        statement(`old identity: ${name}`, 'old identity is no valid key', { old: key }),
        statement(`new identity: ${name}`, 'new identity is no valid key', { new: key }),
      ]),
      statement('a previous hash that is cut', 'too short', { previous: '00*31' }),
      statement('a byte too many', 'trailing bytes', { end: '00' }),
      statement('not signed by the old key', 'signature of the old key', { byOld: '00*64' }),
      statement('signed by another instead of the old key', 'signature of the old key', {
        byOld: sign(mallory.private, bytes),
      }),
      statement('signed by the new key twice', 'signature of the old key', {
        byOld: sign(newKey.private, bytes),
      }),
      statement('not signed by the new key', 'signature of the new key', { byNew: '00*64' }),
      statement('signed by the old key twice', 'signature of the new key', {
        byNew: sign(oldKey.private, bytes),
      }),
      statement('signed without the label', 'signature of the old key', {
        byOld: sign(oldKey.private, bytes.subarray(20)),
      }),
      statement('another epoch under the signatures', 'signature of the old key', {
        epoch: '00000003',
        byOld: sign(oldKey.private, bytes),
        byNew: sign(newKey.private, bytes),
      }),
    ],
  };
}

/** Keys as a rotate and a reset tell them, read with the identity that they lead to. */
export function keysSaid(): VectorFile {
  const { parts: more, fields: made } = bundleParts();
  const kyber = Buffer.from(more['kyber'] ?? '', 'hex');
  const signedKey = Buffer.from(made.signedKey, 'hex');
  const byNew = {
    signedSignature: sign(newKey.private, signedKey),
    kyberSignature: sign(newKey.private, kyber),
  };
  const bundle = Object.values({ ...made, ...byNew, epoch: '00000002', chain: 'ab*32' }).join(' ');
  const byOld = Object.values({ ...made, epoch: '00000002', chain: 'ab*32' }).join(' ');
  const said = expand(Object.values(fields).join(' '), parts);
  const signed = `${hex(said)} ${sign(oldKey.private, said)} ${sign(newKey.private, said)}`;
  const profile = Object.values({
    name: text8('alice'),
    address: text8('alice.example:8080'),
    epoch: '00000002',
    chain: 'ab*32',
    sealKey: keyOf('alice seal').public,
    slotKey: '5a*32',
    fields: `01 01 0020 fe07 00*30`,
  }).join(' ');
  const all = { ...more, ...parts, bundle, byOld, profile, signed };
  const length = (name: string): string => int(expand(name, all).length, 2);
  const bundled = `${length('bundle')} bundle`;
  const oldBundle = `${length('byOld')} byOld`;
  const label = 'cryptochat/keys/1\0';
  const reader = keyOf('bob identity').public;
  const by = (signer: ReturnType<typeof keyOf>, rest: string, { under = label, to = reader } = {}): string =>
    sign(signer.private, under, expand(`${to} profile ${rest}`, all));
  const one = (name: string, expect: Expectation, input: string): Vector => ({ name, input, expect });
  return {
    format: 'keys',
    about: 'PROTOCOL.md §7; read with the identity that the statements lead to, by the reader whom they are for',
    given: { identity: newKey.public, reader },
    parts: all,
    vectors: [
      {
        ...one('with a statement and without a bundle', 'ok', `profile 01 signed 0000 ${by(newKey, '0000')}`),
        means: {
          profile: { epoch: 2, slotKey: '5a'.repeat(32), abilities: `fe07${'00'.repeat(30)}` },
          statements: [{ statement: hex(said) }],
          bundle: '',
        },
      },
      one('with a bundle and without a statement', 'ok', `profile 00 ${bundled} ${by(newKey, bundled)}`),
      one('signed by the old key', 'keys signature', `profile 01 signed 0000 ${by(oldKey, '0000')}`),
      one('not signed', 'keys signature', 'profile 01 signed 0000 00*64'),
      one('signed as a bundle', 'keys signature', `profile 00 0000 ${by(newKey, '0000', { under: 'cryptochat/bundle/1\0' })}`),
      one('signed for another reader', 'keys signature', `profile 00 0000 ${by(newKey, '0000', { to: oldKey.public })}`),
      one('signed for nobody', 'keys signature', `profile 00 0000 ${by(newKey, '0000', { to: '' })}`),
      one('signed with another bundle', 'keys signature', `profile 00 ${bundled} ${by(newKey, '0000')}`),
      one('a bundle with prekeys of the old key', 'signed prekey signature', `profile 00 ${oldBundle} ${by(newKey, oldBundle)}`),
      one('201 statements', 'statement count', `profile c9 00*52 0000 00*64`),
      one('fewer statements than it says', 'too short', `profile 02 signed 0000 00*64`),
      one('a signature that is cut', 'too short', 'profile 00 0000 00*63'),
      one('a byte too many', 'trailing bytes', 'profile 00 0000 00*65'),
    ],
  };
}
