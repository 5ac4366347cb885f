import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import dns from 'node:dns';
import net from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import type { Envelope } from '../../source/core/types.ts';
import { fetchInvite, postEnvelope, type Outcome } from '../../source/outbox/post.ts';
import { takePort } from '../support/ports.ts';
import { startHttpProxy, startProxy, startSocks, toLoopback } from '../support/proxies.ts';
import { startRawServer, type RawServer } from '../support/raw-server.ts';
import { certificate, startReverseProxy } from '../support/reverse-proxy.ts';
import { proofOfHead } from '../support/signed-post.ts';
import { until } from '../support/until.ts';

const slotKey = new Uint8Array(randomBytes(32));
const envelope = new Uint8Array(4096) as Envelope;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function startListener(): Promise<RawServer> {
  return startRawServer((socket, head) =>
    socket.write(
      `HTTP/1.1 202 Accepted\r\nx-cc-kept: ${proofOfHead(slotKey, head)}\r\nContent-Length: 0\r\n\r\n`,
    ),
  );
}

function portOf({ address }: Pick<RawServer, 'address'>): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

const kinds = [
  ['socks5', startSocks],
  ['http', startHttpProxy],
] as const;

describe.each(kinds)('with a %s proxy', (kind, startKind) => {
  type More = Partial<Parameters<typeof postEnvelope>[0]>;
  const post = (proxy: string, address: string, more: More = {}): Promise<Outcome> =>
    postEnvelope({ place: address, slotKey, envelope, proxy: `${kind}://${proxy}`, ...more });

  test('a listener gets the same request as without one', async () => {
    await using server = await startListener();
    await using proxy = await startKind();
    const address = `bob.example.org:${portOf(server)}`;
    expect(await post(proxy.address, address)).toMatchObject({ kind: 'accepted' });
    const [head = ''] = server.received().split(/(?<=\r\n\r\n)/u);
    expect(head).toMatch(/^POST \/message HTTP\/1\.1\r\n/u);
    expect(head.toLowerCase()).toContain(`host: ${address}\r\n`);
    expect(head.toLowerCase()).not.toContain('proxy');
    expect(proxy.asked()).toEqual([address]);
  });

  test('nothing bypasses it: no name is looked up, no number is connected to', async () => {
    const lookup = vi.spyOn(dns, 'lookup');
    const connects = vi.spyOn(net.Socket.prototype, 'connect');
    await using server = await startListener();
    await using proxy = await startKind(() => null);
    const port = portOf(server);
    const hosts = [
      '127.0.0.1',
      '[::1]',
      'localhost',
      '192.168.1.1',
      '192.0.2.1',
      'bob.example.org',
      'a.onion',
    ];
    for (const host of hosts) {
      const outcome = await post(proxy.address, `${host}:${port}`);
      expect(outcome).toMatchObject({
        reason: expect.stringMatching(/^the proxy could not reach it/u) as string,
      });
    }
    const fetched = await fetchInvite({
      place: `bob.example.org:${port}`,
      pickup: 'p'.repeat(43),
      nonce: 'n'.repeat(22),
      slotKey,
      proxy: `${kind}://${proxy.address}`,
    });
    expect(fetched).toMatchObject({ kind: 'unreachable' });
    expect(proxy.asked()).toHaveLength(hosts.length + 1);
    expect(proxy.connections()).toBe(hosts.length + 1);
    expect(connects).toHaveBeenCalledTimes(hosts.length + 1);
    const ports = connects.mock.calls.map(([given]) => (given as unknown as [{ port: number }])[0].port);
    expect(new Set(ports)).toEqual(new Set([portOf(proxy)]));
    expect(lookup.mock.calls.filter(([name]) => name !== '127.0.0.1')).toEqual([]);
    expect(server.connections()).toBe(0);
  });

  test('a proxy that is away is a failure, and the contact is not tried without it', async () => {
    await using server = await startListener();
    const outcome = await post(`127.0.0.1:${await takePort()}`, server.address);
    expect(outcome).toEqual({
      kind: 'unreachable',
      reason: 'the proxy does not answer: nothing listens there',
    });
    expect(server.connections()).toBe(0);
  });

  test.each([
    ['nas', /only their network knows/u],
    ['printer.local', /only their network knows/u],
    ['somebody.i2p', /needs I2P/u],
  ])('%s is still not requested', async (host, why) => {
    await using proxy = await startKind();
    expect(await post(proxy.address, `${host}:80`)).toMatchObject({
      reason: expect.stringMatching(why) as string,
    });
    expect(proxy.connections()).toBe(0);
  });

  test('keeps a connection for its destination and for no other', async () => {
    await using server = await startListener();
    await using proxy = await startKind();
    const port = portOf(server);
    const [one, two] = [`one.example.org:${port}`, `two.example.org:${port}`];
    for (const address of [one, one, two, one, two, two])
      expect(await post(proxy.address, address)).toMatchObject({ kind: 'accepted' });
    expect(proxy.asked()).toEqual([one, two]);
    await using other = await startKind();
    expect(await post(other.address, one)).toMatchObject({ kind: 'accepted' });
    expect(other.asked()).toEqual([one]);
    await until('what nobody uses is closed', () => proxy.open() + other.open() === 0);
  });

  test('makes a kept connection that died again, once', async () => {
    await using server = await startRawServer((socket, head, count) => {
      const kept = `x-cc-kept: ${proofOfHead(slotKey, head)}`;
      if (count % 2 === 1) socket.write(`HTTP/1.1 202 x\r\n${kept}\r\nContent-Length: 0\r\n\r\n`);
      else socket.resetAndDestroy();
    });
    await using proxy = await startKind();
    const address = `bob.example.org:${portOf(server)}`;
    for (const _ of [1, 2]) expect(await post(proxy.address, address)).toMatchObject({ kind: 'accepted' });
    expect(proxy.asked()).toEqual([address, address]);
  });

  test.each([
    ['never answers', () => undefined],
    ['takes what it is given', (client: net.Socket) => void client.on('data', () => undefined)],
  ])('a proxy that %s ends in time, and nothing stays open', async (_, serve) => {
    await using proxy = await startProxy(serve);
    for (const patience of [
      { connectMs: 300, wholeMs: 60_000 },
      { connectMs: 60_000, wholeMs: 300 },
    ]) {
      const outcome = await post(proxy.address, 'bob.example.org:80', { patience });
      expect(outcome).toMatchObject({
        kind: 'unreachable',
        reason: expect.stringMatching(/^the proxy|in time$/u) as string,
      });
    }
    await until('the sockets are gone', () => proxy.open() === 0);
    expect(proxy.connections()).toBe(2);
  });

  test('a destination that never answers behind the proxy ends in time', async () => {
    await using server = await startRawServer(() => undefined);
    await using proxy = await startKind();
    const patience = { connectMs: 3000, wholeMs: 3000 };
    const outcome = await post(proxy.address, `bob.example.org:${portOf(server)}`, { patience });
    expect(outcome).toMatchObject({ reason: 'no answer in time' });
    await until('the sockets are gone', () => proxy.open() === 0);
  });

  test('a post stopped while the proxy is silent ends at once, and nothing stays open', async () => {
    await using proxy = await startProxy(() => undefined);
    const stop = new AbortController();
    const posting = post(proxy.address, 'bob.example.org:80', { signal: stop.signal });
    await until('it is there', () => proxy.open() === 1);
    stop.abort();
    expect(await posting).toEqual({ kind: 'unreachable', reason: 'stopped' });
    await until('the socket is gone', () => proxy.open() === 0);
    expect(await post(proxy.address, 'bob.example.org:80', { signal: stop.signal })).toMatchObject({
      reason: 'stopped',
    });
    expect(proxy.open()).toBe(0);
  });

  test('no outcome reveals the password', async () => {
    await using proxy = await startProxy((client) => void client.end());
    const outcome = await post(`me:secret@${proxy.address}`, 'bob.example.org:80');
    expect(outcome.kind).toBe('unreachable');
    expect(JSON.stringify(outcome)).not.toContain('secret');
  });
});

