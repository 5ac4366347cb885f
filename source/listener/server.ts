import {
  STATUS_CODES,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { limits } from '../core/limits.ts';
import { digestOf, envelopeType, withoutWord } from '../core/request.ts';
import type { Intake } from '../inbox/deliver.ts';
import { admit, proveGone, type Refusal, type RequestFacts, type Verdict } from './admit.ts';

type Store = Extract<Verdict, { kind: 'store' }>;

/**
 * The HTTP side: every request becomes one call of `admit` and at most one of the intake. Refusals are written by hand, the same bytes on
 * every path, and close the connection. The caller listens.
 */
export function createMailServer(intake: Intake): Server {
  const guests = new Map<Duplex, Guest>();
  const known = withoutRepeats(intake);
  const server = createServer({
    requireHostHeader: false,
    maxHeaderSize: limits.listenerHeaderBytes,
    headersTimeout: limits.listenerHeadersTimeoutMs,
    requestTimeout: limits.listenerRequestTimeoutMs,
    connectionsCheckingInterval: limits.listenerCheckIntervalMs,
    keepAliveTimeout: limits.listenerKeepAliveMs,
    noDelay: true,
  });
  server.timeout = limits.listenerIdleMs;
  // Node silently drops further headers; one more lets `admit` see that there are too many.
  server.maxHeadersCount = limits.listenerHeaders + 1;

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const guest = guests.get(request.socket);
    // A client that waits for answers never asks twice at once; a second request in one stream is smuggled.
    if (!guest || guest.busy) return void request.socket.destroy();
    guest.busy = true;
    guest.requests += 1;
    answer(known, guest, request, response).catch(() => request.socket.destroy());
  };
  server.on('connection', (socket: Socket) => welcome(guests, socket));
  server.on('request', serve);
  server.on('checkContinue', serve);
  server.on('checkExpectation', serve);
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => refuse(socket, 404));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const broken = error.code === 'ECONNRESET' || error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    if (broken || guests.get(socket)?.busy) socket.destroy();
    else refuse(socket, 404);
  });
  return server;
}

async function answer(
  intake: Intake,
  guest: Guest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const verdict = await judge(intake, request);
  if (verdict.kind === 'refuse') return refuse(request.socket, verdict.status, request);
  if (verdict.kind === 'hand-out') {
    const blob = await intake.handOut(verdict.pickup, verdict.nonce);
    const headers = { 'content-type': envelopeType };
    if (blob) return reply(guest, response, { status: 200, headers, body: blob });
    const gone = proveGone(await intake.slots(), intake.linkName(verdict.pickup), verdict.nonce);
    return refuse(request.socket, 404, request, gone);
  }
  guest.admitted = true;
  const refusal = await store(intake, verdict, request);
  guest.admitted = false;
  if (refusal) return refuse(request.socket, refusal, request);
  // A client from before batches could not read the file of one.
  const most = (await intake.slots()).batch;
  const headers = { 'x-cc-kept': verdict.kept, ...(most > 1 && { 'x-cc-batch': most }) };
  reply(guest, response, { status: 202, headers, body: new Uint8Array() });
}

/** Asks the policy, and when an old count would refuse, asks again with a fresh one. Reserves before anyone else can ask. */
async function judge(intake: Intake, request: IncomingMessage): Promise<Verdict> {
  const facts = factsOf(request);
  const slots = await intake.slots();
  let verdict = admit(facts, slots, intake.usage());
  if (verdict.kind === 'refuse' && (verdict.status === 429 || verdict.status === 507)) {
    await intake.recount();
    verdict = admit(facts, slots, intake.usage());
  }
  if (verdict.kind === 'store') intake.reserve(verdict);
  return verdict;
}

function factsOf(request: IncomingMessage): RequestFacts {
  return {
    method: request.method ?? '',
    path: withoutWord(request.url ?? ''),
    httpVersion: request.httpVersion,
    headers: request.headersDistinct,
    headerCount: request.rawHeaders.length / 2,
  };
}

async function store(intake: Intake, verdict: Store, request: IncomingMessage): Promise<Refusal | null> {
  const { bytes, sent, count } = verdict;
  const body = await readBody(request, bytes * sent);
  if (!body || verdict.digest !== digestOf(body)) {
    intake.release(verdict);
    return 400;
  }
  const envelopes = Array.from({ length: count }, (_, at) => body.subarray(at * bytes, (at + 1) * bytes));
  return (await intake.deliver(verdict, ...envelopes)) === 'stored' ? null : 507;
}

