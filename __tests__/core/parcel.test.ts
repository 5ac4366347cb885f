import fc from 'fast-check';
import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  authOf,
  checkOf,
  decodeDone,
  decodeParcel,
  doneBytes,
  doorAt,
  encodeDone,
  encodeParcel,
  keptAt,
  laneOf,
  parcelBytes,
  type Done,
  type Parcel,
} from '../../source/core/parcel.ts';
import { digestOf, slotId, authorise } from '../../source/core/request.ts';
import { slotKeyAt } from '../../source/core/slot-key-at.ts';
import type { Bytes } from '../../source/core/types.ts';

function bytes(length: number, fill = 7): Bytes {
  return new Uint8Array(length).fill(fill);
}

const slotKey = new Uint8Array(randomBytes(32));
const box = 'A'.repeat(22);
const places = ['a.example:80', 'https://b.example:443/word', `c.example:8080/b/${box}`, '[2001:db8::1]:1'];

function parcelOf(count: number, length = 4096): Parcel {
  const envelope = new Uint8Array(randomBytes(length));
  const nonces = places.slice(0, count).map(() => new Uint8Array(randomBytes(16)));
  const doors = nonces.map((nonce, at) => doorAt(places[at]!, slotKey, { nonce, envelope }));
  return { slot: slotId(slotKey), notAfter: count === 2 ? 0 : 1_700_000_000_000, doors, envelope };
}

const done: Done = {
  at: 1_700_000_000_000,
  tries: 3,
  place: places[2]!,
  nonce: bytes(16),
  kept: bytes(16, 9),
  head: 'POST /message HTTP/1.1\r\nHost: c.example:8080\r\n\r\n',
};

/** A file with another byte and a valid sum: only its meaning can be refused. */
function summed(file: Bytes): Bytes {
  const sum = createHash('sha256').update(file.subarray(0, -16)).digest().subarray(0, 16);
  return new Uint8Array(Buffer.concat([file.subarray(0, -16), sum]));
}

test.each([1, 2, 3, 4])('a parcel with %s places reads back as written', (count) => {
  for (const length of [4096, 16_384, 65_536]) {
    const parcel = parcelOf(count, length);
    const file = encodeParcel(parcel);
    expect(file.length).toBeLessThanOrEqual(parcelBytes);
    expect(decodeParcel(file)).toEqual(parcel);
  }
});

test('a note reads back as written', () => {
  expect(decodeDone(encodeDone(done))).toEqual(done);
  const long = { ...done, head: 'x'.repeat(4096) };
  expect(encodeDone(long).length).toBeLessThanOrEqual(doneBytes);
  expect(decodeDone(encodeDone(long))).toEqual(long);
});

test('rejects any single changed, missing or extra byte', () => {
  const [parcel, note] = [encodeParcel(parcelOf(2)), encodeDone(done)];
  const readers = [
    [parcel, decodeParcel],
    [note, decodeDone],
  ] as const;
  for (const [file, read] of readers) {
    for (let at = 0; at < file.length; at += 1) {
      const changed = file.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect([at, read(changed)]).toEqual([at, null]);
    }
    for (const end of [0, 1, 15, 16, 17, file.length - 1]) expect(read(file.slice(0, end))).toBeNull();
    expect(read(new Uint8Array([...file, 0]))).toBeNull();
    expect(read(summed(new Uint8Array([...file.subarray(0, -16), 0, ...file.subarray(-16)])))).toBeNull();
  }
});

test('refuses a file with a valid sum for what it says', () => {
  const parcel = parcelOf(1);
  const file = encodeParcel(parcel);
  const at = (offset: number, value: number): Bytes => {
    const changed = file.slice();
    changed[offset] = value;
    return summed(changed);
  };
  const sizeAt = file.length - 16 - 4096 - 1;
  const bad = {
    'version 0': at(0, 0),
    'version 2': at(0, 2),
    'a time above 2^53': at(9, 0xff),
    'no door': at(17, 0),
    'five doors': at(17, 5),
    'two doors instead of one': at(17, 2),
    'a place without a port': at(18 + 10, 0x20),
    'an empty place': at(18, 0),
    'size 0': at(sizeAt, 0),
    'size 2': at(sizeAt, 2),
    'size 4': at(sizeAt, 4),
  };
  for (const [why, changed] of Object.entries(bad)) expect([why, decodeParcel(changed)]).toEqual([why, null]);
  const [door] = parcel.doors;
  expect(decodeParcel(encodeParcel({ ...parcel, doors: [door!, door!] }))).toBeNull();
  for (const head of ['\0', 'é', '\u001B[2J']) expect(decodeDone(encodeDone({ ...done, head }))).toBeNull();
  expect(decodeDone(encodeDone({ ...done, head: 'x'.repeat(4097) }))).toBeNull();
  expect(decodeDone(encodeDone({ ...done, tries: 0 }))).toBeNull();
  expect(decodeDone(encodeDone({ ...done, place: 'nowhere' }))).toBeNull();
});

test('no bytes make a reader throw', () => {
  const any = fc.uint8Array({ maxLength: 400 }).map((file) => new Uint8Array(file));
  fc.assert(
    fc.property(any, fc.boolean(), (file, isSummed) => {
      const read = isSummed && file.length >= 16 ? summed(file) : file;
      for (const reader of [decodeParcel, decodeDone]) expect(() => reader(read)).not.toThrow();
    }),
  );
});

test('a door says what a sender would have said, and its check fits the proof alone', () => {
  for (const place of places) {
    const letter = { nonce: new Uint8Array(randomBytes(16)), envelope: bytes(4096) };
    const door = doorAt(place, slotKey, letter);
    const key = slotKeyAt(place, slotKey);
    const nonce = Buffer.from(letter.nonce).toString('base64url');
    expect(authOf(door)).toBe(authorise(key, { path: '/message', nonce, digest: digestOf(letter.envelope) }));
    const kept = Buffer.from(keptAt(place, slotKey, letter), 'base64url');
    expect(checkOf(kept)).toEqual(door.check);
    expect(Buffer.from(encodeParcel({ ...parcelOf(1), doors: [door] })).includes(kept)).toBe(false);
    expect(keptAt(place, slotKey, { ...letter, envelope: bytes(4096, 8) })).not.toBe(
      kept.toString('base64url'),
    );
  }
});

test('a lane differs for another slot or address', () => {
  const lanes = [
    laneOf('a.example:80', slotKey),
    laneOf('a.example:81', slotKey),
    laneOf('a.example:80', bytes(32)),
  ];
  expect(new Set(lanes).size).toBe(3);
  for (const lane of lanes) expect(lane).toMatch(/^[\da-f]{32}$/u);
});
