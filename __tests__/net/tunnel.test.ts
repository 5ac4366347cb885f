import { execFile } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { isOfProxy, parseProxy, type ProxyServer } from '../../source/core/proxy.ts';
import { openTunnel, type Opened } from '../../source/net/tunnel.ts';
import { takePort } from '../support/ports.ts';
import { startHttpProxy, startProxy, startSocks, toLoopback, type FakeProxy } from '../support/proxies.ts';
import { startRawServer } from '../support/raw-server.ts';
import { until } from '../support/until.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

function proxyAt(text: string): ProxyServer {
  const proxy = parseProxy(text);
  if (!proxy) throw new Error(`no proxy: ${text}`);
  return proxy;
}

const to = { host: 'Bob.example.org', port: 8080 };

/** Opens a tunnel and says why there is none, or what the server at its end answered. */
async function said(opened: Opened): Promise<string> {
  if (opened.kind === 'closed') return opened.reason;
  const { socket } = opened;
  socket.write('GET / HTTP/1.1\r\n\r\n');
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return bytes.toString();
}

const kinds = [
  ['socks5', startSocks],
  ['http', startHttpProxy],
] as const;

describe.each(kinds)('through a %s proxy', (kind, startKind) => {
  test.each([
    ['bob.example.org', 'bob.example.org:PORT'],
    ['BOB.Example.ORG', 'bob.example.org:PORT'],
    [`${'A'.repeat(56)}.onion`, `${'a'.repeat(56)}.onion:PORT`],
    ['127.0.0.1', '127.0.0.1:PORT'],
    ['192.0.2.255', '192.0.2.255:PORT'],
    ['::1', kind === 'http' ? '[::1]:PORT' : '[0:0:0:0:0:0:0:1]:PORT'],
    ['2001:db8::', kind === 'http' ? '[2001:db8::]:PORT' : '[2001:db8:0:0:0:0:0:0]:PORT'],
    ['1:2:3:4:5:6:7:fFfe', kind === 'http' ? '[1:2:3:4:5:6:7:fffe]:PORT' : '[1:2:3:4:5:6:7:fffe]:PORT'],
    [
      '64:ff9b::192.0.2.33',
      kind === 'http' ? '[64:ff9b::192.0.2.33]:PORT' : '[64:ff9b:0:0:0:0:c000:221]:PORT',
    ],
  ])('requests %s unchanged, and never looks it up here', async (host, asked) => {
    const lookup = vi.spyOn(dns, 'lookup');
    await using server = await startRawServer((socket) => socket.write('hello'));
    await using proxy = await startKind();
    const port = Number(server.address.split(':')[1]);
    const opened = await openTunnel({
      proxy: proxyAt(`${kind}://${proxy.address}`),
      to: { host, port },
      withinMs: 5000,
    });
    expect(await said(opened)).toBe('hello');
    expect(proxy.asked()).toEqual([asked.replace('PORT', String(port))]);
    expect(lookup.mock.calls.map(([name]) => name).filter((name) => name !== '127.0.0.1')).toEqual([]);
  });

  test('reports an unreachable destination, and leaves no socket', async () => {
    await using proxy = await startKind(() => null);
    const opened = await openTunnel({ proxy: proxyAt(`${kind}://${proxy.address}`), to, withinMs: 5000 });
    expect(await said(opened)).toMatch(
      /^the proxy could not reach it(?:: no route to that machine| \(status 502\))$/u,
    );
    await until('the socket is gone', () => proxy.open() === 0);
  });

  test('a destination that was aborted, even before it began, leaves nothing', async () => {
    await using proxy = await startProxy(() => undefined);
    const stop = new AbortController();
    const tunnel = {
      proxy: proxyAt(`${kind}://${proxy.address}`),
      to,
      withinMs: 60_000,
      signal: stop.signal,
    };
    const opening = openTunnel(tunnel);
    await until('it is there', () => proxy.open() === 1);
    stop.abort();
    expect(await opening).toEqual({ kind: 'closed', reason: 'stopped' });
    expect(await openTunnel(tunnel)).toEqual({ kind: 'closed', reason: 'stopped' });
    await until('the socket is gone', () => proxy.open() === 0);
    expect(proxy.connections()).toBe(1);
  });

  test('reports that nobody listens at the proxy', async () => {
    const proxy = proxyAt(`${kind}://127.0.0.1:${await takePort()}`);
    const opened = await openTunnel({ proxy, to, withinMs: 5000 });
    expect(opened).toEqual({ kind: 'closed', reason: 'the proxy does not answer: nothing listens there' });
  });

  test('looks up no name but the proxy’s', async () => {
    const asked: string[] = [];
    vi.spyOn(dns, 'lookup').mockImplementation((host: string, ...rest: readonly unknown[]) => {
      asked.push(host);
      const done = rest.at(-1) as (error: Error) => void;
      done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    });
    const proxy = proxyAt(`${kind}://proxy.example.org:1`);
    const opened = await openTunnel({ proxy, to, withinMs: 5000 });
    expect(opened).toEqual({ kind: 'closed', reason: 'the proxy has a name that does not exist' });
    expect(asked).toEqual(['proxy.example.org']);
  });

  test('gives a login where there is one', async () => {
    await using server = await startRawServer((socket) => socket.write('hello'));
    const [port, login] = [Number(server.address.split(':')[1]), 'mé:%:@ ok'];
    const user = encodeURIComponent('mé');
    const password = encodeURIComponent('%:@ ok');
    await using proxy =
      kind === 'http' ? await startHttpProxy(toLoopback, login) : await startSocks(toLoopback, { login });
    const open = (words: string) =>
      openTunnel({
        proxy: proxyAt(`${kind}://${words}${proxy.address}`),
        to: { ...to, port },
        withinMs: 5000,
      });
    expect(await said(await open(`${user}:${password}@`))).toBe('hello');
    expect(proxy.logins()).toEqual([login]);
    expect(await open('you:wrong@')).toEqual({
      kind: 'closed',
      reason: 'the proxy refused the name or the password',
    });
    expect(await open('')).toEqual({ kind: 'closed', reason: 'the proxy asks for a name and a password' });
    expect(proxy.asked()).toHaveLength(1);
    await until('the sockets are gone', () => proxy.open() === 0);
  });
});

