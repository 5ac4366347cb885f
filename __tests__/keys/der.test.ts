import { expect, test } from 'vitest';
import fc from 'fast-check';
import { der, derInteger, oid, readDer, readInteger, sequence, tags } from '../../source/keys/der.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

test.each([
  [0, '020100'],
  [5, '020105'],
  [127, '02017f'],
  [128, '02020080'],
  [16_384, '02024000'],
  [65_535, '020300ffff'],
])('the integer %i is %s', (value, written) => {
  expect(hex(derInteger(value))).toBe(written);
  expect(readInteger(readDer(bytes(written))?.[0])).toBe(value);
});

test.each([
  [0, '0400'],
  [127, '047f'],
  [128, '048180'],
  [255, '0481ff'],
  [256, '04820100'],
])('an element of %i bytes begins with %s', (length, head) => {
  const element = der(tags.octets, new Uint8Array(length));
  expect(hex(element)).toBe(head + '00'.repeat(length));
  expect(readDer(element)?.[0]?.content).toHaveLength(length);
});

test('sequences hold elements, or none', () => {
  const written = sequence(oid('2b656e'), sequence(), derInteger(1));
  expect(hex(written)).toBe('300a06032b656e3000020101');
  expect(readDer(written)?.[0]?.children.map(({ tag }) => tag)).toEqual([6, 0x30, 2]);
});

test.each([
  ['a tag alone', '04'],
  ['a cut content', '0402ff'],
  ['a long length that would fit the short form', '04810100'],
  ['a length of two bytes that would fit one', '0482008000'],
  ['a length of three bytes', '0483000001ff'],
  ['a cut length', '048201'],
  ['an indefinite length', '30800000'],
  ['a child longer than its sequence', '30030402ff'],
])('%s is not DER', (_, text) => expect(readDer(bytes(text))).toBeNull());

test.each([
  ['a negative integer', '0201ff'],
  ['an integer of five bytes', '02050100000000'],
  ['an empty integer', '0200'],
  ['octets', '040105'],
])('%s is the number 0', (_, text) => expect(readInteger(readDer(bytes(text))?.[0])).toBe(0));

test('reads or refuses any bytes, and writes what it read the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
      const nodes = readDer(new Uint8Array(any));
      if (nodes) expect(hex(Buffer.concat(nodes.map((node) => der(node.tag, node.content))))).toBe(hex(any));
    }),
    { numRuns: 2000 },
  );
});
