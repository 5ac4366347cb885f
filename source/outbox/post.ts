import { randomBytes } from 'node:crypto';
import { limits } from '../core/limits.ts';
import {
  authorise,
  digestOf,
  envelopeType,
  goneProof,
  invitePath,
  isSameMark,
  keptProof,
  postPath,
} from '../core/request.ts';
import { slotKeyAt } from '../core/slot-key-at.ts';
import { foreignAnswer, type Bytes, type Envelope } from '../core/types.ts';
import { exchange, unreachable, type Answered, type Patience, type Unreachable } from './exchange.ts';

/** The reason why a listener took nothing: it does not know our slot, a quota or its disk is full, or the bytes came broken. */
export type Refusal = 'unknown' | 'full' | 'disk-full' | 'bad';

/**
 * The envelopes of one POST are on the peer's disk: the first `count` of them, or one. `head` is the request's as it was sent, `kept`
 * the listener's proof that it has them (PROTOCOL.md §8), `most` how many it claims to take in one request.
 */
export type Accepted = {
  readonly kind: 'accepted';
  readonly head: string;
  readonly kept: string;
  readonly count?: number;
  readonly most?: number;
  /** True if a box has them: they are on the disk of its host. */
  readonly inBox?: boolean;
};

/** The result of one POST: on the peer's disk, refused by a program that may be the peer's listener, or not known to have arrived. */
export type Outcome =
  | Unreachable
  | Accepted
  | { readonly kind: 'refused'; readonly head: string; readonly status: number; readonly reason: Refusal };

/** The destination, one place (core/place.ts), the proxy to it if there is one, and the means to stop or hurry an exchange. */
type Target = {
  readonly place: string;
  readonly signal?: AbortSignal | undefined;
  readonly patience?: Patience | undefined;
  readonly proxy?: string | undefined;
};

/**
 * An envelope, more of its size to send behind it in one request, and the key of our slot at the other side (32 bytes), from which the
 * key at a box is derived.
 */
export type Post = Target & {
  readonly slotKey: Bytes;
  readonly envelope: Envelope;
  readonly behind?: readonly Envelope[];
};

/**
 * The values to pick an invite up with, in base64url: its pickup key (43 characters) and the joiner's nonce (22); and the key of its slot.
 */
export type Pickup = Target & { readonly pickup: string; readonly nonce: string; readonly slotKey: Bytes };

/**
 * The result of asking for an invite's blob. `gone`: its own listener says that it was used or is over; `unknown`: the program that
 * answers there does not know it, and may not be a cryptochat.
 */
export type Fetched =
  Unreachable | { readonly kind: 'blob'; readonly bytes: Bytes } | { readonly kind: 'gone' | 'unknown' };

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

/** Words for a person about a refusal. Nothing proves who sent it, so the words blame nobody. */
export const whyRefused: Readonly<Record<Refusal, string>> = {
  unknown: 'refused: the address does not know you',
  full: 'refused: too many of your messages wait there',
  'disk-full': 'refused: the disk there is full',
  bad: 'refused: it arrived damaged',
};

/**
 * Posts envelopes once; never throws. Only a 202 with the proof of PROTOCOL.md §8 says that they are on the peer's disk, or in the peer's box.
 */
export async function postEnvelope({
  slotKey: own,
  envelope,
  behind = [],
  ...target
}: Post): Promise<Outcome> {
  const slotKey = slotKeyAt(target.place, own);
  const body = behind.length === 0 ? envelope : Buffer.concat([envelope, ...behind]);
  const sent = 1 + behind.length;
  const digest = digestOf(body);
  const post = { path: postPath(sent), nonce: randomBytes(16).toString('base64url'), digest };
  const answer = await exchange({
    ...target,
    method: 'POST',
    path: post.path,
    headers: {
      'content-type': envelopeType,
      'content-length': String(body.length),
      'content-digest': digest,
      'x-cc-auth': authorise(slotKey, post),
    },
    body,
    bodyBytes: 0,
  });
  if (answer.kind === 'unreachable') return answer;
  const { head, status, headers } = answer;
  const count = countIn(headers['x-cc-kept'], sent);
  const kept = keptProof(slotKey, post, count);
  if (status === 202 && isSame(headers['x-cc-kept'], kept))
    return {
      kind: 'accepted',
      head,
      kept,
      ...(sent > 1 && { count }),
      ...mostIn(headers['x-cc-batch']),
      ...(slotKey !== own && { inBox: true }),
    };
  const reason = refusals[status];
  if (reason && isEmpty(answer)) return { kind: 'refused', head, status, reason };
  return { ...stranger(status), answered: { head, status } };
}

/** Fetches the blob of an invite: 4096 unchecked bytes. Never throws. PROTOCOL.md §4. */
export async function fetchInvite({ pickup, nonce, slotKey: own, ...target }: Pickup): Promise<Fetched> {
  const slotKey = slotKeyAt(target.place, own);
  const answer = await exchange({
    ...target,
    method: 'GET',
    path: invitePath(pickup),
    headers: { 'x-cc-nonce': nonce },
    bodyBytes: blobBytes,
  });
  if (answer.kind === 'unreachable') return answer;
  if (answer.status === 404 && isEmpty(answer)) {
    const isIts = isSame(answer.headers['x-cc-gone'], goneProof(slotKey, nonce));
    return { kind: isIts ? 'gone' : 'unknown' };
  }
  const { status, headers, body } = answer;
  const whole = status === 200 && headers['content-type'] === envelopeType && body?.length === blobBytes;
  return whole ? { kind: 'blob', bytes: body } : stranger(status);
}

/** How many of the `sent` envelopes were stored according to an x-cc-kept, which counts only if its proof is valid. */
function countIn(told: Answered['headers'][string], sent: number): number {
  if (sent === 1) return 1;
  const count = typeof told === 'string' ? Number(/^([1-9]\d?)\./.exec(told)?.[1]) : NaN;
  return count <= sent ? count : sent;
}

/** How many envelopes a listener claims to take in one request, if it says so. */
function mostIn(told: Answered['headers'][string]): { readonly most?: number } {
  if (typeof told !== 'string' || !/^[1-9]\d{0,3}$/.test(told)) return {};
  return { most: Math.min(Number(told), limits.batchEnvelopes) };
}

function isSame(told: Answered['headers'][string], expected: string): boolean {
  return typeof told === 'string' && isSameMark(Buffer.from(told, 'latin1'), Buffer.from(expected, 'latin1'));
}

/** True if an answer is empty, like every refusal by a listener; a web server's refusal has a page. */
function isEmpty({ headers }: Answered): boolean {
  return headers['content-length'] === '0' && headers['content-type'] === undefined;
}

/** The result when something other than the peer's listener answered. */
function stranger(status: number): Unreachable {
  return unreachable(`${foreignAnswer} (${status === 202 ? 'a 202 without proof' : `status ${status}`})`);
}
