import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Bytes, Envelope } from '../../source/core/types.ts';
import { fetchInvite, postEnvelope } from '../../source/outbox/post.ts';
import { startRawServer } from '../support/raw-server.ts';
import { certificate, startReverseProxy } from '../support/reverse-proxy.ts';
import { proofOfHead } from '../support/signed-post.ts';

const slotKey: Bytes = new Uint8Array(randomBytes(32));
const envelope = new Uint8Array(4096) as Envelope;
const known = getCACertificates('default');

/** A listener that takes every request whose path has no word. */
function startTaker() {
  return startRawServer((socket, head) => {
    const kept = proofOfHead(slotKey, head);
    socket.write(`HTTP/1.1 202 Accepted\r\nx-cc-kept: ${kept}\r\nContent-Length: 0\r\n\r\n`);
  });
}

function portOf(address: string): number {
  return Number(address.split(':')[1]);
}

describe('a place with TLS', () => {
  beforeEach(() => setDefaultCACertificates([...known, certificate]));
  afterEach(() => setDefaultCACertificates(known));

  test('is asked below its word', async () => {
    await using taker = await startTaker();
    await using proxy = await startReverseProxy(portOf(taker.address), { word: '/cc' });
    const place = `https://localhost:${proxy.port}/cc`;
    expect(await postEnvelope({ place, slotKey, envelope })).toMatchObject({ kind: 'accepted' });
    expect(await postEnvelope({ place, slotKey, envelope, behind: [envelope] })).toMatchObject({
      kind: 'unreachable',
    });
    await fetchInvite({ place, pickup: 'p'.repeat(43), nonce: 'n'.repeat(22), slotKey });
    expect(proxy.asked).toEqual([
      'POST /cc/message',
      'POST /cc/messages/2',
      `GET /cc/invite/${'p'.repeat(43)}`,
    ]);
  });

  test('that has another word answers like any web server', async () => {
    await using taker = await startTaker();
    await using proxy = await startReverseProxy(portOf(taker.address), { word: '/cc' });
    const outcome = await postEnvelope({ place: `https://localhost:${proxy.port}/dd`, slotKey, envelope });
    expect(outcome).toMatchObject({ reason: expect.stringMatching(/another program answers/u) as string });
    expect(taker.received()).toBe('');
  });

  test('is not asked when its certificate is for another name', async () => {
    await using taker = await startTaker();
    await using proxy = await startReverseProxy(portOf(taker.address));
    const outcome = await postEnvelope({ place: `https://127.0.0.1:${proxy.port}`, slotKey, envelope });
    expect(outcome).toEqual({ kind: 'unreachable', reason: 'its certificate is for another name' });
    expect(proxy.asked).toEqual([]);
  });
});

test('is refused when its certificate is not trusted, whatever the environment says', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  await using taker = await startTaker();
  await using proxy = await startReverseProxy(portOf(taker.address));
  const outcome = await postEnvelope({ place: `https://localhost:${proxy.port}`, slotKey, envelope });
  vi.unstubAllEnvs();
  expect(outcome).toEqual({ kind: 'unreachable', reason: 'its certificate is not valid' });
  expect(proxy.asked).toEqual([]);
});

test('counts as silent when the server speaks no TLS, and the other way round', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await using proxy = await startReverseProxy(port);
  const plain = await postEnvelope({ place: `https://127.0.0.1:${port}`, slotKey, envelope });
  expect(plain).toEqual({ kind: 'unreachable', reason: 'it does not speak TLS' });
  const other = await postEnvelope({ place: `127.0.0.1:${proxy.port}`, slotKey, envelope });
  expect(other.kind).toBe('unreachable');
});
