import { once } from 'node:events';
import { connect, isIP, type NetConnectOpts, type Socket } from 'node:net';
import { askedHost, formatAddress, ipBytes, type Address } from '../core/address.ts';
import { limits } from '../core/limits.ts';
import { beyondProxy, ofTor, type ProxyServer } from '../core/proxy.ts';
import { loginTo, noteTry } from './isolation.ts';

/** A tunnel through a proxy to `to`, a name or a number; with null it only greets the proxy. It takes `withinMs` at most. */
type Tunnel = {
  readonly proxy: ProxyServer;
  readonly to: Address | null;
  readonly withinMs: number;
  readonly signal?: AbortSignal | undefined;
};

/** A socket to the destination from which nothing was read; or the reason why there is none, in words for a person. */
export type Opened =
  { readonly kind: 'open'; readonly socket: Socket } | { readonly kind: 'closed'; readonly reason: string };

/**
 * A tunnel being opened: `held` is the unread part of the proxy's answer; `wasAsked` is true once the proxy knows the destination; `circuit`
 * is the one that a proxy which asks for a login was then asked for.
 */
type Dig = Pick<Tunnel, 'proxy' | 'to'> & {
  readonly socket: Socket;
  held: Buffer;
  wasAsked: boolean;
  circuit: number | null;
};

/**
 * Opens a TCP connection through a proxy: SOCKS5 (RFC 1928, RFC 1929) or CONNECT (RFC 9110 §9.3.6). No name but the proxy's own is
 * looked up here. Never throws; a socket that is not returned is destroyed. PROTOCOL.md §15.
 */
export async function openTunnel({ proxy, to, withinMs, signal }: Tunnel): Promise<Opened> {
  if (signal?.aborted) return { kind: 'closed', reason: 'stopped' };
  const socket = connect(doorOf(proxy));
  // An error while no code waits for an answer would end the program.
  socket.on('error', () => undefined);
  // Tor accepts names in lower case only.
  const name = to && { ...to, host: to.host.toLowerCase() };
  const dig: Dig = { socket, proxy, to: name, held: Buffer.alloc(0), wasAsked: false, circuit: null };
  const late = setTimeout(() => socket.destroy(tooLate(dig)), withinMs);
  const stop = (): void => {
    // A try that is broken off says nothing about its circuit.
    dig.circuit = null;
    socket.destroy(failure('stopped'));
  };
  signal?.addEventListener('abort', stop);
  try {
    await goThrough(dig);
    noteTry(name, dig.circuit, true);
    return { kind: 'open', socket };
  } catch (error) {
    socket.destroy();
    noteTry(name, dig.circuit, false);
    const reason = wordsOf(error as NodeJS.ErrnoException);
    return { kind: 'closed', reason: proxy.socket === undefined ? reason : ofTor(reason) };
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', stop);
  }
}

function doorOf({ address, socket }: ProxyServer): NetConnectOpts {
  if (socket !== undefined) return { path: socket };
  return { host: askedHost(address.host), port: address.port, noDelay: true };
}

async function goThrough(dig: Dig): Promise<void> {
  const { socket, proxy } = dig;
  await once(socket, 'connect');
  await (proxy.kind === 'socks5' ? throughSocks(dig) : throughHttp(dig));
  // A listener waits for a request, so these bytes come from something else.
  if (dig.held.length + socket.readableLength > 0)
    throw failure('the proxy, or what is behind it, spoke before it was asked');
  if (socket.destroyed) throw socket.errored ?? hungUp();
}

const [socksVersion, loginVersion] = [5, 1];
const [connectCommand, reserved] = [1, 0];
const methods = { open: 0, login: 2 };
const kinds = { ipv4: 1, name: 3, ipv6: 4 };

async function throughSocks(dig: Dig): Promise<void> {
  const { socket, to } = dig;
  socket.write(Buffer.from([socksVersion, 2, methods.open, methods.login]));
  const [version, method] = await take(dig, 2);
  if (version !== socksVersion) throw failure('the proxy does not speak SOCKS5');
  if (method !== methods.login && method !== methods.open)
    throw failure('the proxy wants a login that cryptochat does not support');
  const circuit = method === methods.login ? await logIn(dig) : null;
  if (!to) return;
  Object.assign(dig, { wasAsked: true, circuit });
  const port = [to.port >> 8, to.port & 255];
  socket.write(Buffer.from([socksVersion, connectCommand, reserved, ...socksHost(to.host), ...port]));
  const [again, reply = 0, , kind] = await take(dig, 4);
  if (again !== socksVersion) throw failure('the proxy does not speak SOCKS5');
  if (reply !== 0) throw failure(socksRefusals[reply] ?? `${beyondProxy}: code ${reply}`);
  await take(dig, (await boundLength(dig, kind)) + 2);
}

/** RFC 1929. Returns the circuit that it asks for, null with the login of the setting. */
async function logIn(dig: Dig): Promise<number | null> {
  const { socket, proxy, to } = dig;
  const { login, circuit } = proxy.login ? { login: proxy.login, circuit: null } : loginTo(to);
  const fields = [login.user, login.password].map((text) => Buffer.from(text));
  const counted = fields.flatMap((field) => [Buffer.from([field.length]), field]);
  socket.write(Buffer.concat([Buffer.from([loginVersion]), ...counted]));
  const [, status] = await take(dig, 2);
  if (status !== 0) throw failure(loginRefused(proxy));
  return circuit;
}

