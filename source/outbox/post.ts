import { createHash, createHmac, randomBytes } from 'node:crypto';
import { limits } from '../core/limits.ts';
import type { Bytes, Envelope } from '../core/types.ts';
import { exchange, unreachable, type Patience, type Unreachable } from './exchange.ts';

/** Why a listener took nothing: it does not know our slot, a quota or its disk is full, or the bytes came broken. */
export type Refusal = 'unknown' | 'full' | 'disk-full' | 'bad';

/**
 * What became of one POST: on the peer's disk, refused by the peer's listener, or not known to have arrived. `head` is the
 * request's as it was sent.
 */
export type Outcome =
  | Unreachable
  | { readonly kind: 'accepted'; readonly head: string }
  | { readonly kind: 'refused'; readonly head: string; readonly status: number; readonly reason: Refusal };

/** Where to (HOST:PORT), and what an exchange can be stopped or hurried with. */
type Target = {
  readonly address: string;
  readonly signal?: AbortSignal | undefined;
  readonly patience?: Patience | undefined;
};

/** An envelope, and the key of our slot at the other side (32 bytes). */
export type Post = Target & { readonly slotKey: Bytes; readonly envelope: Envelope };

/** What an invite is picked up with, in base64url: its pickup key (43 characters) and the joiner's nonce (22). */
export type Pickup = Target & { readonly pickup: string; readonly nonce: string };

/** What came of asking for an invite's blob; `unknown` is an invite that was used, withdrawn, or never there. */
export type Fetched =
  Unreachable | { readonly kind: 'blob'; readonly bytes: Bytes } | { readonly kind: 'unknown' };

const envelopeType = 'application/vnd.cryptochat';
const [blobBytes] = limits.bucketBytes;

const refusals: Readonly<Record<number, Refusal>> = {
  400: 'bad',
  404: 'unknown',
  411: 'bad',
  413: 'bad',
  415: 'bad',
  429: 'full',
  507: 'disk-full',
};

/** What a person is told about a refusal. */
export const whyRefused: Readonly<Record<Refusal, string>> = {
  unknown: 'refused: their listener does not know you',
  full: 'refused: too much of yours is waiting there',
  'disk-full': 'refused: their disk is full',
  bad: 'refused: it arrived damaged',
};

/** Posts one envelope once; never throws. Only a 202 says that it is on the peer's disk. PROTOCOL.md §8. */
export async function postEnvelope({ slotKey, envelope, ...target }: Post): Promise<Outcome> {
  const digest = `sha-256=:${createHash('sha256').update(envelope).digest('base64')}:`;
  const answer = await exchange({
    ...target,
    method: 'POST',
    path: '/message',
    headers: {
      'content-type': envelopeType,
      'content-length': String(envelope.length),
      'content-digest': digest,
      'x-cc-auth': authorise(slotKey, digest),
    },
    body: envelope,
    bodyBytes: 0,
  });
  if (answer.kind === 'unreachable') return answer;
  const { head, status } = answer;
  if (status === 202) return { kind: 'accepted', head };
  const reason = refusals[status];
  return reason ? { kind: 'refused', head, status, reason } : stranger(status);
}

/** Fetches the blob of an invite: 4096 bytes that nobody has looked into yet. Never throws. PROTOCOL.md §4. */
export async function fetchInvite({ pickup, nonce, ...target }: Pickup): Promise<Fetched> {
  const answer = await exchange({
    ...target,
    method: 'GET',
    path: `/invite/${pickup}`,
    headers: { 'x-cc-nonce': nonce },
    bodyBytes: blobBytes,
  });
  if (answer.kind === 'unreachable') return answer;
  if (answer.status === 404) return { kind: 'unknown' };
  const { status, type, body } = answer;
  const whole = status === 200 && type === envelopeType && body?.length === blobBytes;
  return whole ? { kind: 'blob', bytes: body } : stranger(status);
}

/** `v1.NONCE.MAC`: the MAC covers what the request does and which bytes it brings. */
function authorise(slotKey: Bytes, digest: string): string {
  const nonce = randomBytes(16).toString('base64url');
  const mac = createHmac('sha256', slotKey).update(`POST|/message|${nonce}|${digest}`).digest();
  return `v1.${nonce}.${mac.subarray(0, 16).toString('base64url')}`;
}

function stranger(status: number): Unreachable {
  return unreachable(`something else answers there (status ${status})`);
}
