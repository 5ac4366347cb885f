import { execFile } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { getEventListeners, once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import type { Bytes, Envelope } from '../../source/core/types.ts';
import { fetchInvite, postEnvelope } from '../../source/outbox/post.ts';
import { startRawServer } from '../support/raw-server.ts';
import { proofOfHead, tagOf } from '../support/signed-post.ts';

const slotKey: Bytes = new Uint8Array(randomBytes(32));

/** A 202 from a server that has the slot key, with `more` header lines. */
function accepted(head: string, more = 'Content-Length: 0\r\n'): string {
  return `HTTP/1.1 202 Accepted\r\nx-cc-kept: ${proofOfHead(slotKey, head)}\r\n${more}\r\n`;
}
const patience = { connectMs: 1000, wholeMs: 1500 };

function envelope(bytes: number = limits.bucketBytes[0]): Envelope {
  return new Uint8Array(randomBytes(bytes)) as Envelope;
}

describe('a post', () => {
  test('sends what PROTOCOL.md §8 says, and nothing more', async () => {
    await using server = await startRawServer((socket, head) => socket.write(accepted(head)));
    const sent = envelope(limits.bucketBytes[2]);
    const outcome = await postEnvelope({ place: server.address, slotKey, envelope: sent });
    const [head = '', body = ''] = server.received().split(/\r\n\r\n(.*)/s);
    expect(outcome).toEqual({
      kind: 'accepted',
      head: `${head}\r\n\r\n`,
      kept: proofOfHead(slotKey, head),
    });
    const [line, ...fields] = head.split('\r\n');
    expect(line).toBe('POST /message HTTP/1.1');
    const headers = new Map(fields.map((field) => field.split(': ', 2) as [string, string]));
    const digest = headers.get('content-digest') ?? '';
    const [version, nonce = '', tag, mac] = (headers.get('x-cc-auth') ?? '').split('.');
    expect([...headers.keys()].map((name) => name.toLowerCase()).toSorted()).toEqual([
      'connection',
      'content-digest',
      'content-length',
      'content-type',
      'host',
      'x-cc-auth',
    ]);
    expect(headers.get('content-type')).toBe('application/vnd.cryptochat');
    expect(headers.get('content-length')).toBe('65536');
    expect(digest).toBe(`sha-256=:${createHash('sha256').update(sent).digest('base64')}:`);
    expect(Buffer.from(body, 'latin1').equals(sent)).toBe(true);
    expect(version).toBe('v1');
    expect(tag).toBe(tagOf(slotKey, nonce));
    expect(Buffer.from(nonce, 'base64url')).toHaveLength(16);
    const expected = createHmac('sha256', slotKey).update(`POST|/message|${nonce}|${digest}`).digest();
    expect(mac).toBe(expected.subarray(0, 16).toString('base64url'));
  });

  test('says how many envelopes it has, and believes only the proof of a number', async () => {
    const envelopes = [envelope(), envelope(), envelope()] as const;
    const [first, ...behind] = envelopes;
    const outcomes = [];
    let answer = (_head: string): string => '';
    await using server = await startRawServer((socket, head) =>
      socket.write(`HTTP/1.1 202 Accepted\r\n${answer(head)}Content-Length: 0\r\n\r\n`),
    );
    const said = [
      (head: string) => `x-cc-kept: ${proofOfHead(slotKey, head, 3)}\r\nx-cc-batch: 64\r\n`,
      (head: string) => `x-cc-kept: ${proofOfHead(slotKey, head, 2)}\r\nx-cc-batch: 5\r\n`,
      (head: string) => `x-cc-kept: ${proofOfHead(slotKey, head, 1)}\r\nx-cc-batch: 5000\r\n`,
      (head: string) => `x-cc-kept: ${proofOfHead(slotKey, head, 1).replace('1', '3')}\r\n`,
      (head: string) => `x-cc-kept: ${proofOfHead(slotKey, head, 4)}\r\n`,
      (head: string) => `x-cc-kept: ${proofOfHead(slotKey, head, 0)}\r\n`,
      (head: string) => `x-cc-kept: ${proofOfHead(slotKey, head)}\r\n`,
      (head: string) => `x-cc-kept: 0${proofOfHead(slotKey, head, 3)}\r\n`,
    ];
    for (answer of said) {
      const outcome = await postEnvelope({ place: server.address, slotKey, envelope: first, behind });
      outcomes.push(outcome.kind === 'accepted' ? [outcome.count, outcome.most] : outcome.kind);
    }
    const none = 'unreachable';
    expect(outcomes).toEqual([[3, 64], [2, 5], [1, 64], none, none, none, none, none]);
    expect(server.received()).toMatch(/^POST \/messages\/3 HTTP\/1\.1\r\n/);
    expect(server.received()).toContain(`content-length: ${3 * 4096}`);
    expect(server.received()).toContain(Buffer.concat(envelopes).toString('latin1'));
  });

  test('keeps the connection for the next', async () => {
    await using server = await startRawServer((socket, head) => socket.write(accepted(head)));
    for (let round = 0; round < 20; round += 1) {
      await postEnvelope({ place: server.address, slotKey, envelope: envelope() });
    }
    expect(server.connections()).toBe(1);
  });

  test('goes out again at once when a kept connection has died', async () => {
    await using server = await startRawServer((socket, head, count) => {
      if (count % 2 === 1) socket.write(accepted(head));
      else socket.destroy();
    });
    const post = () => postEnvelope({ place: server.address, slotKey, envelope: envelope() });
    expect(await post()).toMatchObject({ kind: 'accepted' });
    expect(await post()).toMatchObject({ kind: 'accepted' });
    expect(server.connections()).toBe(2);
  });

  test.each([
    [400, 'bad'],
    [404, 'unknown'],
    [411, 'bad'],
    [413, 'bad'],
    [415, 'bad'],
    [429, 'full'],
    [507, 'disk-full'],
  ])('reads %i as a refusal', async (status, reason) => {
    await using server = await startRawServer((socket) =>
      socket.end(`HTTP/1.1 ${status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`),
    );
    const outcome = await postEnvelope({ place: server.address, slotKey, envelope: envelope() });
    const [head = ''] = server.received().split(/(?<=\r\n\r\n)/);
    expect(outcome).toEqual({ kind: 'refused', head, status, reason });
  });
});

/** Hostile actions of a server, and the outcome that the poster reports. */
const hostile: ReadonlyArray<readonly [string, RegExp, (socket: Socket) => void]> = [
  [
    'a redirect to another server',
    /another program answers there \(status 307\)/,
    (socket) => socket.write('HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n'),
  ],
  ['a page', /status 200/, (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')],
  ['nothing', /no answer in time/, () => undefined],
  ['a status line that never ends', /no answer in time/, (socket) => socket.write('HTTP/1.1 202')],
  ['no HTTP', /another program answers there/, (socket) => socket.write('SSH-2.0-OpenSSH_9.9\r\n')],
  ['a null byte', /another program answers there/, (socket) => socket.write(Buffer.alloc(64))],
  ['a hang-up', /the connection broke/, (socket) => socket.destroy()],
  ['half a status line', /the connection broke/, (socket) => socket.end('HTTP/1.1 20')],
  [
    'headers without end',
    /another program answers there/,
    (socket) => pour(socket, 'HTTP/1.1 202 Accepted\r\n', `x-filler: ${'x'.repeat(1000)}\r\n`),
  ],
  [
    'interim answers without end',
    /another program answers there/,
    (socket) => pour(socket, '', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'),
  ],
  [
    'too many 100 Continue answers',
    /another program answers there/,
    (socket) => pour(socket, '', 'HTTP/1.1 100 Continue\r\n\r\n'),
  ],
  [
    'large interim answers',
    /another program answers there/,
    (socket) => pour(socket, '', `HTTP/1.1 103 Early Hints\r\nLink: <${'x'.repeat(3900)}>\r\n\r\n`),
  ],
  [
    'many headers',
    /another program answers there/,
    (socket) => pour(socket, 'HTTP/1.1 202 Accepted\r\n', 'a:\r\n'),
  ],
  ['a status line, letter by letter', /no answer in time/, (socket) => drip(socket, 'HTTP/1.1 202 Accepted')],
  [
    'headers, letter by letter',
    /no answer in time/,
    (socket) => drip(socket, `HTTP/1.1 202 Accepted\r\nx: ${'y'.repeat(3000)}`),
  ],
  [
    'interim answers, one now and then',
    /no answer in time/,
    (socket) => drip(socket, 'HTTP/1.1 103 x\r\n\r\n', 400),
  ],
  [
    'an upgrade',
    /another program answers there/,
    (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
  ],
];

describe('a hostile server gets nowhere with', () => {
  test.each(hostile)('%s', async (_, reason, answer) => {
    await using server = await startRawServer(answer);
    const isSilent = reason.source.includes('no answer');
    const post = { place: server.address, slotKey, envelope: envelope() };
    const outcome = await postEnvelope(isSilent ? { ...post, patience } : post);
    expect(outcome.kind).toBe('unreachable');
    expect(outcome).toHaveProperty('reason', expect.stringMatching(reason));
    expect(server.received().match(/POST/g)).toHaveLength(1);
  });

  test.each([
    ['of 200 MB', 'Content-Length: 209715200\r\n'],
    ['without end', 'Transfer-Encoding: chunked\r\n'],
    ['until it hangs up', ''],
    ['that claims to be compressed', 'Content-Encoding: br\r\n'],
  ])('a body %s: the poster hangs up at the status line', async (_, more) => {
    let closed: Promise<unknown> = Promise.resolve();
    let poured = 0;
    await using server = await startRawServer((socket, head) => {
      closed = once(socket, 'close');
      pour(socket, accepted(head, more), `1000\r\n${'x'.repeat(4096)}\r\n`, (bytes) => (poured += bytes));
    });
    const outcome = await postEnvelope({ place: server.address, slotKey, envelope: envelope(), patience });
    expect(outcome).toMatchObject({ kind: 'accepted' });
    await closed;
    expect(poured).toBeLessThan(16 * 1024 * 1024);
  });

  test.each([
    ['with the proxies of others', {}, []],
    ['with a variable that tells Node to use them', { NODE_USE_ENV_PROXY: '1' }, []],
    ['with a flag that tells Node to', {}, ['--use-env-proxy']],
  ])('asks no proxy from the environment, %s', async (_, more, flags) => {
    await using proxy = await startRawServer((socket, head) => socket.write(accepted(head)));
    await using server = await startRawServer((socket, head) => socket.write(accepted(head)));
    const url = `http://${proxy.address}`;
    const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];
    const env = { ...process.env, ...Object.fromEntries(names.map((name) => [name, url])), ...more };
    const script = `
      import { postEnvelope } from ${JSON.stringify(new URL('../../source/outbox/post.ts', import.meta.url))};
      const key = Uint8Array.from(Buffer.from(process.argv[2], 'hex'));
      console.log((await postEnvelope({ place: process.argv[1], slotKey: key, envelope: new Uint8Array(4096) })).kind);`;
    const args = [
      ...flags,
      '--input-type=module',
      '--eval',
      script,
      server.address,
      Buffer.from(slotKey).toString('hex'),
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout).toBe('accepted\n');
    expect(proxy.received()).toBe('');
    expect(server.received()).toContain('POST /message');
    // Nothing answers TLS here; the proxy must stay unasked all the same.
    args[args.indexOf(server.address)] = `https://${server.address}`;
    const secure = await promisify(execFile)(process.execPath, args, { env });
    expect([secure.stdout, proxy.received(), proxy.connections()]).toEqual(['unreachable\n', '', 0]);
  });
});

describe('a 202 proves nothing by itself', () => {
  const foreign = 'another program answers there (a 202 without proof)';
  const bare = 'Content-Length: 0\r\n';
  /** The outcome for an answer to `head`, when an earlier post's answer began with `earlier`. */
  const forgeries: ReadonlyArray<readonly [string, (head: string, earlier: string) => string]> = [
    ['a server that answers 202 to everything', () => `HTTP/1.1 202 Accepted\r\n${bare}\r\n`],
    [
      'the proof of an earlier request of the same envelope',
      (_, earlier) => `HTTP/1.1 202 Accepted\r\nx-cc-kept: ${proofOfHead(slotKey, earlier)}\r\n${bare}\r\n`,
    ],
    [
      'a proof with another key',
      (head) => `HTTP/1.1 202 Accepted\r\nx-cc-kept: ${proofOfHead(randomBytes(32), head)}\r\n${bare}\r\n`,
    ],
    [
      'the MAC of the request itself',
      (head) =>
        `HTTP/1.1 202 Accepted\r\nx-cc-kept: ${/x-cc-auth: .*\.([\w-]{22})$/im.exec(head)?.[1]}\r\n${bare}\r\n`,
    ],
    [
      'half of the proof',
      (head) =>
        `HTTP/1.1 202 Accepted\r\nx-cc-kept: ${proofOfHead(slotKey, head).slice(0, 11)}\r\n${bare}\r\n`,
    ],
    ['the proof and another', (head) => accepted(head, `x-cc-kept: ${'A'.repeat(22)}\r\n${bare}`)],
    ['the proof twice', (head) => accepted(head, `x-cc-kept: ${proofOfHead(slotKey, head)}\r\n${bare}`)],
    ['an empty proof', () => `HTTP/1.1 202 Accepted\r\nx-cc-kept: \r\n${bare}\r\n`],
  ];
  test.each(forgeries)('%s', async (_, forge) => {
    const heads: string[] = [];
    await using server = await startRawServer((socket, head) => {
      heads.push(head);
      socket.write(heads.length === 1 ? accepted(head) : forge(head, heads[0] ?? ''));
    });
    const same = envelope();
    const post = () => postEnvelope({ place: server.address, slotKey, envelope: same, patience });
    expect(await post()).toMatchObject({ kind: 'accepted' });
    const answered = { head: expect.stringMatching(/^POST /) as string, status: 202 };
    expect(await post()).toEqual({ kind: 'unreachable', reason: foreign, answered });
  });

  test('and the proof under another status proves nothing either', async () => {
    await using server = await startRawServer((socket, head) =>
      socket.write(accepted(head).replace('202 Accepted', '200 OK')),
    );
    const outcome = await postEnvelope({ place: server.address, slotKey, envelope: envelope() });
    expect(outcome).toMatchObject({ reason: 'another program answers there (status 200)' });
  });

  test.each([404, 429, 507, 413])(
    'a page with %i does not count as a refusal by cryptochat',
    async (status) => {
      await using server = await startRawServer((socket) =>
        socket.end(`HTTP/1.1 ${status} x\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello`),
      );
      const outcome = await postEnvelope({ place: server.address, slotKey, envelope: envelope() });
      expect(outcome).toMatchObject({ reason: `another program answers there (status ${status})` });
    },
  );
});

test('an exchange takes its whole time once, even when a kept connection dies slowly under it', async () => {
  await using server = await startRawServer((socket, head, count) => {
    if (count === 1) socket.write(accepted(head));
    else if (count === 2) setTimeout(() => socket.destroy(), 1000);
    else setTimeout(() => socket.write(accepted(head)), 1000);
  });
  const post = () => postEnvelope({ place: server.address, slotKey, envelope: envelope(), patience });
  expect(await post()).toMatchObject({ kind: 'accepted' });
  // The first takes 1 s of the 1.5 s, so the answer to the second comes too late.
  expect(await post()).toMatchObject({ reason: 'no answer in time' });
  expect(limits.postTimeoutMs).toBeLessThanOrEqual(15_000);
});

describe('unreachable', () => {
  test('when nobody listens', async () => {
    const server = await startRawServer(() => undefined);
    await server[Symbol.asyncDispose]();
    const outcome = await postEnvelope({ place: server.address, slotKey, envelope: envelope() });
    expect(outcome).toEqual({ kind: 'unreachable', reason: 'nothing listens there' });
  });

  test.each(['', 'host', 'user@127.0.0.1:80', '127.0.0.1:80/x/y', 'http://127.0.0.1:80'])(
    'at the address %j',
    async (address) => {
      const outcome = await postEnvelope({ place: address, slotKey, envelope: envelope() });
      expect(outcome).toEqual({ kind: 'unreachable', reason: 'no usable address' });
    },
  );

  test('a post that is stopped', async () => {
    const stop = new AbortController();
    await using server = await startRawServer(() => stop.abort());
    const post = { place: server.address, slotKey, envelope: envelope(), signal: stop.signal };
    expect(await postEnvelope(post)).toEqual({ kind: 'unreachable', reason: 'stopped' });
    expect(await postEnvelope(post)).toEqual({ kind: 'unreachable', reason: 'stopped' });
  });
});

describe('a signal that outlives a post', () => {
  const fullHead = 'HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n';

  test.each([
    ['an answer', (socket: Socket, head: string) => socket.write(accepted(head))],
    ['a refusal', (socket: Socket) => socket.write(fullHead)],
    ['a broken connection', (socket: Socket) => socket.destroy()],
    ['nonsense', (socket: Socket) => socket.end('nonsense\r\n\r\n')],
    ['an upgrade', (socket: Socket) => socket.end('HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n')],
    ['silence', () => undefined],
  ])('is not listened to any more after %s', async (_, answer) => {
    const stop = new AbortController();
    await using server = await startRawServer(answer);
    const post = { place: server.address, slotKey, envelope: envelope(), signal: stop.signal };
    for (let time = 0; time < 3; time += 1) await postEnvelope({ ...post, patience });
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  test('is not listened to any more after an answer that came before the envelopes were through', async () => {
    const server = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .on('data', () => undefined)
        .once('data', () => socket.write(fullHead)),
    ).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const stop = new AbortController();
    const [first, ...behind] = Array.from({ length: 64 }, () => envelope(limits.bucketBytes[2]));
    const post = { place: `127.0.0.1:${port}`, slotKey, envelope: first!, behind, signal: stop.signal };
    for (let time = 0; time < 3; time += 1)
      expect(await postEnvelope({ ...post, patience })).toMatchObject({ kind: 'refused', reason: 'full' });
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });
});

describe('an invite', () => {
  const blob = randomBytes(4096).toString('latin1');
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.cryptochat\r\n';
  const ask = { pickup: 'p'.repeat(43), nonce: 'n'.repeat(22), slotKey, patience };
  const gone = createHmac('sha256', slotKey).update(`404|${ask.nonce}`).digest().subarray(0, 16);

  test('is requested by its pickup key and the nonce', async () => {
    await using server = await startRawServer((socket) =>
      socket.write(`${head}Content-Length: 4096\r\n\r\n${blob}`, 'latin1'),
    );
    const fetched = await fetchInvite({ place: server.address, ...ask });
    expect(fetched.kind === 'blob' && Buffer.from(fetched.bytes).toString('latin1') === blob).toBe(true);
    expect(server.received()).toContain(`GET /invite/${ask.pickup} HTTP/1.1\r\n`);
    expect(server.received()).toContain(`x-cc-nonce: ${ask.nonce}\r\n`);
    expect(server.received().toLowerCase()).not.toContain('accept');
    expect(server.received().toLowerCase()).not.toContain('user-agent');
  });

  test('is gone at a 404 that its listener proves', async () => {
    const proof = `X-CC-Gone: ${gone.toString('base64url')}\r\n`;
    await using server = await startRawServer((socket) =>
      socket.end(`HTTP/1.1 404 x\r\n${proof}Content-Length: 0\r\n\r\n`),
    );
    expect(await fetchInvite({ place: server.address, ...ask })).toEqual({ kind: 'gone' });
    const other = { ...ask, nonce: 'm'.repeat(22) };
    expect(await fetchInvite({ place: server.address, ...other })).toEqual({ kind: 'unknown' });
  });

  test('is only unknown at a 404 that anybody can give', async () => {
    await using server = await startRawServer((socket) =>
      socket.end('HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n'),
    );
    expect(await fetchInvite({ place: server.address, ...ask })).toEqual({ kind: 'unknown' });
  });

  test.each([
    ['a short blob', `${head}Content-Length: 4095\r\n\r\n${blob.slice(1)}`, /another program/],
    ['a long blob', `${head}Content-Length: 4097\r\n\r\n${blob}x`, /another program/],
    [
      'a blob of no stated length',
      `${head}Transfer-Encoding: chunked\r\n\r\n1000\r\n${blob}\r\n0\r\n\r\n`,
      /another program/,
    ],
    ['another type', `HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n${blob}`, /another program/],
    ['a redirect', 'HTTP/1.1 302 x\r\nLocation: /invite/x\r\nContent-Length: 0\r\n\r\n', /status 302/],
    [
      'half a blob and silence',
      `${head}Content-Length: 4096\r\n\r\n${blob.slice(2048)}`,
      /no answer in time/,
    ],
  ])('is not there with %s', async (_, answer, reason) => {
    await using server = await startRawServer((socket) => socket.write(answer, 'latin1'));
    const fetched = await fetchInvite({ place: server.address, ...ask });
    expect(fetched).toEqual({ kind: 'unreachable', reason: expect.stringMatching(reason) });
  });

  test('is not there when the server hangs up in the middle', async () => {
    await using server = await startRawServer((socket) =>
      socket.end(`${head}Content-Length: 4096\r\n\r\n${blob.slice(2048)}`, 'latin1'),
    );
    const fetched = await fetchInvite({ place: server.address, ...ask });
    expect(fetched).toEqual({ kind: 'unreachable', reason: 'the connection broke' });
  });
});

/** Writes one letter after the other, or all of it every `everyMs`, until the other side has had enough. */
function drip(socket: Socket, text: string, everyMs = 20): void {
  let at = 0;
  const more = (): void => {
    if (socket.destroyed) return;
    socket.write(everyMs === 20 ? (text[at++] ?? '') : text);
    setTimeout(more, everyMs);
  };
  more();
}

/** Writes `piece` for as long as the other side takes it, slightly faster than it can be discarded. */
function pour(socket: Socket, head: string, piece: string, poured?: (bytes: number) => void): void {
  socket.write(head);
  const more = (): void => {
    if (socket.destroyed) return;
    poured?.(piece.length);
    if (socket.write(piece)) setImmediate(more);
    else socket.once('drain', more);
  };
  more();
}
