import { createHash, randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { Agent } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { talk } from '../support/raw-talk.ts';
import { ask, newSlot, post, signedHeaders } from '../support/signed-post.ts';
import { attack, pair } from './adapter.ts';
import type { NewHome } from './adapter.ts';
import { slotKeyOf } from './forge.ts';
import { hostileRequests, wrongAnswer } from './hostile-requests.ts';
import type { Peer } from './peer.ts';

/** Alice, who listens, and the slot key that she gave bob. */
async function listening(newHome: NewHome): Promise<{ alice: Peer; pid: number; slot: { key: Uint8Array } }> {
  const [alice, bob] = [await newHome('alice'), await newHome('bob')];
  await pair(alice, bob);
  const slot = { key: await slotKeyOf(bob, alice) };
  return { alice, slot, pid: (await alice.listen()).pid };
}

/** Every name below the inbox. */
async function everything(alice: Peer): Promise<readonly string[]> {
  return (await readdir(alice.inbox, { recursive: true })).toSorted();
}

/** The memory that a process holds; 0 where the system does not say. */
async function kilobytes(pid: number): Promise<number> {
  if (process.platform !== 'linux') return 0;
  return Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** A POST as it goes over the wire; `more` overrides the correct headers, and undefined removes one. */
function posting(key: Uint8Array, body: Uint8Array, more: OutgoingHttpHeaders = {}, sent = body): Buffer {
  const headers = Object.entries({ host: 'x', ...signedHeaders({ key }, body), ...more });
  const lines = headers
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${String(value)}`);
  return Buffer.concat([Buffer.from(`POST /message HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`), sent]);
}

test(
  'A02 refuses a body of the wrong size, or one that does not match its head, and stores nothing',
  attack(async (newHome) => {
    const { alice, slot, pid } = await listening(newHome);
    const good = randomBytes(4096);
    const big = posting(slot.key, randomBytes(10_485_760));
    const sizes = [0, 1, 4095, 4097, 16_383, 16_385, 65_535, 65_537];
    const chunked = { 'content-length': undefined, 'transfer-encoding': 'chunked' };
    const other = `sha-256=:${createHash('sha256').update('x').digest('base64')}:`;
    const cases: ReadonlyArray<readonly [status: string, what: string, bytes: Uint8Array]> = [
      ...sizes.map((size) => ['413', `${size} bytes`, posting(slot.key, randomBytes(size))] as const),
      // The listener reads far less than this, so the reset may swallow the answer. Eight at a time make a buffered body show up in
      // memory.
      ...Array.from({ length: 8 }, () => ['413?', '10 MB', big] as const),
      [
        '413',
        '1 GB said, 1 KB sent',
        posting(slot.key, good, { 'content-length': 2 ** 30 }, randomBytes(1024)),
      ],
      ['411', 'chunked', posting(slot.key, good, chunked, Buffer.from('5\r\nhello\r\n0\r\n\r\n'))],
      ['411', 'no length', posting(slot.key, good, { 'content-length': undefined }, new Uint8Array())],
      ['415', 'another type', posting(slot.key, good, { 'content-type': 'application/json' })],
      ['415', 'no type', posting(slot.key, good, { 'content-type': undefined })],
      ['400', 'another body', posting(slot.key, good, {}, randomBytes(4096))],
      ['404', 'another digest', posting(slot.key, good, { 'content-digest': other })],
      ['404', 'no digest', posting(slot.key, good, { 'content-digest': undefined })],
      ['404', 'a slot that is none', posting(newSlot().key, good)],
    ];
    const before = await everything(alice);
    const round = async (): Promise<readonly string[]> => {
      const said = cases.map(async ([status, what, bytes]) =>
        wrongAnswer(what, status, await talk(alice.port, bytes)),
      );
      return (await Promise.all(said)).flat();
    };
    // A heap grows until it has found its size.
    for (let n = 0; n < 300; n += 1) await post(alice.port, newSlot(), good);
    const used = await kilobytes(pid);
    expect(await round()).toEqual([]);
    expect((await kilobytes(pid)) - used).toBeLessThan(30_720);
    expect(await everything(alice)).toEqual(before);
    expect((await post(alice.port, slot, good)).status).toBe(202);
  }),
);

test(
  'A03 answers hostile requests with one bare refusal or a closed connection, and changes nothing',
  attack(async (newHome) => {
    const { alice, slot } = await listening(newHome);
    const before = await everything(alice);
    const said = Object.entries(hostileRequests).map(async ([what, [status, bytes]]) =>
      wrongAnswer(what, status, await talk(alice.port, bytes)),
    );
    expect((await Promise.all(said)).flat()).toEqual([]);
    expect(said.length).toBeGreaterThan(75);
    expect(await everything(alice)).toEqual(before);
    expect((await ask({ port: alice.port })).status).toBe(404);
    expect((await post(alice.port, slot, randomBytes(4096))).status).toBe(202);
  }),
);

test(
  'A04 gives the same answer to unknown and forbidden, and no header that reveals whose listener it is',
  attack(async (newHome) => {
    const { alice, slot } = await listening(newHome);
    const bare = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
    for (const path of ['/', '/message', '/favicon.ico', '/invite/x', `/invite/${'A'.repeat(43)}`]) {
      for (const method of ['GET', 'OPTIONS', 'PUT']) {
        expect(await talk(alice.port, `${method} ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)).toBe(bare);
      }
    }
    // A stranger without a slot here sees none of the reasons that a listener can give for refusing a POST.
    const good = randomBytes(4096);
    const heads: ReadonlyArray<readonly [OutgoingHttpHeaders, sent?: Uint8Array]> = [
      [{}],
      [{ 'content-type': 'text/plain' }],
      [{ 'content-type': undefined }],
      [{ 'content-length': undefined }, Buffer.of()],
      [{ 'content-length': 5 }, randomBytes(5)],
      [{ 'content-length': 2 ** 30 }],
      [
        { 'content-length': undefined, 'transfer-encoding': 'chunked' },
        Buffer.from('5\r\nhello\r\n0\r\n\r\n'),
      ],
      [{ 'content-digest': undefined }],
      [{ 'x-cc-auth': undefined }],
    ];
    for (const [head, sent = good] of heads) {
      expect(await talk(alice.port, posting(newSlot().key, good, head, sent))).toBe(bare);
    }
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const stored = await post(alice.port, slot, randomBytes(4096), { agent });
    expect([stored.status, stored.body.length]).toEqual([202, 0]);
    expect(Object.keys(stored.headers).toSorted()).toEqual([
      'connection',
      'content-length',
      'keep-alive',
      'x-cc-batch',
      'x-cc-kept',
    ]);
  }),
);