test('an invalid proxy leads nowhere, above all not straight to the contact', async () => {
  await using server = await startListener();
  const outcome = await postEnvelope({
    place: server.address,
    slotKey,
    envelope,
    proxy: 'socks5://nonsense',
  });
  expect(outcome).toEqual({ kind: 'unreachable', reason: 'the proxy in config.toml is not valid' });
  expect(server.connections()).toBe(0);
});

test.each([
  ['bob.example.org', limits.postConnectTimeoutMs],
  ['a.onion', limits.onionConnectTimeoutMs],
])('a connection to %s through a proxy may take %i ms', async (host, ms) => {
  await using proxy = await startProxy(() => undefined);
  await fetchInvite({ place: '127.0.0.1:1', pickup: 'p', nonce: 'n', slotKey });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let outcome: Outcome | undefined;
  const posting = postEnvelope({
    place: `${host}:80`,
    slotKey,
    envelope,
    proxy: `socks5://${proxy.address}`,
  }).then((now) => (outcome = now));
  const turn = () => new Promise((done) => setImmediate(done));
  while (proxy.open() === 0) await turn();
  await vi.advanceTimersByTimeAsync(ms - 1);
  await turn();
  expect(outcome).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(await posting).toMatchObject({ reason: 'the proxy does not answer' });
  expect(limits.onionTimeoutMs).toBeGreaterThan(limits.onionConnectTimeoutMs);
});

