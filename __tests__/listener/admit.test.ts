import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { tableOf } from '../../source/inbox/slots.ts';
import { admit, type RequestFacts, type Verdict } from '../../source/listener/admit.ts';
import { newSlot, proofOf, signedHeaders, tagOf } from '../support/signed-post.ts';

const slot = newSlot({ files: 2, bytes: 3 * 4096 });
const others = Array.from({ length: 5 }, () => newSlot());
const open = [...others, slot];
const slots = tableOf(open);
const empty = {
  files: 0,
  bytes: 0,
  diskBytes: 1e9,
  slots: new Map<string, { files: number; bytes: number }>(),
};
const body = randomBytes(4096);

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function message(more: Headers = {}, rest: Partial<RequestFacts> = {}): RequestFacts {
  return facts({ ...signedHeaders(slot, body), ...more } as Headers, {
    method: 'POST',
    path: '/message',
    ...rest,
  });
}

function authOf(): string {
  return String(signedHeaders(slot, body)['x-cc-auth']);
}

/** A valid x-cc-auth with another tag. */
function withTag(tag: (nonce: string) => string): string {
  const [version, nonce = '', , mac] = authOf().split('.');
  return [version, nonce, tag(nonce), mac].join('.');
}

/** The same bytes in base64url with other leftover bits. */
function respelled(text: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + letters[letters.indexOf(text.at(-1)!) + 1];
}

function pickup(more: Headers = {}, rest: Partial<RequestFacts> = {}): RequestFacts {
  const path = `/invite/${randomBytes(32).toString('base64url')}`;
  return facts({ 'x-cc-nonce': randomBytes(16).toString('base64url'), ...more }, { path, ...rest });
}

function facts(headers: Headers, rest: Partial<RequestFacts>): RequestFacts {
  const present = Object.entries({ host: 'x', ...headers }).filter(([, value]) => value !== undefined);
  const values = present.map(([name, value]) => [name, [value].flat().map(String)]);
  return {
    method: 'GET',
    path: '/',
    httpVersion: '1.1',
    headers: Object.fromEntries(values) as RequestFacts['headers'],
    headerCount: values.length,
    ...rest,
  };
}

function status(request: RequestFacts, usage = empty): number | Verdict['kind'] {
  const verdict = admit(request, slots, usage);
  return verdict.kind === 'refuse' ? verdict.status : verdict.kind;
}

function used(files: number, bytes: number, all = bytes): typeof empty {
  return { ...empty, bytes: all, slots: new Map([[slot.id, { files, bytes }]]) };
}

test('admits what a slot signed', () => {
  const request = message();
  const digest = request.headers['content-digest']?.[0] ?? '';
  const kept = proofOf(slot.key, { auth: request.headers['x-cc-auth']?.[0] ?? '', digest });
  const one = { bytes: 4096, sent: 1, count: 1 };
  expect(admit(request, slots, empty)).toEqual({ kind: 'store', slotId: slot.id, ...one, digest, kept });
  for (const size of limits.bucketBytes.slice(0, 2))
    expect(status(message({ 'content-length': String(size) }), empty)).toBe(size === 4096 ? 'store' : 429);
});

/** A request with `count` envelopes of `bytes`, to that slot. */
function batch(to: typeof slot, count: number, bytes = 4096, more: Partial<RequestFacts> = {}): RequestFacts {
  const path = `/messages/${count}`;
  const headers = signedHeaders(to, randomBytes(count * bytes), path);
  return facts(headers as Headers, { method: 'POST', path, ...more });
}