test(
  'A09 keeps a page in a browser on the same machine out, even with the correct slot key',
  attack(async (newHome) => {
    const { alice, slot } = await listening(newHome);
    const before = await everything(alice);
    const body = randomBytes(4096);
    const origin = { origin: 'http://evil.example' };
    const plain = { 'content-type': 'text/plain' };
    const preflight = { ...origin, 'access-control-request-method': 'POST' };
    const replies = [
      // fetch(no-cors, text/plain), a form, a preflight, and a name that was bound to this address.
      await post(alice.port, slot, body, { headers: { ...plain, ...origin, 'sec-fetch-mode': 'no-cors' } }),
      await post(alice.port, slot, body, { headers: { ...plain, referer: 'http://evil.example/' } }),
      await ask({ port: alice.port, method: 'OPTIONS', path: '/message', headers: preflight }),
      await post(alice.port, slot, body, { headers: { 'sec-fetch-site': 'cross-site' } }),
      await post(alice.port, slot, body, { headers: { ...origin, host: 'evil.example' } }),
      await post(alice.port, slot, body, {
        headers: { host: 'evil.example', 'sec-fetch-site': 'same-origin' },
      }),
      await post(alice.port, newSlot(), body, { headers: { host: 'evil.example' } }),
    ];
    for (const { status, headers } of replies) {
      expect(status).toBe(404);
      expect(Object.keys(headers)).toEqual(['connection', 'content-length']);
    }
    expect(await everything(alice)).toEqual(before);
  }),
);
