import type { Duplex } from 'node:stream';
import type { ExtendOptions, Got, PlainResponse, Request } from 'got';
import { addressKind, askedHost, whyUnasked } from '../core/address.ts';
import { formatPlace, parsePlace, type Place } from '../core/place.ts';
import { limits } from '../core/limits.ts';
import type { ProxyServer } from '../core/proxy.ts';
import type { Bytes, Printable } from '../core/types.ts';
import { printableLine } from '../core/printable.ts';
import { proxyFor } from '../core/way-out.ts';
import { explain } from './explain.ts';
import type * as sockets from './through-proxy.ts';
import type { Way } from './through-proxy.ts';

/** How long an exchange may take, in ms: to connect, and until its last byte. */
export type Patience = { readonly connectMs: number; readonly wholeMs: number };

/** One HTTP exchange with a listener at one `place` (core/place.ts); a body of at most `bodyBytes` bytes is read. */
type Ask = {
  readonly place: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Bytes;
  readonly bodyBytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly patience?: Patience | undefined;
  /** The ways out (core/way-out.ts): with a proxy, nothing bypasses it. Empty for a direct connection. */
  readonly proxy?: string | undefined;
};

/**
 * The answer that came back; `body` is null when it would have been longer than asked for, or of unknown length. `head` is the request line
 * and the headers of the answered request, byte for byte as they were sent; `headers` those of the answer, names in lower case.
 */
export type Answered = {
  readonly kind: 'answer';
  readonly head: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Bytes | null;
};

/** The result of one exchange. */
export type Answer = Unreachable | Answered;

const onionPatience: Patience = {
  connectMs: limits.onionConnectTimeoutMs,
  wholeMs: limits.onionTimeoutMs,
};
const usualPatience: Patience = { connectMs: limits.postConnectTimeoutMs, wholeMs: limits.postTimeoutMs };

function patienceFor({ host }: Place): Patience {
  return addressKind(host) === 'onion' ? onionPatience : usualPatience;
}

/** Options for got towards untrusted hosts: one request, this host, this path, these bytes. */
const hardened = {
  followRedirect: false,
  retry: { limit: 0 },
  decompress: false,
  throwHttpErrors: false,
  maxHeaderSize: limits.listenerHeaderBytes,
  headers: { 'user-agent': undefined },
  https: { rejectUnauthorized: true },
} satisfies ExtendOptions;

/**
 * Node's request: the flag that tells a kept socket from a new one, and the head as it went on the wire. Only `_header` has every line of
 * the head: getRawHeaderNames() leaves out those that Node adds when it sends.
 */
type Sent = {
  readonly reusedSocket: boolean;
  readonly _header: string;
  readonly on: (event: 'information', heard: () => void) => unknown;
  readonly destroy: (error: Error) => unknown;
};

/** The HTTP client, loaded with the first exchange. */
type Sender = { readonly got: Got } & Pick<typeof sockets, 'throughProxy' | 'dropSockets'>;

/** The destination of an exchange and its proxy; without one, a direct connection. */
type Road = Sender & { readonly url: string; readonly to: Place; readonly proxy: ProxyServer | undefined };

let loading: Promise<Sender> | undefined;

/**
 * Asks a listener once, or twice if a kept-alive socket had died under the first try; never throws because of the network or the other
 * side. The socket is kept only after an answer that was short and complete, and cut in every other case.
 */
export async function exchange(ask: Ask): Promise<Answer> {
  const place = parsePlace(ask.place);
  if (!place) return unreachable('no usable address');
  const proxy = proxyFor(ask.proxy, place.host);
  if (proxy === null) return unreachable('the proxy in config.toml is not valid');
  const unasked = whyUnasked(place.host, proxy !== undefined);
  if (unasked !== null) return unreachable(unasked);
  const to = { ...place, host: askedHost(place.host) };
  const sender = await loadSender();
  if (sender === null) return unreachable('this machine could not load its sender');
  const road = { ...sender, url: urlOf(to, ask.path), to, proxy };
  const cut = follow(ask.signal);
  try {
    return await attemptTwice(road, { ...ask, signal: cut.signal }, ask.patience ?? patienceFor(to));
  } finally {
    cut.letGo();
  }
}

async function attemptTwice(road: Road, ask: Ask, { connectMs, wholeMs }: Patience): Promise<Answer> {
  const until = performance.now() + wholeMs;
  const first = await attempt(road, ask, { connectMs, wholeMs });
  if (first !== 'stale') return first;
  const leftMs = Math.ceil(until - performance.now());
  if (leftMs <= 0) return unreachable(explain('ETIMEDOUT'));
  const second = await attempt(road, ask, { connectMs, wholeMs: leftMs });
  return second === 'stale' ? unreachable(explain('ECONNRESET')) : second;
}

