import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PublicKey } from '@signalapp/libsignal-client';
import { describe, expect, test } from 'vitest';
import { decodeDone, decodeParcel, doorAt } from '../../source/core/parcel.ts';
import { readPouch } from '../../source/core/pouch.ts';
import { slotFor, tableOf } from '../../source/inbox/slots.ts';
import { decodeBatch, decodeCollect, decodeGrant, decodeTable } from '../../source/core/box-bodies.ts';
import { openBlob } from '../../source/protocol/blob.ts';
import { decodeBundle } from '../../source/protocol/bundle.ts';
import { isRejected, readRecord } from '../../source/protocol/bytes.ts';
import { decodeContent } from '../../source/protocol/kinds/content.ts';
import type { Content } from '../../source/protocol/kinds/content.ts';
import { kinds } from '../../source/protocol/kinds/table.ts';
import { openEnvelope } from '../../source/protocol/envelope.ts';
import { importKey } from '../../source/protocol/import-key.ts';
import { decodeBoxLink } from '../../source/protocol/box-link.ts';
import { decodeLink } from '../../source/protocol/link.ts';
import { readRevocation } from '../../source/protocol/revoke.ts';
import { areSignedBy, bundleIn, decodeKeys } from '../../source/protocol/keys.ts';
import { readStatement } from '../../source/protocol/rotate.ts';
import type { VectorFile } from './made/shape.ts';
import { expand } from './notation.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Given = (name: string) => Bytes;

/** How an input of each format is read; `given` is what the reader knows beforehand. */
const readers: Readonly<Record<string, (input: Bytes, given: Given) => unknown>> = {
  'public key': (input) => importKey(input),
  bundle: (input, given) => decodeBundle(input, given('identity')),
  blob: (input, given) => openBlob(input, given('blobKey'), given('identity')),
  'blob inside': (input, given) =>
    openBlob(encrypt(input, given('blobKey')), given('blobKey'), given('identity')),
  envelope: (input, given) => openEnvelope(input, given('sealPrivate')),
  'envelope inside': (input, given) => openEnvelope(seal(input, given('sealPublic')), given('sealPrivate')),
  content: (input) => decodeContent(input),
  statement: (input) =>
    readStatement({
      statement: input.slice(0, -128),
      byOld: input.slice(-128, -64),
      byNew: input.slice(-64),
    }),
  revocation: (input) => readRevocation(input),
  pouch: (input, given) => pouchFor(input, given('slotKey')),
  'box collect': decodeCollect,
  'box table': decodeTable,
  'box batch': decodeBatch,
  'box grant': decodeGrant,
  parcel: (input, given) => parcelFor(input, given('slotKey')),
  'parcel done': decodeDone,
  keys: (input, given) => {
    const keys = readRecord(input, decodeKeys);
    if (isRejected(keys)) return keys;
    if (!areSignedBy(keys, given('identity'), given('reader'))) return { rejected: 'keys signature' };
    const bundle = bundleIn(keys, given('identity'));
    return isRejected(bundle) ? bundle : keys;
  },
};

/** A parcel, with the doors that its writer would make now. */
function parcelFor(input: Bytes, slotKey: Bytes): unknown {
  const parcel = decodeParcel(input);
  if (!parcel) return null;
  const { doors, envelope } = parcel;
  return {
    ...parcel,
    doors: doors.map(({ place, nonce }) => doorAt(place, slotKey, { nonce, envelope })),
  };
}

/** A pouch, for somebody with one slot. */
function pouchFor(input: Bytes, key: Bytes): unknown {
  const pouch = readPouch(input);
  if (!pouch) return 'no pouch';
  if (pouch.kind === 'link') return pouch;
  const table = tableOf([{ id: '0'.repeat(16), key, files: 1, bytes: 1 }]);
  const lengths = pouch.envelopes.map(({ length }) => length);
  return slotFor(table, pouch.auth, pouch.post) ? { kind: pouch.kind, lengths } : 'not for me';
}

function encrypt(plain: Bytes, key: Bytes): Bytes {
  const nonce = new Uint8Array(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from('cryptochat/1 blob'));
  return new Uint8Array(Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
}

function seal(inside: Bytes, key: Bytes): Bytes {
  return new Uint8Array(PublicKey.deserialize(key).seal(inside, 'cryptochat/1 envelope'));
}

/** Formats that are text. */
const textReaders: Readonly<Record<string, (input: string) => unknown>> = {
  link: decodeLink,
  'box link': decodeBoxLink,
};

/** The meaning of an answer, in the words of the vectors. */
function verdict(answer: unknown): string | null {
  if (answer === null || typeof answer === 'string') return answer;
  if (isRejected(answer)) return answer.rejected;
  return brokenBody(answer) ?? 'ok';
}

/** Why the body of a content is broken whose head is whole. */
function brokenBody(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('body' in answer)) return null;
  const { body } = answer as Content;
  return body.kind === 'broken' ? body.reason : null;
}

/** The same with bytes written in hex. */
function inHex(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(inHex);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inHex(inner)]));
}

function load(name: string): VectorFile {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as VectorFile;
}

const names = [
  'public-keys',
  'links',
  'bundles',
  'blob-insides',
  'blobs',
  'envelope-insides',
  'envelopes',
  'contents',
  'statements',
  'keys',
  'revocations',
  'pouches',
  'box-collects',
  'box-tables',
  'box-batches',
  'box-grants',
  'box-links',
  'parcels',
  'parcel-notes',
];

describe.each(names.map((name) => [name, load(name)] as const))('%s', (_, file) => {
  test.each(file.vectors.map((vector) => [vector.name, vector] as const))('%s', (__, vector) => {
    const given: Given = (name) => expand(file.given[name] ?? '');
    const read = readers[file.format];
    const answer = read
      ? read(expand(vector.input, file.parts), given)
      : textReaders[file.format]?.(vector.input);
    expect(verdict(answer)).toBe(vector.expect);
    if (vector.means !== undefined) expect(inHex(answer)).toMatchObject(vector.means as object);
  });

  test('has a name for every vector, and one vector for every input', () => {
    expect(new Set(file.vectors.map((vector) => vector.name)).size).toBe(file.vectors.length);
    expect(new Set(file.vectors.map((vector) => vector.input)).size).toBe(file.vectors.length);
  });
});

test('has a content of every kind that is read', () => {
  const { vectors, parts } = load('contents');
  const answers = vectors.map(({ input }) => decodeContent(expand(input, parts)));
  const read = answers.map((answer) => (isRejected(answer) ? null : answer.body.kind));
  expect(Object.keys(kinds).filter((name) => !read.some((kind) => kind === name))).toEqual([]);
});
