import type { IncomingMessage, ServerResponse } from 'node:http';
import { doneProof, grantProof, openBody, sealBody, type OwnerAsk, type Verb } from '../core/box.ts';
import { decodeCollect, decodeTable, encodeBatch, encodeGrant, type Batch } from '../core/box-bodies.ts';
import { limits } from '../core/limits.ts';
import { digestOf, envelopeType } from '../core/request.ts';
import { codeOf } from '../disk/files.ts';
import type { Box, Boxes } from '../inbox/boxes.ts';
import { only, type RequestFacts } from './admit.ts';
import { admitClaim, admitOwner } from './admit-owner.ts';
import { readBody, refuse, reply, type Refusal, type Reply } from './answers.ts';
import type { Guest } from './guests.ts';
import { createTickets, type Tickets } from './tickets.ts';
import { createWaiting, type Wait, type Waiting } from './waiting.ts';

/** The parts of a host that all requests about boxes share. */
export type Host = { readonly boxes: Boxes; readonly tickets: Tickets; readonly waiting: Waiting };

/** One request being handled, with its socket's memory. */
export type Call = {
  readonly facts: RequestFacts;
  readonly guest: Guest;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

/** Makes a host of these boxes. */
export function createHost(boxes: Boxes): Host {
  return { boxes, tickets: createTickets(), waiting: createWaiting() };
}

/** Answers a claim: POST /box, at the host or at a box. PROTOCOL.md "Boxes". */
export async function serveClaim({ boxes }: Host, call: Call, at?: Box): Promise<void> {
  const { facts, guest, request, response } = call;
  const vouchers = await (at ?? boxes).vouchers();
  const verdict = admitClaim(facts, vouchers);
  if (verdict.kind === 'refuse') return refuse(request.socket, verdict.status, request);
  const { slot, post } = verdict.opened;
  const voucher = vouchers.byId.get(slot.id);
  const body = await readAsked(call, verdict.bytes);
  if (!body || !voucher) return refuse(request.socket, 400, request);
  const [owner, agreement] = [new Uint8Array(body.subarray(0, 32)), new Uint8Array(body.subarray(32))];
  const claiming = { voucher, asked: { owner, agreement }, from: at?.id };
  const granted = await boxes.claim(claiming).catch(fullOrThrow);
  if (typeof granted === 'string') return refuse(request.socket, granted === 'full' ? 507 : 404, request);
  const grant = encodeGrant(granted);
  const kept = grantProof(voucher.key, post.nonce, digestOf(grant));
  const headers = { 'content-type': envelopeType, 'x-cc-kept': kept };
  reply(guest, response, { status: 201, headers, body: grant });
}

/** Answers a request of a box's owner. PROTOCOL.md "Boxes". */
export async function serveOwner(
  host: Host,
  { box, verb }: { readonly box: Box; readonly verb: Verb },
  call: Call,
): Promise<void> {
  const { facts, guest, request, response } = call;
  const { tickets } = host;
  const verdict = admitOwner(facts, verb, { box: box.id, owner: box.keys.owner, tickets });
  const next = (): string => tickets.next(box.id);
  if (verdict.kind === 'refuse') {
    const ticket = verdict.status === 401 ? `X-CC-Ticket: ${next()}` : '';
    return refuse(request.socket, verdict.status, request, ticket);
  }
  const body = await readAsked(call, verdict.bytes);
  const answer = body ? await acts[verb](host, { box, ask: verdict.ask, body }, call) : 400;
  if (answer === null) return;
  if (typeof answer === 'number') return refuse(request.socket, answer, request, `X-CC-Ticket: ${next()}`);
  reply(guest, response, { ...answer, headers: { ...answer.headers, 'x-cc-ticket': next() } });
}

/** The body of an admitted request, if it came and its digest matches. */
async function readAsked({ facts, guest, request }: Call, bytes: number): Promise<Buffer | null> {
  guest.admitted = true;
  const body = await readBody(request, bytes);
  guest.admitted = false;
  return body && only(facts, 'content-digest') === digestOf(body) ? body : null;
}

type Asked = { readonly box: Box; readonly ask: OwnerAsk; readonly body: Buffer };

/** Carries out an owner's request; null when there is nobody left to answer. */
type Act = (host: Host, asked: Asked, call: Call) => Promise<Reply | Refusal | null>;

const acts: Readonly<Record<Verb, Act>> = { collect, table: putTable, leave };

async function putTable(_host: Host, { box, ask, body }: Asked): Promise<Reply | Refusal> {
  const plain = openBody(box.keys.seal, { what: 'table', ...ask }, body);
  const table = plain && decodeTable(plain);
  if (!table) return 400;
  const put = await box.put(table).catch(fullOrThrow);
  return put === 'full' ? 507 : done(box, ask);
}

async function leave({ boxes }: Host, { box, ask }: Asked): Promise<Reply> {
  await boxes.remove(box.id);
  return done(box, ask);
}

function done({ keys }: Box, ask: OwnerAsk): Reply {
  return { status: 202, headers: { 'x-cc-kept': doneProof(keys.seal, ask) }, body: new Uint8Array() };
}

async function collect(host: Host, { box, ask, body }: Asked, call: Call): Promise<Reply | Refusal | null> {
  const plain = openBody(box.keys.seal, { what: 'collect', ...ask }, body);
  const asked = plain && decodeCollect(plain);
  if (!asked) return 400;
  await box.discard(asked.stored);
  const wait = host.waiting.begin(box.id, asked.wait * 1000, (ring) => host.boxes.hear(box.id, ring));
  if (!wait) return 429;
  const { socket } = call.request;
  socket.once('close', wait.leave);
  // Neither the limit on idle sockets nor the number of strangers ends a wait.
  socket.setTimeout(0);
  call.guest.waiting = true;
  try {
    const batch = await waitForMail(box, wait, new Set(asked.full)).catch(endedOrThrow);
    if (batch === 'gone') return null;
    if (batch === 'ended') return 404;
    if (!batch) return { status: 204, headers: { 'x-cc-kept': doneProof(box.keys.seal, ask) } };
    const sealed = sealBody(box.keys.seal, { what: 'batch', ...ask }, encodeBatch(batch));
    return { status: 200, headers: { 'content-type': envelopeType }, body: sealed };
  } finally {
    wait.end();
    socket.off('close', wait.leave);
    socket.setTimeout(limits.listenerIdleMs);
    call.guest.waiting = false;
  }
}

/** The batch to hand out, as soon as there is one; null when there is nothing to send. */
async function waitForMail(box: Box, wait: Wait, full: ReadonlySet<string>): Promise<Batch | 'gone' | null> {
  for (;;) {
    const { files, more } = await box.take(full);
    if (files.length > 0) return { takenOver: false, more, news: await box.news(), files };
    const how = await wait.until();
    if (how === 'gone') return how;
    if (how === 'rung') continue;
    const [news, takenOver] = [await box.news(), how === 'taken-over'];
    return news.length > 0 || takenOver ? { takenOver, more: false, news, files } : null;
  }
}

/** The host's client may end a box while its owner waits there. */
function endedOrThrow(error: unknown): 'ended' {
  if (!['ENOENT', 'EREPLACED'].includes(codeOf(error))) throw error;
  return 'ended';
}

/** A full disk is an answer of the host, not a failure. */
function fullOrThrow(error: unknown): 'full' {
  if (!['ENOSPC', 'EDQUOT'].includes(codeOf(error))) throw error;
  return 'full';
}