/**
 * A signal that follows `signal` until it is let go. got keeps listening to its signal when an answer came before its request was through;
 * a signal that outlives the exchange would keep the request and its body, for as long as the program runs.
 */
function follow(signal: AbortSignal | undefined): {
  readonly signal: AbortSignal;
  readonly letGo: () => void;
} {
  const cut = new AbortController();
  const abort = (): void => cut.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return { signal: cut.signal, letGo: () => signal?.removeEventListener('abort', abort) };
}

function urlOf(place: Place, path: string): string {
  return `${place.secure ? '' : 'http://'}${formatPlace(place)}${path}`;
}

/**
 * Loads what every exchange needs, once, if possible before a message waits for it. Returns null when it could not be loaded, for example
 * without a free file handle; then it is loaded the next time.
 */
export async function loadSender(): Promise<Sender | null> {
  try {
    return await (loading ??= load());
  } catch {
    loading = undefined;
    return null;
  }
}

/** Ends every kept or current connection: after the machine has moved they may lead nowhere, without an error. */
export function dropConnections(): void {
  void loading?.then(({ dropSockets }) => dropSockets()).catch(() => undefined);
}

/** got is slow to load, so a start does not wait for it. */
async function load(): Promise<Sender> {
  const [{ default: got }, through] = await Promise.all([import('got'), import('./through-proxy.ts')]);
  return {
    got: got.extend(usesProxy() ? { ...hardened, agent: { http: false, https: false } } : hardened),
    ...through,
  };
}

/**
 * True if Node was told to send the traffic of its global agent through the proxies of the environment. Peers are reached directly or
 * not at all, so such a process works without that agent and keeps no sockets.
 */
function usesProxy(): boolean {
  const { NODE_OPTIONS: options = '', NODE_USE_ENV_PROXY: asked = '' } = process.env;
  return asked !== '' || [options, ...process.execArgv].some((flag) => flag.includes('--use-env-proxy'));
}

function attempt(road: Road, ask: Ask, patience: Patience): Promise<Answer | 'stale'> {
  const { connectMs, wholeMs } = patience;
  const stream = road.got.stream(road.url, {
    ...wayOf(road, ask, Math.min(connectMs, wholeMs)),
    method: ask.method,
    headers: ask.headers,
    timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs, request: wholeMs },
    ...(ask.body && { body: ask.body }),
    ...(ask.signal && { signal: ask.signal }),
  });
  return new Promise((resolve) => {
    let request: Sent | undefined;
    stream.once('request', (made: Sent) => {
      request = made;
      let interim = 0;
      made.on('information', () => {
        interim += 1;
        if (interim > limits.interimAnswers)
          made.destroy(Object.assign(new Error('1xx'), { code: 'HPE_INTERIM' }));
      });
    });
    stream.once('response', (response: PlainResponse) => {
      const { _header: head = '' } = request ?? {};
      request = undefined;
      resolve(readAnswer(stream, response, { head, most: ask.bodyBytes }));
    });
    // got treats 101 as the start of an upgrade; without this, the socket would stay open forever.
    stream.once('upgrade', (_: unknown, socket: Duplex) => {
      socket.destroy();
      stream.destroy();
      resolve(unreachable(explain('HPE_UPGRADE')));
    });
    stream.on('error', (error: Error & { code?: string }) => {
      const stale = request?.reusedSocket === true && isBroken(error.code);
      resolve(
        stale ? 'stale' : unreachable(error.code === 'ERR_PROXY' ? error.message : explain(error.code)),
      );
    });
  });
}

/** got's own limits do not cover opening a tunnel, which has its own limit. */
function wayOf({ throughProxy: lead, proxy, to }: Road, { signal }: Ask, withinMs: number): Partial<Way> {
  return proxy ? lead({ proxy, to, withinMs, signal }) : {};
}

async function readAnswer(
  stream: Request,
  response: PlainResponse,
  { head, most }: { readonly head: string; readonly most: number },
): Promise<Answer> {
  const { statusCode: status, headers } = response;
  const answer = { kind: 'answer', head, status, headers } as const;
  const length = Number(response.headers['content-length'] ?? Infinity);
  if (!(length <= most)) {
    stream.destroy();
    return { ...answer, body: null };
  }
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(chunk as Uint8Array);
    return { ...answer, body: new Uint8Array(Buffer.concat(chunks)) };
  } catch (error) {
    return unreachable(explain((error as { code?: string }).code));
  }
}

function isBroken(code: string | undefined): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/**
 * No usable answer, with the reason. `answered` when a program other than a cryptochat answered: the head of the request as it was sent,
 * and the status.
 */
export type Unreachable = {
  readonly kind: 'unreachable';
  readonly reason: Printable;
  readonly answered?: { readonly head: string; readonly status: number };
};

/** A result that gives the reason why there is no answer. */
export function unreachable(reason: string): Unreachable {
  return { kind: 'unreachable', reason: printableLine(reason, 60) };
}
