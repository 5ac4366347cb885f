import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { limits } from '../core/limits.ts';
import { digestOf, envelopeType, withoutWord } from '../core/request.ts';
import type { Boxes } from '../inbox/boxes.ts';
import type { Intake } from '../inbox/deliver.ts';
import { admit, proveGone, type RequestFacts, type Verdict } from './admit.ts';
import { verbOf } from './admit-owner.ts';
import { readBody, refuse, reply, type Refusal } from './answers.ts';
import { giveTime, welcome, type Guest } from './guests.ts';
import { createHost, serveClaim, serveOwner, type Call, type Host } from './serve-boxes.ts';

type Store = Extract<Verdict, { kind: 'store' }>;

/** Everything that a server serves: its own inbox, and any boxes that it keeps for others. */
type House = { readonly intake: Intake; readonly host: Host | null; readonly stored: Set<string> };

/**
 * The HTTP side: every request becomes one call of `admit`, and at most one call of an intake (its own or a box's) or of a box owner's
 * handler. Refusals are written by hand, the same bytes on every path, and close the connection. The caller listens.
 */
export function createMailServer(intake: Intake, boxes: Boxes | null = null): Server {
  const guests = new Map<Duplex, Guest>();
  const house: House = { intake, host: boxes && createHost(boxes), stored: new Set() };
  const server = createServer({
    requireHostHeader: false,
    maxHeaderSize: limits.listenerHeaderBytes,
    // Node enforces these two limits by checking all sockets every few seconds, even when there are none; `giveTime` enforces them exactly.
    headersTimeout: 0,
    requestTimeout: 0,
    connectionsCheckingInterval: 24 * 3600 * 1000,
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
    // Behind its answer the next head has the time of `keepAliveTimeout`, which a part of one does not renew.
    request.once('close', giveTime(request.socket, guest, limits.listenerRequestTimeoutMs));
    const call = { facts: factsOf(request), guest, request, response };
    answer(house, call).catch(() => request.socket.destroy());
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

/** A path below a box, without the box. */
const boxPath = /^\/b\/(?<id>[\w-]{22})(?<path>\/.*)$/;

function answer({ intake, host, stored }: House, call: Call): Promise<void> {
  const { facts, request } = call;
  if (host && facts.path === '/box') return serveClaim(host, call);
  const { id, path = '' } = (host && boxPath.exec(facts.path)?.groups) ?? {};
  if (!host || id === undefined) return answerMail(withoutRepeats(intake, stored), call);
  const inside = { ...call, facts: { ...facts, path } };
  const verb = verbOf(inside.facts);
  return host.boxes.within(id, async (box) => {
    if (!box) return refuse(request.socket, 404, request);
    if (verb) return serveOwner(host, { box, verb }, inside);
    if (path === '/box') return serveClaim(host, inside, box);
    // The content of the other boxes has changed since this one was counted.
    await box.intake.recount();
    return answerMail(withoutRepeats(box.intake, stored), inside);
  });
}

async function answerMail(intake: Intake, { facts, guest, request, response }: Call): Promise<void> {
  const verdict = await judge(intake, facts);
  if (verdict.kind === 'refuse') return refuse(request.socket, verdict.status, request);
  if (verdict.kind === 'hand-out') {
    const blob = await intake.handOut(verdict.pickup, verdict.nonce);
    const headers = { 'content-type': envelopeType };
    if (blob) return reply(guest, response, { status: 200, headers, body: blob });
    const gone = proveGone(await intake.slots(), intake.linkName(verdict.pickup), verdict.nonce);
    return refuse(request.socket, 404, request, gone === undefined ? '' : `X-CC-Gone: ${gone}`);
  }
  guest.admitted = true;
  const refusal = await store(intake, verdict, request);
  guest.admitted = false;
  if (refusal) return refuse(request.socket, refusal, request);
  // A client from before batches cannot read the file of one.
  const most = (await intake.slots()).batch;
  const headers = { 'x-cc-kept': verdict.kept, ...(most > 1 && { 'x-cc-batch': most }) };
  reply(guest, response, { status: 202, headers, body: new Uint8Array() });
}

/** Asks the policy, and when an old count would refuse, asks again with a fresh one. Reserves before anyone else can ask. */
async function judge(intake: Intake, facts: RequestFacts): Promise<Verdict> {
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

/**
 * An attacker on the way could post a captured request again and again until the sender's quota is full: an envelope that was stored
 * before takes no second place. `stored` remembers this for all intakes: their slots have different ids.
 */
export function withoutRepeats(intake: Intake, stored = new Set<string>()): Intake {
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