test('admits as many envelopes from the front of a batch as there is room for, and says how many', () => {
  const wide = newSlot({ files: 100, bytes: 1e6 });
  const known = tableOf([...open, wide]);
  const fits = (files: number, bytes: number, most: Partial<typeof empty> = {}): number | string => {
    const request = batch(wide, 5);
    const usage = { ...empty, bytes, ...most, slots: new Map([[wide.id, { files, bytes }]]) };
    const verdict = admit(request, known, usage);
    if (verdict.kind !== 'store') return verdict.kind === 'refuse' ? verdict.status : verdict.kind;
    const [auth = '', digest = ''] = ['x-cc-auth', 'content-digest'].map(
      (name) => request.headers[name]?.[0],
    );
    expect(verdict.kept).toBe(proofOf(wide.key, { auth, digest }, verdict.count));
    expect([verdict.bytes, verdict.sent]).toEqual([4096, 5]);
    return verdict.count;
  };
  expect([fits(0, 0), fits(95, 0), fits(96, 0), fits(99, 0), fits(100, 0)]).toEqual([5, 5, 4, 1, 429]);
  expect([fits(0, 1e6 - 3 * 4096), fits(0, 1e6 - 4096 + 1)]).toEqual([3, 429]);
  expect([fits(0, 0, { bytes: limits.inboxBytes - 2 * 4096 }), fits(0, 0, { diskBytes: 4096 })]).toEqual([
    2, 1,
  ]);
  expect([fits(0, 0, { diskBytes: 4095 }), fits(100, 0, { diskBytes: 0 })]).toEqual([507, 429]);
});

test('a batch has two to 64 envelopes of one size, and 256 KiB at most', () => {
  const wide = newSlot({ files: 1000, bytes: 1e9 });
  const known = tableOf([...open, wide]);
  const answer = (count: number, bytes?: number, more?: Partial<RequestFacts>): number | string => {
    const verdict = admit(batch(wide, count, bytes, more), known, empty);
    return verdict.kind === 'refuse' ? verdict.status : verdict.kind;
  };
  expect([answer(2), answer(64), answer(16, 16_384), answer(4, 65_536)]).toEqual([
    'store',
    'store',
    'store',
    'store',
  ]);
  expect([answer(0), answer(1), answer(65), answer(100)]).toEqual([404, 404, 404, 404]);
  expect([answer(17, 16_384), answer(5, 65_536), answer(3, 4095), answer(3, 4097)]).toEqual([
    413, 413, 413, 413,
  ]);
  for (const path of [
    '/messages/',
    '/messages/02',
    '/messages/+2',
    '/messages/2/',
    '/messages/2?',
    '/Messages/2',
  ])
    expect(answer(2, 4096, { path })).toBe(404);
  // The MAC covers the number: nobody on the way can cut a body at other places.
  expect(answer(16, 4096, { path: '/messages/4' })).toBe(404);
  expect(answer(4, 4096, { path: '/message' })).toBe(404);
  const card = { ...newSlot({ files: 100, bytes: 1e6 }), largest: 4096 };
  const verdict = admit(batch(card, 2, 16_384), tableOf([card]), empty);
  expect(verdict).toEqual({ kind: 'refuse', status: 413 });
});

test('admits a pickup', () => {
  const request = pickup();
  const verdict = admit(request, tableOf([]), empty);
  expect(verdict.kind === 'hand-out' && Buffer.from(verdict.pickup).toString('base64url')).toBe(
    request.path.slice(8),
  );
  expect(verdict.kind === 'hand-out' && verdict.nonce).toBe(request.headers['x-cc-nonce']?.[0]);
});