/** The whole body; null when it did not come. Node's parser holds it to its content-length. */
async function readBody(request: IncomingMessage, bytes: number): Promise<Buffer | null> {
  const body = Buffer.allocUnsafeSlow(bytes);
  let read = 0;
  try {
    for await (const chunk of request) read += (chunk as Buffer).copy(body, read);
  } catch {
    return null;
  }
  return read === bytes ? body : null;
}

type Reply = {
  readonly status: 200 | 202;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Uint8Array;
};

function reply(guest: Guest, response: ServerResponse, { status, headers, body }: Reply): void {
  response.sendDate = false;
  if (guest.requests >= limits.listenerRequestsPerSocket) response.shouldKeepAlive = false;
  response.writeHead(status, { ...headers, 'content-length': body.length });
  guest.busy = false;
  response.end(body);
}

/** Writes an empty refusal and closes; further data from the sender is thrown away for a moment, so that the sender can read the answer. */
function refuse(socket: Duplex, status: Refusal, request?: IncomingMessage, gone?: string): void {
  const cut = (): unknown => socket.destroy();
  if (!socket.writable) return void cut();
  const timer = setTimeout(cut, limits.listenerLingerMs);
  socket.once('close', () => clearTimeout(timer));
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status]}`;
  const proof = gone === undefined ? '' : `X-CC-Gone: ${gone}\r\n`;
  socket.end(`${line}\r\nConnection: close\r\n${proof}Content-Length: 0\r\n\r\n`, () => {
    if (!request || request.complete) cut();
    else request.once('end', cut).resume();
  });
}

/**
 * An attacker on the way could post a captured request again and again until the sender's quota is full: an envelope that was stored before
 * takes no second place.
 */
export function withoutRepeats(intake: Intake): Intake {
  const stored = new Set<string>();
  return {
    ...intake,
    async deliver(place, ...envelopes) {
      const nameOf = (envelope: Uint8Array): string => `${place.slotId} ${digestOf(envelope)}`;
      const fresh = envelopes.filter((envelope) => !stored.has(nameOf(envelope)));
      if (fresh.length === 0) {
        intake.release(place);
        return 'stored';
      }
      const outcome = await intake.deliver(place, ...fresh);
      if (outcome === 'stored') for (const envelope of fresh) stored.add(nameOf(envelope));
      while (stored.size > limits.listenerKnownEnvelopes) stored.delete(stored.values().next().value ?? '');
      return outcome;
    },
  };
}

/** The server's memory of a socket. */
type Guest = { readonly address: string; requests: number; busy: boolean; admitted: boolean };

/** Lets a new socket in and, when there are too many, closes the oldest: refusing the newest would serve the slow ones. */
function welcome(guests: Map<Duplex, Guest>, socket: Socket): void {
  const address = networkOf(socket.remoteAddress ?? '');
  guests.set(socket, { address, requests: 0, busy: false, admitted: false });
  socket.on('close', () => guests.delete(socket));
  socket.on('error', () => socket.destroy());
  // Everybody who comes through an onion service comes from here.
  const isOwn = address === '127.0.0.1' || address === '::1';
  const neighbours = [...guests].filter(([, guest]) => guest.address === address);
  if (!isOwn && neighbours.length > limits.listenerSocketsPerAddress) putOut(guests, neighbours);
  if (guests.size > limits.listenerSockets) putOut(guests, [...guests]);
}

/** Closes the oldest socket, and one that has shown a slot key only when there is no other. */
function putOut(guests: Map<Duplex, Guest>, from: ReadonlyArray<readonly [Duplex, Guest]>): void {
  const [socket] = from.find(([, guest]) => !guest.admitted) ?? from[0] ?? [];
  if (!socket) return;
  guests.delete(socket);
  socket.destroy();
}

/** The address, or the first half of an IPv6 address: one person has all of the rest. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (!plain.includes(':') || plain === '::1') return plain;
  const [head = '', tail = ''] = plain.split('::');
  const [left, right] = [head.split(':'), tail.split(':')];
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