describe('answers of proxies', () => {
  const socks = (bytes: readonly number[]) => (client: Socket) => void client.write(Buffer.from(bytes));
  const open = [5, 0];
  const refuses = (code: number) => (client: Socket) => {
    client.write(Buffer.from(open));
    let got = 0;
    client.on('data', (bytes) => {
      got += bytes.length;
      if (got > 4) client.write(Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]));
    });
  };
  const http = (text: string) => (client: Socket) => void client.once('data', () => client.write(text));
  const pour = (first: readonly number[], piece: Buffer | string) => (client: Socket) => {
    client.write(Buffer.from(first));
    const more = (): void => {
      if (client.destroyed) return;
      if (client.write(piece)) setImmediate(more);
      else client.once('drain', more);
    };
    more();
  };
  const drip = (text: Buffer) => (client: Socket) => {
    const bytes = [...text].toReversed();
    const timer = setInterval(() => {
      const byte = bytes.pop();
      if (byte !== undefined) client.write(Buffer.from([byte]));
    }, 5);
    client.on('close', () => clearInterval(timer));
  };
  const late = 'the proxy does not answer';
  const lateBehind = 'the proxy could not reach it in time';
  const noSocks = 'the proxy does not speak SOCKS5';
  const noHttp = 'the proxy does not speak HTTP';
  const early = 'the proxy, or what is behind it, spoke before it was asked';
  const [hangs, ends] = [() => undefined, (client: Socket) => void client.end()];
  const cases: ReadonlyArray<readonly [string, 'socks5' | 'http', (client: Socket) => void, string]> = [
    ['nothing', 'socks5', hangs, late],
    ['nothing', 'http', hangs, lateBehind],
    ['a hang-up', 'socks5', ends, 'the proxy hung up'],
    ['a hang-up', 'http', ends, 'the proxy hung up'],
    ['a reset', 'socks5', (client) => client.resetAndDestroy(), 'the proxy hung up'],
    ['a reset', 'http', (client) => client.resetAndDestroy(), 'the proxy hung up'],
    ['an HTTP answer', 'socks5', http('HTTP/1.1 400 x\r\n\r\n'), noSocks],
    ['SOCKS4', 'socks5', socks([0, 90]), noSocks],
    [
      'no known method',
      'socks5',
      socks([5, 255]),
      'the proxy wants a login that cryptochat does not support',
    ],
    [
      'a method that was not offered',
      'socks5',
      socks([5, 1]),
      'the proxy wants a login that cryptochat does not support',
    ],
    ['half a greeting', 'socks5', (client) => void client.end(Buffer.from([5])), 'the proxy hung up'],
    ['a greeting and nothing', 'socks5', socks(open), lateBehind],
    ['login and nothing', 'socks5', socks([5, 2]), late],
    ['a login refused', 'socks5', socks([5, 2, 1, 1]), 'the proxy asks for a name and a password'],
    [
      'half an answer',
      'socks5',
      (client) => void client.end(Buffer.from([...open, 5, 0, 0])),
      'the proxy hung up',
    ],
    [
      'an answer without its address',
      'socks5',
      (client) => void client.end(Buffer.from([...open, 5, 0, 0, 1, 0])),
      'the proxy hung up',
    ],
    ['another version in its answer', 'socks5', socks([...open, 4, 0, 0, 1, 0, 0, 0, 0, 0, 0]), noSocks],
    ['an unknown type of address', 'socks5', socks([...open, 5, 0, 0, 9, 0, 0, 0, 0, 0, 0]), noSocks],
    ['a long name and silence', 'socks5', socks([...open, 5, 0, 0, 3, 255, 0]), lateBehind],
    ['trailing bytes', 'socks5', socks([...open, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0, 72]), early],
    [
      'bytes without end',
      'socks5',
      pour([...open, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0], Buffer.alloc(65_536)),
      early,
    ],
    ['noise without end', 'socks5', pour([], Buffer.alloc(65_536)), noSocks],
    ['a dripping greeting', 'socks5', drip(Buffer.from([5, 2, 1, 0, 5])), lateBehind],
    ['a dripping answer', 'http', drip(Buffer.from(`HTTP/1.1 200 ${'x'.repeat(8000)}`)), lateBehind],
    ['a page', 'http', http(`HTTP/1.1 200 OK\r\n\r\n<html>`), early],
    ['an answer without HTTP', 'http', http('SSH-2.0-OpenSSH_9.9\r\n\r\n'), noHttp],
    ['a status of four digits', 'http', http('HTTP/1.1 2000 x\r\n\r\n'), noHttp],
    ['a status of no class', 'http', http('HTTP/1.1 999 x\r\n\r\n'), noHttp],
    ['HTTP/2', 'http', http('HTTP/2 200 x\r\n\r\n'), noHttp],
    ['a line that never ends', 'http', pour([], 'HTTP/1.1 200 '.repeat(1000)), noHttp],
    [
      'heads without end',
      'http',
      pour([...Buffer.from('HTTP/1.1 200 OK\r\n')], 'a: b\r\n'.repeat(1000)),
      noHttp,
    ],
    ['interim answers without end', 'http', pour([], 'HTTP/1.1 103 x\r\n\r\n'), noHttp],
    [
      'large interim answers',
      'http',
      pour([], `HTTP/1.1 103 x\r\nLink: <${'x'.repeat(3000)}>\r\n\r\n`),
      noHttp,
    ],
    ['an upgrade', 'http', http('HTTP/1.1 101 x\r\n\r\n'), 'the proxy refused: status 101'],
    [
      'a redirect',
      'http',
      http('HTTP/1.1 302 x\r\nLocation: http://x/\r\n\r\n'),
      'the proxy refused: status 302',
    ],
    ['407', 'http', http('HTTP/1.1 407 x\r\n\r\n'), 'the proxy asks for a name and a password'],
    ['401', 'http', http('HTTP/1.0 401 x\r\n\r\n'), 'the proxy asks for a name and a password'],
    ['403', 'http', http('HTTP/1.1 403 x\r\n\r\n'), 'the proxy does not allow this connection'],
    ['405', 'http', http('HTTP/1.1 405 x\r\n\r\n'), 'the proxy does not allow this connection'],
    ['404', 'http', http('HTTP/1.0 404 x\r\n\r\n'), 'the proxy refused: status 404'],
    ['504', 'http', http('HTTP/1.1 504 x\r\n\r\n'), 'the proxy could not reach it (status 504)'],
    ['half a head', 'http', (client) => void client.end('HTTP/1.1 200 x\r\n'), 'the proxy hung up'],
    ...(
      [
        [1, 'the proxy could not reach it'],
        [2, 'the proxy does not allow this connection'],
        [3, 'the proxy could not reach it: no route to that network'],
        [4, 'the proxy could not reach it: no route to that machine'],
        [5, 'the proxy could not reach it: nothing listens there'],
        [6, 'the proxy could not reach it: no answer in time'],
        [7, 'the proxy does not forward connections'],
        [8, 'the proxy does not know this kind of address'],
        [9, 'the proxy could not reach it: code 9'],
        [240, 'the proxy could not reach it: the onion service is off'],
        [246, 'the proxy could not reach it: no such onion address'],
        [255, 'the proxy could not reach it: code 255'],
      ] as const
    ).map(([code, reason]) => [`code ${code}`, 'socks5', refuses(code), reason] as const),
  ];

  test.each(cases)('%s (%s)', async (_, kind, serve, reason) => {
    await using proxy = await startProxy(serve);
    const withinMs = reason === late || reason === lateBehind ? 300 : 10_000;
    const opened = await openTunnel({ proxy: proxyAt(`${kind}://${proxy.address}`), to, withinMs });
    expect(opened).toEqual({ kind: 'closed', reason });
    // A fault beyond the proxy is not the proxy's.
    expect([reason, isOfProxy(reason)]).toEqual([reason, !/could not reach|what is behind it/u.test(reason)]);
    expect(reason.length).toBeLessThanOrEqual(60);
    await until('the socket is gone', () => proxy.open() === 0);
  });

  test.each([
    [
      'after interim answers',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nLink: <x>\r\n\r\nHTTP/1.0 200\r\n\r\n',
    ],
    ['under another good status', 'HTTP/1.1 204 x\r\nvia: x\r\n\r\n'],
  ])('uses an HTTP proxy that lets in %s', async (_, text) => {
    await using proxy = await startProxy((client) => {
      client.once('data', () => {
        client.write(text);
        client.once('data', () => client.write('hello'));
      });
    });
    const opened = await openTunnel({ proxy: proxyAt(`http://${proxy.address}`), to, withinMs: 5000 });
    expect(await said(opened)).toBe('hello');
  });

  test('a SOCKS proxy may give its bound address as a name or an IPv6 address', async () => {
    for (const bound of [
      [3, 1, 97],
      [4, ...Array.from({ length: 16 }, () => 1)],
    ]) {
      await using proxy = await startProxy((client) => {
        client.write(Buffer.from(open));
        let got = 0;
        client.on('data', (bytes: Buffer) => {
          if (got > 4) client.write('hello');
          got += bytes.length;
          if (got > 4 && !bytes.includes('GET')) client.write(Buffer.from([5, 0, 0, ...bound, 0, 0]));
        });
      });
      const opened = await openTunnel({ proxy: proxyAt(`socks5://${proxy.address}`), to, withinMs: 5000 });
      expect(await said(opened)).toBe('hello');
    }
  });
});

