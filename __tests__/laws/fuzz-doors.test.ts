import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import type { Calls } from '../../source/core/calls.ts';
import { withoutWord } from '../../source/core/request.ts';
import type { Bytes } from '../../source/core/types.ts';
import { tableOf } from '../../source/inbox/slots.ts';
import { admit } from '../../source/listener/admit.ts';
import type { RequestFacts } from '../../source/listener/admit.ts';
import { asks } from '../../source/session/control/methods.ts';
import { findSocket } from '../../source/session/control/path.ts';
import { serveControl } from '../../source/session/control/server.ts';
import { fuzz, mutated, mutatedText, runs } from '../support/mutations.ts';
import { newSlot, signedHeaders } from '../support/signed-post.ts';
import { tempFolder } from '../support/temp-home.ts';

// The two entrances of a running home: the network and the control socket.

const slots = [newSlot(), newSlot(), newSlot({ files: 0 })];
const body = Buffer.alloc(4096, 7);

function headOf(start: string, headers: Record<string, unknown>): string {
  return [start, 'host: x', ...Object.entries(headers).map((one) => one.join(': '))].join('\n');
}

/** A head as Node passes it on: names in lower case, every value of a name. */
function factsOf(text: string): RequestFacts {
  const [start = '', ...lines] = text.split('\n');
  const [method = '', path = '', httpVersion = ''] = start.split(' ');
  const headers: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const line of lines) {
    const [name = '', ...value] = line.split(': ');
    (headers[name.toLowerCase()] ??= []).push(value.join(': '));
  }
  return { method, path, httpVersion, headers, headerCount: lines.length };
}

test('heads of requests', () => {
  const open = tableOf(slots);
  const usage = { files: 0, bytes: 0, diskBytes: 1e9, slots: new Map<string, never>() };
  const posts = slots.map((slot) => headOf('POST /message 1.1', signedHeaders(slot, body)));
  const pickup = `GET /invite/${Buffer.alloc(32, 9).toString('base64url')} 1.1`;
  const goods = [...posts, headOf(pickup, { 'x-cc-nonce': Buffer.alloc(16, 5).toString('base64url') })];
  const nothing = goods.map((good) => admit(factsOf(good), open, usage).kind);
  expect(nothing).toEqual(['store', 'store', 'refuse', 'hand-out']);
  // A reverse proxy may leave its word in front of any of these paths.
  for (const { path } of goods.map(factsOf)) expect(withoutWord(`/chat${path}`)).toBe(path);
  fuzz(mutatedText(goods), (given) => {
    const facts = factsOf(given);
    const verdict = admit(facts, open, usage);
    if (verdict.kind === 'refuse') {
      expect([400, 404, 411, 413, 415, 429, 507]).toContain(verdict.status);
      return false;
    }
    if (verdict.kind === 'hand-out') {
      expect(facts.path).toBe(`/invite/${Buffer.from(verdict.pickup).toString('base64url')}`);
      expect(facts.headers['x-cc-nonce']).toEqual([verdict.nonce]);
      return true;
    }
    const slot = slots.find(({ id }) => id === verdict.slotId)!;
    const [, nonce = '', , mac = ''] = facts.headers['x-cc-auth']?.[0]?.split('.') ?? [];
    const said = `POST|/message|${nonce}|${facts.headers['content-digest']?.[0] ?? ''}`;
    const right = createHmac('sha256', slot.key).update(said).digest().subarray(0, 16);
    expect(mac).toBe(right.toString('base64url'));
    expect(slot.files).toBeGreaterThan(0);
    expect(limits.bucketBytes).toContain(verdict.bytes);
    return true;
  });
});

const requests = [
  { method: 'status' },
  { method: 'send', params: { contact: 'bob', text: 'hi', id: 'a'.repeat(32) } },
  { method: 'read', params: { contact: 'bob', last: 5 } },
  { method: 'wait', params: { id: 'x', want: 'sent', timeoutMs: 5 } },
  { method: 'hello', params: { wants: 'none' } },
  { method: 'join', params: { link: 'cryptochat:x@y:1', alias: 'b' } },
].map((request, id) => JSON.stringify({ jsonrpc: '2.0', id, ...request }));

/** Calls that accept only what their schema allows. */
function watchfulCalls(asked: Set<string>): Calls {
  const entries = Object.keys(asks).map((method) => [
    method,
    async (): Promise<unknown> => (asked.add(method), { method }),
  ]);
  return Object.fromEntries(entries) as Calls;
}

test('lines of the control socket', { timeout: 3_600_000 }, async () => {
  const path = join(await tempFolder(), 'control');
  const asked = new Set<string>();
  const hello = { version: '1', pid: 1, holds: 'screen', yields: false } as const;
  const server = await serveControl({ path, calls: watchfulCalls(asked), hello: () => hello });
  onTestFinished(() => server.close());
  const goods = requests.map((text): Bytes => new Uint8Array(Buffer.from(text)));
  const line = mutated(goods).map((made) => made.filter((byte) => byte !== 0x0a));
  let errors = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 50, maxLength: 50, size: 'max' }), async (lines) => {
      const socket = connect((await findSocket(path)) ?? '');
      await once(socket, 'connect');
      const heard: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => heard.push(chunk));
      for (const one of lines) socket.write(Buffer.concat([one, Buffer.from('\n')]));
      socket.end();
      await once(socket, 'close');
      const answers = Buffer.concat(heard).toString('utf8').split('\n').filter(Boolean);
      expect(answers.length).toBeLessThanOrEqual(lines.length);
      for (const answer of answers) {
        const { jsonrpc, error } = JSON.parse(answer) as { jsonrpc: string; error?: { code: number } };
        expect(jsonrpc).toBe('2.0');
        // -32603 would be a bug of the program.
        if (error) expect([-32_700, -32_600, -32_601, -32_602]).toContain(error.code);
        if (error) errors += 1;
      }
    }),
    { numRuns: runs / 50 },
  );
  expect(errors).toBeGreaterThan(runs / 4);
  expect([...asked]).toEqual(expect.arrayContaining(['status', 'send', 'read', 'wait', 'join']));
});
