import { createCipheriv } from 'node:crypto';
import { expand } from '../notation.ts';
import { bundleParts } from './bundles.ts';
import { hex, int, keyOf, sha256, sign } from './shape.ts';
import type { Expectation, Vector, VectorFile } from './shape.ts';

const label = 'cryptochat/bundle/1\0';
const plainLength = 4096 - 12 - 16;
const blobKey = sha256('vectors blob key');
const alice = keyOf('alice identity');
const mallory = keyOf('mallory identity');

/** Insides of blobs (the test encrypts them as §4 says), and whole blobs. */
export function blobs(): readonly [VectorFile, VectorFile] {
  const { parts, fields } = bundleParts();
  const bundle = Object.values(fields).join(' ');
  const bytes = expand(bundle, parts);
  const all = { ...parts, bundle, signature: sign(alice.private, label, bytes) };
  const given = { identity: alice.public, blobKey: hex(blobKey) };
  const length = int(bytes.length, 2);
  const padding = plainLength - 2 - bytes.length - 64;
  const good = `${length} bundle signature 00*${padding}`;
  const inside = (name: string, input: string, expect: Expectation): Vector => ({ name, input, expect });
  const other = Object.values({ ...fields, epoch: '00000000' }).join(' ');
  const insides: VectorFile = {
    format: 'blob inside',
    about: 'PROTOCOL.md §4: what is encrypted with the blob key of an invite',
    given,
    parts: { ...all, other },
    vectors: [
      inside('a bundle, its signature, zero bytes', good, 'ok'),
      inside(
        'signed by another',
        `${length} bundle ${sign(mallory.private, label, bytes)} 00*${padding}`,
        'bundle signature',
      ),
      inside(
        'signed without the label',
        `${length} bundle ${sign(alice.private, bytes)} 00*${padding}`,
        'bundle signature',
      ),
      inside(
        'signed for the next version',
        `${length} bundle ${sign(alice.private, 'cryptochat/bundle/2\0', bytes)} 00*${padding}`,
        'bundle signature',
      ),
      inside('not signed', `${length} bundle 00*64 00*${padding}`, 'bundle signature'),
      inside(
        'the first byte of padding is not zero',
        `${length} bundle signature 01 00*${padding - 1}`,
        'blob padding',
      ),
      inside(
        'the last byte of padding is not zero',
        `${length} bundle signature 00*${padding - 1} 01`,
        'blob padding',
      ),
      inside('a bundle that ends beyond the blob', `ffff bundle signature 00*${padding}`, 'too short'),
      inside('no bundle', `00*${plainLength}`, 'bundle signature'),
      inside(
        'a signed bundle that is bad itself',
        `${length} other ${sign(alice.private, label, expand(other, parts))} 00*${padding}`,
        'epoch',
      ),
    ],
  };
  return [insides, wholeBlobs(expand(good, all), given)];
}

function wholeBlobs(plain: Uint8Array, given: VectorFile['given']): VectorFile {
  const blob = encrypt(plain, 'cryptochat/1 blob');
  const flipped = (at: number): string => hex(blob.map((byte, index) => (index === at ? byte ^ 1 : byte)));
  return {
    format: 'blob',
    about: 'PROTOCOL.md §4',
    given,
    parts: { blob: hex(blob) },
    vectors: [
      { name: 'a blob', input: 'blob', expect: 'ok' },
      { name: 'nothing', input: '', expect: 'blob length' },
      { name: 'a byte less', input: hex(blob.subarray(0, -1)), expect: 'blob length' },
      { name: 'a byte more', input: 'blob 00', expect: 'blob length' },
      { name: 'the next bucket', input: '00*16384', expect: 'blob length' },
      { name: 'zero bytes', input: '00*4096', expect: 'blob tag' },
      { name: 'a bit of the nonce', input: flipped(0), expect: 'blob tag' },
      { name: 'a bit of the text', input: flipped(2000), expect: 'blob tag' },
      { name: 'a bit of the tag', input: flipped(4095), expect: 'blob tag' },
      {
        name: 'encrypted for another use',
        input: hex(encrypt(plain, 'cryptochat/1 vault')),
        expect: 'blob tag',
      },
      {
        name: 'encrypted with another key',
        input: hex(encrypt(plain, 'cryptochat/1 blob', sha256('other'))),
        expect: 'blob tag',
      },
    ],
  };
}

function encrypt(plain: Uint8Array, use: string, key: Uint8Array = blobKey): Buffer {
  const nonce = sha256('vectors nonce').subarray(0, 12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(use));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}