describe('stream isolation', () => {
  async function names(
    proxy: FakeProxy,
    words: string,
    hosts: readonly string[],
  ): Promise<readonly string[]> {
    for (const host of hosts) {
      const opened = await openTunnel({
        proxy: proxyAt(`socks5://${words}${proxy.address}`),
        to: { host, port: 9 },
        withinMs: 5000,
      });
      if (opened.kind === 'open') opened.socket.destroy();
    }
    return proxy.logins();
  }

  test('gives every destination its own name, the same each time, that reveals nothing', async () => {
    await using proxy = await startSocks(() => null, { asks: true });
    const [one = '', two = '', again, ...more] = await names(proxy, '', ['a.onion', 'b.onion', 'A.onion']);
    const [user, password] = one.split(':');
    const [other, samePassword] = two.split(':');
    expect(user).toMatch(/^[\da-f]{32}$/u);
    expect(other).toMatch(/^[\da-f]{32}$/u);
    expect(other).not.toBe(user);
    expect(samePassword).toBe(password);
    expect([again, more]).toEqual([one, []]);
  });

  describe('another circuit for a destination that is not reached', () => {
    type Means = { readonly isThere: (answer: boolean) => void; readonly tries: Tries };
    type Tries = (host: string, count: number, signal?: () => AbortSignal) => Promise<readonly string[]>;

    /** Runs a play with a proxy that reaches everything or nothing; `tries` returns the passwords that it was given. */
    async function play(act: (means: Means) => Promise<void>, login = ''): Promise<void> {
      await using server = await startRawServer((socket) => socket.write('hello'));
      const port = Number(server.address.split(':')[1]);
      let leads = false;
      await using proxy = await startSocks((asked) => (leads ? toLoopback(asked) : null), { asks: true });
      const tries: Tries = async (host, count, signal) => {
        const before = proxy.logins().length;
        for (let at = 0; at < count; at += 1) {
          const way = {
            proxy: proxyAt(`socks5://${login}${proxy.address}`),
            to: { host, port },
            withinMs: 5000,
          };
          const opened = await openTunnel({ ...way, signal: signal?.() });
          if (opened.kind === 'open') opened.socket.destroy();
        }
        return proxy
          .logins()
          .slice(before)
          .map((one) => one.split(':')[1] ?? '');
      };
      await act({ isThere: (answer) => (leads = answer), tries });
    }

    /** Runs a play with a proxy that takes each login, and then says nothing; returns the passwords. */
    async function withSilence(act: (silent: FakeProxy) => Promise<void>): Promise<readonly string[]> {
      await using silent = await startProxy((client, seen) => {
        const answers = [
          () => client.write(Buffer.from([5, 2])),
          (bytes: Buffer) => {
            seen.logins.push(bytes.subarray(3 + (bytes[1] ?? 0)).toString());
            client.write(Buffer.from([1, 0]));
          },
          () => seen.asked.push(''),
        ];
        client.on('data', (bytes: Buffer) => answers.shift()?.(bytes));
      });
      await act(silent);
      return silent.logins();
    }

    /** The passwords by the number of different ones before each. */
    function numbered(passwords: readonly string[]): readonly number[] {
      const different = [...new Set(passwords)];
      return passwords.map((one) => different.indexOf(one));
    }

    test('after two tries in a row, then after four, eight and sixteen', () =>
      play(async ({ tries }) => {
        const expected = [2, 4, 8, 16, 16, 1].flatMap((count, at) => Array.from({ length: count }, () => at));
        expect(numbered(await tries('gone1.onion', expected.length))).toEqual(expected);
      }));

    test('for that destination alone', () =>
      play(async ({ tries }) => {
        const [first] = await tries('gone2.onion', 3);
        expect(await tries('other2.onion', 1)).toEqual([first]);
      }));

    test('the circuit that reached it stays, also after a failure among others', () =>
      play(async ({ isThere, tries }) => {
        const third = (await tries('gone3.onion', 3)).at(-1);
        for (const answer of [true, false, true, false, true]) {
          isThere(answer);
          expect(await tries('GONE3.onion', 1)).toEqual([third]);
        }
        isThere(false);
        expect(numbered([third ?? '', ...(await tries('gone3.onion', 3))])).toEqual([0, 0, 0, 1]);
      }));

    test('never one that was given before', () =>
      play(async ({ isThere, tries }) => {
        const given = [...(await tries('gone4.onion', 3))];
        isThere(true);
        await tries('gone4.onion', 1);
        isThere(false);
        given.push(...(await tries('gone4.onion', 3)));
        expect(numbered(given)).toEqual([0, 0, 1, 1, 1, 2]);
      }));

    test('not for tries that were broken off', () =>
      play(async ({ tries }) => {
        const passwords = await withSilence(async (silent) => {
          for (let at = 0; at < 5; at += 1) {
            const stop = new AbortController();
            const opening = openTunnel({
              proxy: proxyAt(`socks5://${silent.address}`),
              to: { host: 'gone5.onion', port: 9 },
              withinMs: 60_000,
              signal: stop.signal,
            });
            await until('it is asked', () => silent.asked().length > at);
            stop.abort();
            expect(await opening).toEqual({ kind: 'closed', reason: 'stopped' });
          }
        });
        expect(numbered([...passwords, ...(await tries('gone5.onion', 2))])).toEqual([0, 0, 0, 0, 0, 0, 0]);
      }));

    test('once for tries that fail at the same time', () =>
      play(async ({ tries }) => {
        const passwords = (await Promise.all([1, 2, 3, 4].map(() => tries('gone6.onion', 1)))).map(
          ([one]) => one,
        );
        expect(new Set(passwords).size).toBe(1);
        expect(numbered([passwords[0] ?? '', ...(await tries('gone6.onion', 5))])).toEqual([
          0, 1, 1, 1, 1, 2,
        ]);
      }));

    test('not with the login of the setting', () =>
      play(async ({ tries }) => {
        expect(new Set(await tries('gone7.onion', 7))).toEqual(new Set(['secret']));
      }, 'me:secret@'));
  });

  test('gives two programs no name in common', async () => {
    await using proxy = await startSocks(() => null, { asks: true });
    const [here] = await names(proxy, '', ['a.onion']);
    const script = `
      import { openTunnel } from ${JSON.stringify(new URL('../../source/net/tunnel.ts', import.meta.url))};
      const [, port] = process.argv;
      const proxy = { kind: 'socks5', address: { host: '127.0.0.1', port: Number(port) }, login: null };
      await openTunnel({ proxy, to: { host: 'a.onion', port: 9 }, withinMs: 60_000 });`;
    const port = proxy.address.split(':')[1] ?? '';
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script, port]);
    expect(proxy.logins()).toHaveLength(2);
    expect(proxy.logins()[1]).not.toBe(here);
  });

  test('prefers the login of the setting', async () => {
    await using proxy = await startSocks(() => null, { asks: true });
    expect(await names(proxy, 'me:secret@', ['a.onion', 'b.onion'])).toEqual(['me:secret', 'me:secret']);
  });
});

describe('a proxy that is only greeted', () => {
  const greet = (text: string) => openTunnel({ proxy: proxyAt(text), to: null, withinMs: 500 });

  test('is asked for nothing', async () => {
    for (const start of [startSocks, startHttpProxy]) {
      await using proxy = await start();
      const kind = start === startSocks ? 'socks5' : 'http';
      const opened = await greet(`${kind}://${proxy.address}`);
      expect(opened.kind).toBe('open');
      if (opened.kind === 'open') opened.socket.destroy();
      await until('the socket is gone', () => proxy.open() === 0);
      expect(proxy.asked()).toEqual([]);
    }
  });

  test('says whether it lets us in', async () => {
    await using proxy = await startSocks(toLoopback, { login: 'me:secret' });
    expect(await greet(`socks5://${proxy.address}`)).toEqual({
      kind: 'closed',
      reason: 'the proxy asks for a name and a password',
    });
    await using silent = await startProxy(() => undefined);
    expect(await greet(`socks5://${silent.address}`)).toEqual({
      kind: 'closed',
      reason: 'the proxy does not answer',
    });
  });
});

test('bounds the head of a proxy', () => {
  expect(limits.proxyHeadBytes).toBeLessThanOrEqual(16_384);
});
