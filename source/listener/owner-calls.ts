import {
  boxIdOf,
  doneProof,
  openBody,
  publicKeyOf,
  sealBody,
  sealedMoreBytes,
  signOwner,
  unknownThere,
  type Verb,
} from '../core/box.ts';
import {
  decodeBatch,
  encodeCollect,
  encodeTable,
  type Batch,
  type BoxTable,
  type Collect,
} from '../core/box-bodies.ts';
import { limits } from '../core/limits.ts';
import { parsePlace, type Place } from '../core/place.ts';
import { digestOf, envelopeType, isSameMark } from '../core/request.ts';
import { proxyFor } from '../core/way-out.ts';
import type { Mailbox } from '../inbox/mailboxes.ts';
import { askHost, lineTo, type HostAnswer, type Line as Connections } from './ask-host.ts';

/** An owner's requests to its host; each returns the outcome, and never throws because of the host. */
export type OwnerCalls = {
  /** Returns null when the host has the whole table, else the reason why not. */
  readonly put: (table: BoxTable, signal: AbortSignal) => Promise<string | null>;
  /** Returns a batch, which may be empty, or the reason why it failed. */
  readonly collect: (what: Collect, signal: AbortSignal) => Promise<Batch | string>;
  /** Ends every connection; the next request makes a new one. */
  readonly dropConnections: () => void;
};

type Line = { readonly mailbox: Mailbox; readonly place: Place; readonly connections: Connections };

type Asked = {
  readonly verb: Verb;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
  /** How long the host may wait before it answers. */
  readonly waitMs?: number;
};

/** An answer to a request with this ticket and this body. */
type Told = { readonly answer: HostAnswer; readonly ticket: string; readonly digest: string };

const ticketPattern = /^[\w-]{32}$/;

/** Speaks to the host of one mailbox; null when its key does not match its place. PROTOCOL.md "Boxes". */
export function createOwnerCalls(mailbox: Mailbox): OwnerCalls | null {
  const place = parsePlace(mailbox.place);
  if (!place || place.box !== boxIdOf(publicKeyOf(mailbox.seed))) return null;
  const proxy = proxyFor(mailbox.proxy, place.host);
  // With a proxy, connect through it or not at all.
  if (proxy === null) return null;
  const line = { mailbox, place, connections: lineTo(place, proxy ?? null) };
  const [tables, collects] = [createTurn(line), createTurn(line)];
  return {
    async put(table, signal) {
      const told = await tables({ verb: 'table', plain: encodeTable(table), signal });
      if (told.answer.kind === 'failed') return told.answer.reason;
      return isProved(line, 'table', told) ? null : whyNot(told.answer.status);
    },
    async collect(what, signal) {
      const plainAsk = encodeCollect(what);
      const told = await collects({ verb: 'collect', plain: plainAsk, waitMs: what.wait * 1000, signal });
      const { answer, ticket } = told;
      if (answer.kind === 'failed') return answer.reason;
      if (answer.status === 204 && isProved(line, 'collect', told)) return nothing;
      if (answer.status !== 200) return whyNot(answer.status);
      const plain = openBody(mailbox.seal, { what: 'batch', box: place.box, ticket }, answer.body);
      return (plain && decodeBatch(plain)) ?? foreign;
    },
    dropConnections: () => line.connections.agent.destroy(),
  };
}

const nothing: Batch = { takenOver: false, more: false, news: [], files: [] };
const foreign = 'what answers there is not the host of this mailbox';

/** True if a host proved that it carried out the request. */
function isProved({ mailbox, place }: Line, verb: Verb, { answer, ticket, digest }: Told): boolean {
  if (answer.kind === 'failed' || (answer.status !== 202 && answer.status !== 204)) return false;
  const proof = doneProof(mailbox.seal, { verb, box: place.box, ticket, digest });
  const kept = Buffer.from(String(answer.headers['x-cc-kept'] ?? ''), 'latin1');
  return isSameMark(kept, Buffer.from(proof, 'latin1'));
}

/** One request after the other, each with the ticket from the previous answer, or a new one. */
function createTurn(line: Line): (asked: Asked) => Promise<Told> {
  let ticket = '';
  const tellOnce = async (asked: Asked): Promise<Told> => {
    const told = await send(line, asked, ticket);
    const next = told.answer.kind === 'answer' ? told.answer.headers['x-cc-ticket'] : undefined;
    ticket = typeof next === 'string' && ticketPattern.test(next) ? next : '';
    return told;
  };
  return async (asked) => {
    if (ticket === '') {
      const told = await tellOnce(asked);
      if (ticket === '') return told;
    }
    const told = await tellOnce(asked);
    const isOld = told.answer.kind === 'answer' && told.answer.status === 401 && ticket !== '';
    // A restarted host knows none of its earlier tickets.
    return isOld ? tellOnce(asked) : told;
  };
}

/** Sends a request; without a ticket, the request for one. */
async function send({ mailbox, place, connections }: Line, asked: Asked, ticket: string): Promise<Told> {
  const { verb, plain, signal, waitMs = 0 } = asked;
  const what = verb === 'leave' ? 'collect' : verb;
  const hasTicket = ticket !== '';
  const body = hasTicket ? sealBody(mailbox.seal, { what, box: place.box, ticket }, plain) : new Uint8Array();
  const digest = digestOf(body);
  const answer = await askHost({
    place,
    line: connections,
    signal,
    path: `/${verb}`,
    headers: {
      'content-type': envelopeType,
      'content-length': body.length,
      'content-digest': digest,
      ...(hasTicket && { 'x-cc-owner': signOwner(mailbox.seed, { verb, box: place.box, ticket, digest }) }),
    },
    body,
    mostBytes: verb === 'collect' ? limits.boxBatchMostBytes + sealedMoreBytes : 0,
    waitMs: waitMs + limits.onionTimeoutMs,
  });
  return { answer, ticket, digest };
}

function whyNot(status: number): string {
  if (status === 404) return unknownThere;
  if (status === 429) return 'its host is busy';
  if (status === 507) return 'the disk of its host is full';
  return `${foreign} (status ${status})`;
}
