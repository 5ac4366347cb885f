import { int, keyOf } from './shape.ts';
import type { Expectation, Vector, VectorFile } from './shape.ts';

const prime = 2n ** 255n - 19n;

/** The u-coordinates of the points of order 1, 2, 4 and 8, of the curve and of its twist. */
const smallOrder: ReadonlyArray<readonly [string, bigint]> = [
  ['u = 0', 0n],
  ['u = 1', 1n],
  ['the first of order 8', 325606250916557431795983626356110631294008115727848805560023387167927233504n],
  ['the second of order 8', 39382357235489614581723060781553021112529911719440698176882885853963445705823n],
  ['u = p - 1', prime - 1n],
];

/** A u-coordinate in hex, little endian. */
function u(value: bigint): string {
  return int(value, 32).match(/../g)!.toReversed().join('');
}

function key(name: string, input: string, expect: Expectation): Vector {
  return { name, input, expect };
}

/** Spellings of public keys. */
export function keys(): VectorFile {
  const good = keyOf('alice identity').public;
  return {
    format: 'public key',
    about: 'PROTOCOL.md §1: one key has one spelling, and a key of which nothing is secret has none',
    given: {},
    parts: { good, u: good.slice(2) },
    vectors: [
      key('a key', 'good', 'ok'),
      key('the base point', `05 ${u(9n)}`, 'ok'),
      key('the highest u that is reduced and not of small order', `05 ${u(prime - 2n)}`, 'ok'),
      key('nothing', '', null),
      key('no type byte', 'u', null),
      key('32 bytes', `05 ${good.slice(2, -2)}`, null),
      key('34 bytes', 'good 00', null),
      ...['00', '01', '04', '06', '07', '85', 'ff'].map((type) => key(`type ${type}`, `${type} u`, null)),
      key('a set top bit', `05 ${u(2n ** 255n + 9n)}`, null),
      key('a set top bit on a small u', `05 ${u(2n ** 255n)}`, null),
      key('all bits', '05 ff*32', null),
      key('u = p', `05 ${u(prime)}`, null),
      key('u = p + 1', `05 ${u(prime + 1n)}`, null),
      key('u = p + 9, the base point again', `05 ${u(prime + 9n)}`, null),
      key('u = 2^255 - 1', `05 ${u(2n ** 255n - 1n)}`, null),
      ...smallOrder.map(([name, value]) => key(`small order: ${name}`, `05 ${u(value)}`, null)),
    ],
  };
}