test.each<[number, string, RequestFacts]>([
  [404, 'another path', message({}, { path: '/message/' })],
  [404, 'a query', message({}, { path: '/message?' })],
  [404, 'an absolute address', message({}, { path: 'http://x/message' })],
  [404, 'another method', message({}, { method: 'PUT' })],
  [404, 'a method in lower case', message({}, { method: 'post' })],
  [404, 'HTTP/1.0', message({}, { httpVersion: '1.0' })],
  [404, 'an origin', message({ origin: 'null' })],
  [404, 'a referer', message({ referer: '' })],
  [404, 'a fetch header', message({ 'sec-fetch-site': 'same-origin' })],
  [404, 'a websocket', message({ 'sec-websocket-key': 'x' })],
  [404, 'an upgrade', message({ upgrade: 'h2c' })],
  [404, 'an expectation', message({ expect: '100-continue' })],
  [404, 'no host', message({ host: undefined })],
  [404, 'two hosts', message({ host: ['a', 'b'] })],
  [404, 'too many headers', message({}, { headerCount: limits.listenerHeaders + 1 })],
  [415, 'no content type', message({ 'content-type': undefined })],
  [415, 'another content type', message({ 'content-type': 'text/plain' })],
  [415, 'a charset', message({ 'content-type': 'application/vnd.cryptochat; charset=utf-8' })],
  [
    415,
    'two content types',
    message({ 'content-type': Array.from({ length: 2 }, () => 'application/vnd.cryptochat') }),
  ],
  [411, 'no length', message({ 'content-length': undefined })],
  [411, 'a transfer encoding', message({ 'transfer-encoding': 'chunked' })],
  ...['0', '1', '4095', '4097', '04096', '+4096', ' 4096', '1e3', '', '10485760'].map(
    (text): [number, string, RequestFacts] => [413, `length ${text}`, message({ 'content-length': text })],
  ),
  [404, 'no mac', message({ 'x-cc-auth': undefined })],
  [404, 'an unknown slot', message({ 'x-cc-auth': signedHeaders(newSlot(), body)['x-cc-auth'] as string })],
  [
    404,
    'the mac of another body',
    message({ 'content-digest': signedHeaders(slot, randomBytes(9))['content-digest'] as string }),
  ],
  [404, 'no digest', message({ 'content-digest': undefined })],
  [404, 'another version of the mac', message({ 'x-cc-auth': authOf().replace('v1', 'v2') })],
  [404, 'a short mac', message({ 'x-cc-auth': authOf().slice(0, -1) })],
  [404, 'an empty mac', message({ 'x-cc-auth': authOf().replace(/[^.]*$/, '') })],
  [404, 'no tag', message({ 'x-cc-auth': authOf().replace(/\.[^.]*(?=\.[^.]*$)/, '') })],
  [
    404,
    'the tag of another slot',
    message({ 'x-cc-auth': withTag((nonce) => tagOf(others[0]!.key, nonce)) }),
  ],
  [404, 'a tag that was not masked', message({ 'x-cc-auth': withTag(() => 'A'.repeat(11)) })],
  [
    404,
    'a tag in another spelling',
    message({ 'x-cc-auth': withTag((nonce) => respelled(tagOf(slot.key, nonce))) }),
  ],
  [404, 'a pickup without a nonce', pickup({ 'x-cc-nonce': undefined })],
  [404, 'a pickup with a short nonce', pickup({ 'x-cc-nonce': 'AAAA' })],
  [404, 'a pickup with a nonce in another spelling', pickup({ 'x-cc-nonce': `${'A'.repeat(21)}B` })],
  [404, 'a pickup with two nonces', pickup({ 'x-cc-nonce': ['A'.repeat(22), 'A'.repeat(22)] })],
  [404, 'a pickup with a body', pickup({ 'content-length': '5' })],
  [404, 'a pickup with a chunked body', pickup({ 'transfer-encoding': 'chunked' })],
  [404, 'a pickup by another method', pickup({}, { method: 'HEAD' })],
  ...[
    '/invite/',
    '/invite/x',
    '/invite/../../keys',
    `/invite/${'A'.repeat(42)}B`,
    `/invite/${'A'.repeat(43)}?`,
  ].map((path): [number, string, RequestFacts] => [404, path, pickup({}, { path })]),
])('%i: %s', (code, _what, request) => {
  expect(status(request)).toBe(code);
});

test('rejects a second spelling of the nonce, even with a valid MAC', async () => {
  const { createHmac } = await import('node:crypto');
  const digest = String(signedHeaders(slot, body)['content-digest']);
  const nonce = `${'A'.repeat(21)}B`;
  const mac = createHmac('sha256', slot.key)
    .update(`POST|/message|${nonce}|${digest}`)
    .digest()
    .subarray(0, 16);
  const request = message({
    'content-digest': digest,
    'x-cc-auth': `v1.${nonce}.${tagOf(slot.key, nonce)}.${mac.toString('base64url')}`,
  });
  expect(status(request)).toBe(404);
});

