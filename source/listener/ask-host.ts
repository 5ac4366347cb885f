import {
  Agent,
  request,
  type ClientRequest,
  type ClientRequestArgs,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { askedHost, whyUnasked } from '../core/address.ts';
import { limits } from '../core/limits.ts';
import type { Place } from '../core/place.ts';
import type { ProxyServer } from '../core/proxy.ts';
import { openTunnel } from '../net/tunnel.ts';

/** TLS, loaded for the first host that is reached by https: it takes 3 MB. */
const secure = (): typeof import('node:https') => process.getBuiltinModule('node:https');

/** One request to the listener at a place, or to the host of a box: a POST that is answered within `waitMs`, by at most `mostBytes`. */
type HostAsk = {
  readonly place: Place;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Uint8Array;
  readonly mostBytes: number;
  readonly waitMs: number;
  /** How long connecting may take, when that is less than the whole time. */
  readonly connectMs?: number;
  readonly line: Line;
  readonly signal: AbortSignal;
};

/** The connections to one host, direct or through a proxy. */
export type Line = { readonly agent: Agent; readonly hasProxy: boolean };

/** The answer, or the reason why there is no usable one, in words for a person. */
export type HostAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Uint8Array;
      /** The head of the request as it was sent. */
      readonly head: string;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Makes the connections to one host, kept between requests: the only place where a listener opens any. With a proxy, none bypasses it. */
export function lineTo(place: Place, proxy: ProxyServer | null): Line {
  const options = { keepAlive: true, maxSockets: 2, timeout: limits.boxWaitMs + limits.postTimeoutMs };
  const agent = place.secure ? new (secure().Agent)(options) : new Agent(options);
  if (proxy) Object.assign(agent, { createConnection: connectThrough(place, proxy) });
  return { agent, hasProxy: proxy !== null };
}

type Made = (error: Error | null, socket?: Duplex) => void;

function connectThrough(
  to: Place,
  proxy: ProxyServer,
): (options: ClientRequestArgs, made: Made) => undefined {
  return (options, made) => void leadThrough({ to, proxy }, options, made);
}

type Way = { readonly to: Place; readonly proxy: ProxyServer };

/** TLS goes inside the tunnel; the certificate is checked against the name of the destination, as always. */
async function leadThrough({ to, proxy }: Way, options: ClientRequestArgs, made: Made): Promise<void> {
  const isOnion = /\.onion$/iu.test(to.host);
  const withinMs = isOnion ? limits.onionConnectTimeoutMs : limits.postConnectTimeoutMs;
  const opened = await openTunnel({ proxy, to, withinMs });
  if (opened.kind === 'closed') return made(Object.assign(new Error(opened.reason), { code: 'ERR_PROXY' }));
  const { socket } = opened;
  if (!to.secure) return made(null, socket);
  const { connect } = process.getBuiltinModule('node:tls');
  made(null, connect({ ...(options as ConnectionOptions), socket }));
}

/** Asks a host once; never throws because of the network or the other side, and never reads more than allowed. */
export function askHost(ask: HostAsk): Promise<HostAnswer> {
  const { place, path, headers, body, line, signal, waitMs } = ask;
  const unasked = whyUnasked(place.host, line.hasProxy);
  if (unasked !== null) return Promise.resolve({ kind: 'failed', reason: unasked });
  return new Promise((resolve) => {
    const options = {
      host: askedHost(place.host),
      port: place.port,
      path: `${place.path}${place.box && `/b/${place.box}`}${path}`,
      method: 'POST',
      headers,
      agent: line.agent,
      signal,
      maxHeaderSize: limits.listenerHeaderBytes,
    };
    const sent = place.secure ? secure().request(options) : request(options);
    const end = (answer: HostAnswer): void => {
      clearTimeout(late);
      noLongerSlow();
      resolve(answer);
    };
    const late = setTimeout(() => sent.destroy(new Error('late')), waitMs);
    const noLongerSlow = hurry(sent, ask);
    let interim = 0;
    sent.on('information', () => {
      interim += 1;
      if (interim > limits.interimAnswers) sent.destroy(new Error('1xx'));
    });
    let isAnswered = false;
    sent.on('upgrade', (_, socket) => socket.destroy());
    sent.on('error', (error) => end({ kind: 'failed', reason: explain(error) }));
    sent.on('close', () => {
      if (!isAnswered) end({ kind: 'failed', reason: explain({}) });
    });
    sent.on('response', (response) => {
      isAnswered = true;
      readAnswer(response, ask.mostBytes, headOf(sent)).then(end, (error: unknown) => {
        end({ kind: 'failed', reason: explain(error) });
      });
    });
    sent.end(body);
  });
}

/** Ends a request that has no connection after `connectMs`; a kept one is ready at once. Returns the function that ends the watch. */
function hurry(sent: ClientRequest, { connectMs, place }: HostAsk): () => void {
  if (connectMs === undefined) return () => undefined;
  const slow = setTimeout(() => sent.destroy(new Error('late')), connectMs);
  sent.once('socket', (socket: Socket) => {
    if (socket.connecting) socket.once(place.secure ? 'secureConnect' : 'connect', () => clearTimeout(slow));
    else clearTimeout(slow);
  });
  return () => clearTimeout(slow);
}

/** Only `_header` has every line of the head: getRawHeaderNames() leaves out those that Node adds when it sends. */
function headOf(sent: ClientRequest): string {
  const { _header: head } = sent as ClientRequest & { readonly _header: string | null };
  return head ?? '';
}

async function readAnswer(response: IncomingMessage, most: number, head: string): Promise<HostAnswer> {
  const chunks: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    read += chunk.length;
    if (read > most) {
      response.destroy();
      return { kind: 'failed', reason: 'its answer is too long' };
    }
    chunks.push(chunk);
  }
  const { statusCode: status = 0, headers } = response;
  return { kind: 'answer', status, headers, head, body: new Uint8Array(Buffer.concat(chunks)) };
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name does not exist',
  EAI_AGAIN: 'the name cannot be looked up now',
  EHOSTUNREACH: 'there is no route to that machine',
  ENETUNREACH: 'there is no route to that network',
};

function explain(error: unknown): string {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (message === 'late') return 'no answer in time';
  if (code === 'ERR_PROXY') return message;
  return reasons[code] ?? (code.includes('CERT') ? 'its certificate is not valid' : 'the connection broke');
}