function socksHost(host: string): readonly number[] {
  const family = isIP(host);
  if (family > 0) return [family === 4 ? kinds.ipv4 : kinds.ipv6, ...ipBytes(host)];
  return [kinds.name, host.length, ...Buffer.from(host)];
}

/** The length of the address in a SOCKS answer, which is not needed here. */
async function boundLength(dig: Dig, kind: number | undefined): Promise<number> {
  if (kind === kinds.ipv4) return 4;
  if (kind === kinds.ipv6) return 16;
  if (kind !== kinds.name) throw failure('the proxy does not speak SOCKS5');
  const [length = 0] = await take(dig, 1);
  return length;
}

/** RFC 1928 §6; from 240 on, Tor's ExtendedErrors about onion services. */
const socksRefusals: Readonly<Record<number, string>> = {
  1: beyondProxy,
  2: 'the proxy does not allow this connection',
  3: `${beyondProxy}: no route to that network`,
  4: `${beyondProxy}: no route to that machine`,
  5: `${beyondProxy}: nothing listens there`,
  6: `${beyondProxy}: no answer in time`,
  7: 'the proxy does not forward connections',
  8: 'the proxy does not know this kind of address',
  240: `${beyondProxy}: the onion service is off`,
  242: `${beyondProxy}: the onion service is off`,
  243: `${beyondProxy}: the onion service is slow`,
  246: `${beyondProxy}: no such onion address`,
  247: `${beyondProxy}: the onion service is slow`,
};

async function throughHttp(dig: Dig): Promise<void> {
  const { socket, proxy, to } = dig;
  if (!to) return;
  dig.wasAsked = true;
  const place = formatAddress(to);
  const lines = [`CONNECT ${place} HTTP/1.1`, `Host: ${place}`];
  if (proxy.login) {
    const { user, password } = proxy.login;
    lines.push(`Proxy-Authorization: Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
  }
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const status = await finalStatus(dig);
  if (status < 200 || status > 299) throw failure(httpRefusal(status, proxy));
}

function httpRefusal(status: number, proxy: ProxyServer): string {
  // tinyproxy answers a wrong password with 401.
  if (status === 407 || status === 401) return loginRefused(proxy);
  if (status === 403 || status === 405) return 'the proxy does not allow this connection';
  return status >= 500 ? `${beyondProxy} (status ${status})` : `the proxy refused: status ${status}`;
}

function loginRefused({ login }: ProxyServer): string {
  return login ? 'the proxy refused the name or the password' : 'the proxy asks for a name and a password';
}

/** The status of the first answer that is not interim (1xx). */
async function finalStatus(dig: Dig): Promise<number> {
  let left: number = limits.proxyHeadBytes;
  for (let interim = 0; interim <= limits.interimAnswers; interim += 1) {
    const head = await takeHead(dig, left);
    left -= head.length;
    const status = Number(/^HTTP\/1\.[01] ([1-5]\d\d)(?: |\r\n)/u.exec(head)?.[1]);
    if (status >= 200 || status === 101) return status;
    if (Number.isNaN(status)) break;
  }
  throw failure('the proxy does not speak HTTP');
}

/** Reads a head of `most` bytes at most, including the empty line at its end. */
async function takeHead(dig: Dig, most: number): Promise<string> {
  for (;;) {
    const end = dig.held.indexOf('\r\n\r\n');
    const length = end < 0 ? dig.held.length : end + 4;
    if (length > most) throw failure('the proxy does not speak HTTP');
    if (end >= 0) return (await take(dig, length)).toString('latin1');
    await hold(dig);
  }
}

async function take(dig: Dig, count: number): Promise<Buffer> {
  while (dig.held.length < count) await hold(dig);
  const bytes = dig.held.subarray(0, count);
  dig.held = dig.held.subarray(count);
  return bytes;
}

/** Takes the proxy's data from the socket's buffer, at most what fits there, and leaves the buffer empty. */
async function hold(dig: Dig): Promise<void> {
  const { socket } = dig;
  for (;;) {
    const bytes = socket.read() as Buffer | null;
    if (bytes) {
      dig.held = Buffer.concat([dig.held, bytes]);
      return;
    }
    if (socket.readableEnded || socket.destroyed) throw socket.errored ?? hungUp();
    await somethingNew(socket);
  }
}

async function somethingNew(socket: Socket): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race(
      ['readable', 'end', 'close'].map((event) => once(socket, event, { signal: over.signal })),
    );
  } finally {
    over.abort();
  }
}

/** Marks the errors whose message is for a person. */
const told = 'ERR_PROXY';

function failure(reason: string): Error {
  return Object.assign(new Error(reason), { code: told });
}

function hungUp(): Error {
  return failure('the proxy hung up');
}

function tooLate({ wasAsked }: Dig): Error {
  return failure(wasAsked ? `${beyondProxy} in time` : 'the proxy does not answer');
}

const systemReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the proxy does not answer: nothing listens there',
  ENOENT: 'the proxy is not running',
  ENOTFOUND: 'the proxy has a name that does not exist',
  EAI_AGAIN: 'the proxy has a name that cannot be looked up now',
  ETIMEDOUT: 'the proxy does not answer',
  ECONNRESET: 'the proxy hung up',
  EPIPE: 'the proxy hung up',
  EHOSTUNREACH: 'the proxy does not answer: there is no route to it',
  ENETUNREACH: 'the proxy does not answer: there is no route to it',
};

function wordsOf({ code = 'unknown', message }: NodeJS.ErrnoException): string {
  return code === told ? message : (systemReasons[code] ?? `the proxy cannot be used: ${code}`);
}
