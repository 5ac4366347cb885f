import { expect, test } from 'vitest';
import { sentTogether } from '../../source/core/wire.ts';
import { wireJson, wireLines } from '../../source/commands/wire.ts';
import type { WireReport } from '../../source/core/wire.ts';

const at = Date.UTC(2026, 10, 23, 12, 0, 0);
const mine: WireReport = {
  id: 'ab'.repeat(16),
  contact: 'bob\u001b[2J',
  direction: 'out',
  state: 'delivered',
  text: 'hey',
  textBytes: 3,
  wireBytes: 4096,
  ratchet: 'later',
  kept: 'whole',
  envelope: Buffer.from('\u0001noise').toString('base64url'),
  parts: [],
  head: 'POST /message HTTP/1.1\r\nHost: x\u001b]0;y\r\n\r\n',
  status: 202,
  proof: 'fT6uHh1dLx9oKe7iVb5gNw',
  tries: 2,
  failure: null,
  file: null,
  queuedAt: at,
  acceptedAt: at + 12,
  storedAt: null,
  deliveredAt: at + 40,
};

test('prints a sent text with its request and the answer', () => {
  expect(wireLines(mine)).toEqual([
    `message:    ${'ab'.repeat(16)} to bob␛[2J, delivered`,
    'size:       4096 bytes on the wire for 3 bytes of text',
    'bytes:      as they were on the wire',
    'ratchet:    a later message',
    'written:    2026-11-23T12:00:00.000Z',
    'accepted:   2026-11-23T12:00:00.012Z',
    'delivered:  2026-11-23T12:00:00.040Z',
    'tries:      2',
    'status:     202',
    '',
    'POST /message HTTP/1.1',
    'Host: x␛]0;y',
    '',
    'HTTP/1.1 202 Accepted',
    'x-cc-kept: fT6uHh1dLx9oKe7iVb5gNw',
    '',
    '00000000: 016e 6f69 7365                           .noise',
  ]);
  expect(wireJson(mine)).toMatchObject({ queued: '2026-11-23T12:00:00.000Z', stored: null, head: mine.head });
  expect(wireJson(mine)).not.toHaveProperty('queuedAt');
});

test('says that the headers of a received text are not known', () => {
  const theirs: WireReport = {
    ...mine,
    direction: 'in',
    state: 'received',
    ratchet: 'first',
    head: null,
    status: null,
    tries: null,
    file: '0123-x',
    storedAt: at + 50,
    deliveredAt: null,
  };
  expect(wireLines(theirs).slice(3, 9)).toEqual([
    'ratchet:    the first message of a session',
    'written:    2026-11-23T12:00:00.000Z',
    'listener:   2026-11-23T12:00:00.012Z',
    'decrypted:  2026-11-23T12:00:00.050Z',
    'file:       0123-x',
    'headers:    not known: the listener keeps only the body of a request',
  ]);
});

test('prints the facts when the bytes are no longer kept', () => {
  const old: WireReport = { ...mine, kept: 'facts', envelope: null, head: null };
  expect(wireLines(old)).toContain('bytes:      no longer kept');
  expect(wireLines(old)).toHaveLength(9);
  const none: WireReport = { ...old, kept: 'nothing', wireBytes: null, ratchet: null, acceptedAt: null };
  expect(wireLines(none)).toContain('bytes:      there are none');
});

test('says when a message went out together with others', () => {
  const one = 'POST /message HTTP/1.1\r\n\r\n';
  const many = one.replace('message', 'messages/16');
  const file = '000000000009-000007-000009-00112233445566ff-01';
  expect(sentTogether({ head: one, file: null })).toBe(1);
  expect(sentTogether({ head: many, file: null })).toBe(16);
  expect(sentTogether({ head: null, file })).toBe(1);
  expect(sentTogether({ head: null, file: `${file}x10` })).toBe(16);
  expect(sentTogether({ head: null, file: null })).toBe(1);
  expect(wireLines({ ...mine, head: many })).toContain('together:   one of 16 envelopes in one request');
});
