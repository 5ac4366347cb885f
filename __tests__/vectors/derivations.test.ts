import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tableOf } from '../../source/inbox/slots.ts';
import { admit } from '../../source/listener/admit.ts';
import { firstMark, nextMark } from '../../source/protocol/ack-mark.ts';
import { toHex } from '../../source/core/bytes.ts';
import { fingerprint, keyDigits, safetyNumber } from '../../source/protocol/fingerprint.ts';
import { pickupName, slotId } from '../../source/core/request.ts';
import { inviteKeys, joinNonce } from '../../source/protocol/invitation.ts';
import type { derivations } from './made/derivations.ts';
import { expand } from './notation.ts';

const told = JSON.parse(readFileSync(new URL('derivations.json', import.meta.url), 'utf8')) as ReturnType<
  typeof derivations
>;
const identity = expand(told.identity);
const other = expand(told.other);

test('the fingerprint of an identity', () => {
  expect(fingerprint(identity)).toBe(told.fingerprint);
});

test('the safety number, the same for both', () => {
  expect(safetyNumber(identity, other)).toBe(told.safetyNumber);
  expect(safetyNumber(other, identity)).toBe(told.safetyNumber);
  expect(told.safetyNumber).toMatch(/^\d{60}$/);
  expect(keyDigits(identity)).toBe(told.digits);
});

test('the five keys of an invite', () => {
  const keys = inviteKeys(expand(told.secret), identity);
  expect(Object.fromEntries(Object.entries(keys).map(([use, key]) => [use, toHex(key)]))).toEqual(
    told.inviteKeys,
  );
  expect(pickupName(keys.pickup)).toBe(told.pickupName);
});

test('the nonce of a joiner', () => {
  expect(joinNonce(expand(told.joinerPrivate), expand(told.inviteKeys.pickup))).toBe(told.joinNonce);
});

test('the vectors authorise a POST, and prove that it was kept', () => {
  const { slotKey, digest, auth, kept } = told.post;
  expect(slotId(expand(slotKey))).toBe(told.post.slotId);
  const headers = {
    host: ['x'],
    'content-type': ['application/vnd.cryptochat'],
    'content-length': ['4096'],
    'content-digest': [digest],
    'x-cc-auth': [auth],
  };
  const request = { method: 'POST', path: '/message', httpVersion: '1.1', headers, headerCount: 5 };
  const room = { files: 0, bytes: 0, diskBytes: 1e9, slots: new Map() };
  const verdict = admit(request, tableOf([{ id: 'ab', key: expand(slotKey), files: 1, bytes: 4096 }]), room);
  const stored = { kind: 'store', slotId: 'ab', bytes: 4096, digest };
  expect(verdict).toEqual({ ...stored, sent: 1, count: 1, kept });
  const { batch } = told.post;
  const many = { ...headers, 'content-length': [String(3 * 4096)], 'x-cc-auth': [batch.auth] };
  const two = tableOf([{ id: 'ab', key: expand(slotKey), files: 2, bytes: 99_999 }]);
  const ofThree = admit({ ...request, path: batch.path, headers: many }, two, room);
  expect(ofThree).toEqual({ ...stored, sent: 3, count: 2, kept: batch.kept });
});

test('the marks of what is stored', () => {
  const [none, ...after] = told.marks;
  expect(toHex(firstMark)).toBe(none?.mark);
  let mark = firstMark;
  for (const one of after) {
    mark = nextMark(mark, expand(one.id ?? ''));
    expect(toHex(mark)).toBe(one.mark);
  }
  expect(after).toHaveLength(3);
});