test('asks none of the proxies in the environment when it has its own', async () => {
  await using server = await startListener();
  await using proxy = await startSocks();
  await using other = await startProxy(() => undefined);
  const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'all_proxy', 'ALL_PROXY'];
  const env = {
    ...process.env,
    ...Object.fromEntries(names.map((name) => [name, `http://${other.address}`])),
    NODE_USE_ENV_PROXY: '1',
  };
  const script = `
    import { postEnvelope } from ${JSON.stringify(new URL('../../source/outbox/post.ts', import.meta.url))};
    const [place, proxy, key] = process.argv.slice(1);
    const slotKey = Uint8Array.from(Buffer.from(key, 'hex'));
    console.log((await postEnvelope({ place, proxy, slotKey, envelope: new Uint8Array(4096) })).kind);`;
  const said = [
    `bob.example.org:${portOf(server)}`,
    `socks5://${proxy.address}`,
    Buffer.from(slotKey).toString('hex'),
  ];
  const args = ['--input-type=module', '--eval', script, ...said];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  expect(stdout).toBe('accepted\n');
  expect([proxy.asked().length, other.connections()]).toEqual([1, 0]);
});

describe('a place with TLS', () => {
  const known = getCACertificates('default');
  beforeEach(() => setDefaultCACertificates([...known, certificate]));
  afterEach(() => setDefaultCACertificates(known));

  test.each(kinds)('is reached inside the tunnel of a %s proxy, by its own name', async (kind, startKind) => {
    await using server = await startListener();
    await using web = await startReverseProxy(portOf(server), { word: '/cc' });
    await using proxy = await startKind();
    const post = (host: string) =>
      postEnvelope({
        place: `https://${host}:${web.port}/cc`,
        slotKey,
        envelope,
        proxy: `${kind}://${proxy.address}`,
      });
    for (const _ of [1, 2]) expect(await post('chat.example.org')).toMatchObject({ kind: 'accepted' });
    const other = await post('eve.example.org');
    expect(other).toEqual({ kind: 'unreachable', reason: 'its certificate is for another name' });
    setDefaultCACertificates(known);
    await until('the kept connection is closed', () => proxy.open() === 0);
    expect(await post('chat.example.org')).toMatchObject({ reason: 'its certificate is not valid' });
    expect(proxy.asked()).toEqual(['chat', 'eve', 'chat'].map((name) => `${name}.example.org:${web.port}`));
    expect(web.asked).toEqual(['POST /cc/message', 'POST /cc/message']);
  });

  test('that never answers the handshake ends in time', async () => {
    await using silent = await startProxy(() => undefined);
    await using proxy = await startSocks();
    const outcome = await postEnvelope({
      place: `https://bob.example.org:${portOf(silent)}`,
      slotKey,
      envelope,
      proxy: `socks5://${proxy.address}`,
      patience: { connectMs: 3000, wholeMs: 3000 },
    });
    expect(outcome).toMatchObject({ reason: 'no answer in time' });
    await until('the sockets are gone', () => proxy.open() + silent.open() === 0);
  });
});

test('loopback names are the proxy’s own too', async () => {
  await using server = await startListener();
  await using proxy = await startSocks(toLoopback);
  const outcome = await postEnvelope({
    place: `bob.localhost:${portOf(server)}`,
    slotKey,
    envelope,
    proxy: `socks5://${proxy.address}`,
  });
  expect(outcome).toMatchObject({ kind: 'accepted' });
  expect(proxy.asked()).toEqual([`localhost:${portOf(server)}`]);
});