test('answers nothing but 404 until a MAC matches, whatever the head says; after that it names what is wrong', () => {
  const wrong: ReadonlyArray<readonly [number, Headers]> = [
    [415, { 'content-type': undefined }],
    [415, { 'content-type': 'text/plain' }],
    [411, { 'content-length': undefined }],
    [411, { 'transfer-encoding': 'chunked' }],
    [413, { 'content-length': '5' }],
    [413, { 'content-length': '1073741824' }],
  ];
  for (const [told, headers] of wrong) {
    expect(status(message(headers))).toBe(told);
    for (const auth of [undefined, 'x', authOf().replace(/.$/, '')])
      expect(status(message({ ...headers, 'x-cc-auth': auth }))).toBe(404);
    expect(status(message({ ...headers, ...unknown() }))).toBe(404);
  }
});

/** An authorisation for a slot that does not exist. */
function unknown(): Headers {
  return { 'x-cc-auth': String(signedHeaders(newSlot(), body)['x-cc-auth']) };
}

test('two requests through one slot have nothing in common that requests through two slots lack', () => {
  const auths = Array.from({ length: 200 }, () => authOf().split('.').slice(1)).flat();
  expect(new Set(auths).size).toBe(600);
});

test('holds a slot to its files and its bytes, and the inbox to its own', () => {
  expect(status(message(), used(1, 4096))).toBe('store');
  expect(status(message(), used(2, 2 * 4096))).toBe(429);
  expect(status(message(), used(1, 2 * 4096))).toBe('store');
  expect(status(message(), used(1, 2 * 4096 + 1))).toBe(429);
  expect(status(message(), used(0, 0, limits.inboxBytes - 4096))).toBe('store');
  expect(status(message(), used(0, 0, limits.inboxBytes - 4095))).toBe(429);
  expect(status(message(), { ...empty, diskBytes: 4096 })).toBe('store');
  expect(status(message(), { ...empty, diskBytes: 4095 })).toBe(507);
});

test('checks the largest envelope that a slot takes before it counts waiting files', () => {
  const card = { ...newSlot({ files: 1, bytes: 1e6 }), largest: 4096 };
  const known = tableOf([...open, card]);
  const answerTo = (length: number, usage = empty): number | string => {
    const headers = { ...signedHeaders(card, body), 'content-length': String(length) };
    const verdict = admit(message(headers), known, usage);
    return verdict.kind === 'refuse' ? verdict.status : verdict.kind;
  };
  const full = { ...empty, slots: new Map([[card.id, { files: 1, bytes: 4096 }]]) };
  expect([answerTo(4096), answerTo(16_384), answerTo(65_536)]).toEqual(['store', 413, 413]);
  expect([answerTo(4096, full), answerTo(16_384, full)]).toEqual([429, 413]);
});

test('reports the first thing that is wrong, in the order of the protocol', () => {
  const wrong: ReadonlyArray<readonly [number, Headers]> = [
    [404, { origin: 'x' }],
    [404, { 'x-cc-auth': 'x' }],
    [415, { 'content-type': 'x' }],
    [411, { 'content-length': undefined }],
    [429, {}],
  ];
  const full = { ...used(2, 0), diskBytes: 0 };
  for (const [first, [code]] of wrong.entries()) {
    const all = wrong.slice(first).reduce((headers, [, next]) => ({ ...next, ...headers }), {} as Headers);
    expect(status(message(all), full)).toBe(code);
  }
  expect(status(message({ 'content-length': '5' }), full)).toBe(413);
});

test('answers every request, whatever it contains', () => {
  const value = fc.oneof(fc.string(), fc.array(fc.string()));
  const name = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'host',
      'content-type',
      'content-length',
      'content-digest',
      'x-cc-auth',
      'x-cc-nonce',
      '__proto__',
    ),
  );
  fc.assert(
    fc.property(
      fc.dictionary(name, value),
      fc.string(),
      fc.constantFrom('GET', 'POST', 'x'),
      (headers, path, method) => {
        const verdict = admit(facts(headers, { method, path }), slots, empty);
        return verdict.kind === 'refuse';
      },
    ),
  );
});
