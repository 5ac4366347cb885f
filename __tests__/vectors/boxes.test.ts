import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  agreementKeyOf,
  boxIdOf,
  boxSealKey,
  boxSlotKey,
  doneProof,
  grantProof,
  isOwners,
  lentKey,
  makeTicket,
  openBody,
  parseOwner,
  publicKeyOf,
  readTicket,
  sealBody,
  signOwner,
  voucherAt,
  type Verb,
} from '../../source/core/box.ts';
import { toBase64url, toHex } from '../../source/core/bytes.ts';
import { slotKeyAt } from '../../source/core/slot-key-at.ts';
import type { boxDerivations } from './made/boxes.ts';
import { expand } from './notation.ts';

const told = JSON.parse(
  readFileSync(new URL('box-derivations.json', import.meta.url), 'utf8'),
) as ReturnType<typeof boxDerivations>;
const { box, ticket, digest } = told;
const [seed, sealKey, publicKey] = [told.seed, told.sealKey, told.publicKey].map((hex) => expand(hex)) as [
  Uint8Array<ArrayBuffer>,
  Uint8Array<ArrayBuffer>,
  Uint8Array<ArrayBuffer>,
];

test('the id of a box and the slot keys at it', () => {
  expect(toHex(publicKeyOf(seed))).toBe(told.publicKey);
  expect(boxIdOf(publicKey)).toBe(box);
  const slotKey = expand(told.slotKey);
  expect(toHex(boxSlotKey(slotKey, box))).toBe(told.boxSlotKey);
  expect(toHex(slotKeyAt(`a.example:80/b/${box}`, slotKey))).toBe(told.boxSlotKey);
  expect(slotKeyAt('a.example:80/word', slotKey)).toBe(slotKey);
});

test('slots that share a gate share one at a box, and another one at each box', () => {
  const slots = [1, 2].map((n) => Uint8Array.from({ length: 32 }, (_, at) => (at < 16 ? 7 : n)));
  const boxes = [box, 'A'.repeat(22)];
  const gates = boxes.map((one) => slots.map((slot) => toHex(boxSlotKey(slot, one).subarray(0, 16))));
  expect(gates[0]?.[0]).toBe(gates[0]?.[1]);
  expect(gates[1]?.[0]).toBe(gates[1]?.[1]);
  expect(gates[0]?.[0]).not.toBe(gates[1]?.[0]);
});

test('the key of a voucher, and the seal key that both sides find with it', () => {
  const voucherKey = lentKey(expand(told.lentSecret));
  expect(toHex(voucherKey)).toBe(told.voucherKey);
  expect(toHex(voucherAt(voucherKey, box))).toBe(told.voucherAt);
  const [owner, host] = [seed, expand(told.hostSecret)].map((secret) => agreementKeyOf(secret, box));
  expect(toHex(owner!.public)).toBe(told.ownerAgreement);
  expect(toHex(host!.public)).toBe(told.hostAgreement);
  const about = { voucherKey, box };
  expect(toHex(boxSealKey(owner!.secret, host!.public, about)!)).toBe(told.sealKey);
  expect(toHex(boxSealKey(host!.secret, owner!.public, about)!)).toBe(told.sealKey);
  expect(boxSealKey(host!.secret, new Uint8Array(32), about)).toBeNull();
});

test.each(['collect', 'table', 'leave'] as const)('the signature and the proof of %s', (verb: Verb) => {
  const ask = { verb, box, ticket, digest };
  expect(signOwner(seed, ask)).toBe(told.asked[verb]?.owner);
  expect(doneProof(sealKey, ask)).toBe(told.asked[verb]?.done);
  const { ticket: said, signature } = parseOwner(told.asked[verb]?.owner)!;
  expect(said).toBe(ticket);
  expect(isOwners(publicKey, ask, signature)).toBe(true);
  const others = [
    { ...ask, verb: verb === 'table' ? ('leave' as const) : ('table' as const) },
    { ...ask, box: 'A'.repeat(22) },
    { ...ask, ticket: `${ticket.slice(0, -1)}A` },
    { ...ask, digest: digest.replace('=:', '=:A') },
  ];
  for (const other of others) expect(isOwners(publicKey, other, signature)).toBe(false);
  expect(isOwners(publicKeyOf(new Uint8Array(32)), ask, signature)).toBe(false);
});

test('an x-cc-owner has one spelling', () => {
  const owner = told.asked['table']?.owner ?? '';
  const bad = [
    undefined,
    '',
    owner.replace('v1', 'v2'),
    `${owner}A`,
    owner.slice(0, -1),
    owner.replace(/.$/, (last) => (last === 'B' ? 'D' : 'B')),
    ` ${owner}`,
    `${owner} `,
  ];
  for (const text of bad) expect(parseOwner(text)).toBeNull();
});

test('a ticket is good for its box and its key alone', () => {
  const key = expand(told.ticketKey);
  expect(makeTicket(key, box, { time: 123_456, serial: 7 })).toBe(ticket);
  expect(readTicket(key, box, ticket)).toEqual({ time: 123_456, serial: 7 });
  expect(readTicket(key, 'A'.repeat(22), ticket)).toBeNull();
  expect(readTicket(seed, box, ticket)).toBeNull();
  for (let at = 0; at < 24; at += 1) {
    const bytes = Buffer.from(ticket, 'base64url');
    bytes[at]! ^= 1;
    expect(readTicket(key, box, toBase64url(bytes))).toBeNull();
  }
  expect(readTicket(key, box, '')).toBeNull();
});

test('a sealed body opens for its own request alone', () => {
  const about = { what: 'collect', box, ticket } as const;
  const { nonce, plain, body } = told.sealed;
  expect(toHex(sealBody(sealKey, about, expand(plain), expand(nonce)))).toBe(body);
  expect(toHex(openBody(sealKey, about, expand(body))!)).toBe(plain);
  expect(openBody(sealKey, { ...about, what: 'batch' }, expand(body))).toBeNull();
  expect(openBody(sealKey, { ...about, ticket: 'A'.repeat(32) }, expand(body))).toBeNull();
  expect(openBody(sealKey, { ...about, box: 'A'.repeat(22) }, expand(body))).toBeNull();
  expect(openBody(seed, about, expand(body))).toBeNull();
  expect(openBody(sealKey, about, expand(`${body}00`))).toBeNull();
  expect(openBody(sealKey, about, new Uint8Array(27))).toBeNull();
});

test('the proof of a grant', () => {
  expect(grantProof(expand(told.voucherKey), 'A'.repeat(22), digest)).toBe(told.grantProof);
});
