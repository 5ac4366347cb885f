import { KEMKeyPair } from '@signalapp/libsignal-client';
import { badKeys, hex, int, keyOf, sign, text8 } from './shape.ts';
import type { Expectation, Vector, VectorFile } from './shape.ts';

const alice = keyOf('alice identity');
const mallory = keyOf('mallory identity');
const signed = keyOf('alice signed prekey');

/** The fields of a bundle in their order; each one may be replaced. */
export const bundleFields = {
  version: '01',
  epoch: '00000001',
  chain: '00*32',
  registrationId: int(4711, 4),
  sealKey: keyOf('alice seal').public,
  signedId: '00000007',
  signedKey: signed.public,
  signedSignature: sign(alice.private, Buffer.from(signed.public, 'hex')),
  oneTimeCount: '01',
  oneTimeId: '00000008',
  oneTimeKey: keyOf('alice one-time prekey').public,
  kyberId: '00000009',
  kyberLength: int(1569, 2),
  kyberKey: 'kyber',
  kyberSignature: '',
  name: text8('alice'),
  fields: '00',
};

/** The parts of a bundle; the Kyber key is a new one in each run. */
export function bundleParts(): { parts: Record<string, string>; fields: typeof bundleFields } {
  const kyber = KEMKeyPair.generate().getPublicKey().serialize();
  return {
    parts: { kyber: hex(kyber) },
    fields: { ...bundleFields, kyberSignature: sign(alice.private, kyber) },
  };
}

/** Bundles by themselves. */
export function bundles(): VectorFile {
  const { parts, fields } = bundleParts();
  const kyber = Buffer.from(parts['kyber'] ?? '', 'hex');
  const write = (change: Partial<typeof fields>): string =>
    Object.values({ ...fields, ...change })
      .filter((word) => word !== '')
      .join(' ');
  const bad = (name: string, expect: Expectation, change: Partial<typeof fields>): Vector => ({
    name,
    input: write(change),
    expect,
  });
  const good = (name: string, change: Partial<typeof fields>, means: unknown): Vector => ({
    name,
    input: write(change),
    expect: 'ok',
    means,
  });
  const noOneTime = { oneTimeId: '', oneTimeKey: '' };
  const keyFields = { sealKey: 'seal key', signedKey: 'signed prekey', oneTimeKey: 'one-time prekey' };
  return {
    format: 'bundle',
    about: 'PROTOCOL.md §4; read with the identity that the reader expects',
    given: { identity: alice.public },
    parts,
    vectors: [
      good('a bundle', {}, { epoch: 1, registrationId: 4711, sealKey: fields.sealKey, signedPreKeyId: 7,
        oneTime: { id: 8, key: fields.oneTimeKey }, kyberPreKeyId: 9, signedPreKey: fields.signedKey, name: 'alice' }), // prettier-ignore
      good('no one-time prekey', { oneTimeCount: '00', ...noOneTime }, { oneTime: null, kyberPreKeyId: 9 }),
      good('a later epoch', { epoch: '00000003', chain: 'ab*32' }, { epoch: 3, chain: 'ab'.repeat(32) }),
      good('the highest registration id', { registrationId: int(16_383, 4) }, { registrationId: 16_383 }),
      good('no name', { name: '00' }, { name: '' }),
      good('a name of 128 bytes', { name: '80 61*128' }, { name: 'a'.repeat(128) }),
      bad('nothing', 'too short', Object.fromEntries(Object.keys(fields).map((key) => [key, '']))),
      bad('version 0', 'version', { version: '00' }),
      bad('version 2', 'version', { version: '02' }),
      bad('epoch 0', 'epoch', { epoch: '00000000' }),
      bad('registration id 16384', 'registration id', { registrationId: int(16_384, 4) }),
      ...Object.entries(keyFields).flatMap(([field, label]) =>
        Object.entries(badKeys).map(([name, key]) =>
          bad(`${label}: ${name}`, `${label} is no valid key`, { [field]: key }),
        ),
      ),
      bad('two one-time prekeys', 'one-time prekey count', {
        oneTimeCount: '02',
        oneTimeKey: `${fields.oneTimeKey} 0000000a ${keyOf('alice other prekey').public}`,
      }),
      bad('a one-time prekey that is not there', 'one-time prekey is no valid key', noOneTime),
      bad('a one-time prekey that is said not to be there', 'kyber prekey is no valid key', {
        oneTimeCount: '00',
      }),
      bad('signed prekey signed by another', 'signed prekey signature', {
        signedSignature: sign(mallory.private, Buffer.from(signed.public, 'hex')),
      }),
      bad('another signed prekey under the signature', 'signed prekey signature', {
        signedKey: keyOf('mallory signed prekey').public,
      }),
      bad('signed prekey signed without its type byte', 'signed prekey signature', {
        signedSignature: sign(alice.private, signed.u),
      }),
      bad('a signature of zero bytes', 'signed prekey signature', { signedSignature: '00*64' }),
      bad('no Kyber prekey', 'kyber prekey is no valid key', { kyberLength: '0000', kyberKey: '' }),
      bad('a Kyber prekey that is cut', 'kyber prekey is no valid key', {
        kyberLength: int(1568, 2),
        kyberKey: hex(kyber.subarray(0, -1)),
      }),
      bad('a Kyber prekey of an unknown type', 'kyber prekey is no valid key', {
        kyberKey: `ff ${hex(kyber.subarray(1))}`,
      }),
      bad('Kyber prekey signed by another', 'kyber prekey signature', {
        kyberSignature: sign(mallory.private, kyber),
      }),
      bad('the two signatures swapped', 'signed prekey signature', {
        signedSignature: fields.kyberSignature,
        kyberSignature: fields.signedSignature,
      }),
      bad('the Kyber signature of the other key', 'kyber prekey signature', {
        kyberSignature: fields.signedSignature,
      }),
      bad('a name that is not UTF-8', 'text is not UTF-8', { name: '02 c328' }),
      bad('a name with an overlong zero', 'text is not UTF-8', { name: '02 c080' }),
      bad('a name with a surrogate', 'text is not UTF-8', { name: '03 eda080' }),
      bad('a name of 129 bytes', 'name too long', { name: '81 61*129' }),
      bad('a name that is cut', 'too short', { name: '06 616c696365' }),
      bad('a byte too many', 'trailing bytes', { fields: '00 00' }),
      good('two statements', { fields: '01 01 0204 5a*516' }, { statements: [{ byNew: '5a'.repeat(64) }, {}] }),
      bad('a statement that is cut', 'statements', { fields: '01 01 0101 5a*257' }),
      bad('seven statements', 'statements', { fields: '01 01 070e 5a*1806' }),
      good('an odd field of a later version', { fields: '01 03 0001 aa' }, { name: 'alice' }),
      bad('an even field of a later version', 'unknown field', { fields: '01 02 0000' }),
    ],
  };
}
