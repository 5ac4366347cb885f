import { limits } from '../core/limits.ts';
import {
  countIn,
  envelopeType,
  goneProof,
  isNonce,
  keptProof,
  parseAuth,
  pickupIn,
  type Post,
} from '../core/request.ts';
import { roomFor, slotFor, type OpenSlot, type SlotTable, type Usage } from '../inbox/deliver.ts';
import type { Refusal } from './answers.ts';

/** The facts that the policy uses; `headers` has every value of a name, names in lower case. */
export type RequestFacts = {
  readonly method: string;
  readonly path: string;
  readonly httpVersion: string;
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly headerCount: number;
};

/** The decision about a request. */
export type Verdict =
  | {
      readonly kind: 'store';
      readonly slotId: string;
      /** The bytes of one envelope, how many come, and how many from the front to store. */
      readonly bytes: number;
      readonly sent: number;
      readonly count: number;
      readonly digest: string;
      /** The proof to the sender that they were stored: the value of x-cc-kept. */
      readonly kept: string;
    }
  | { readonly kind: 'hand-out'; readonly pickup: Uint8Array; readonly nonce: string }
  | { readonly kind: 'refuse'; readonly status: Refusal };

/** The whole policy of the listener, from the head of a request alone and in the order of PROTOCOL.md §8. */
export function admit(request: RequestFacts, slots: SlotTable, usage: Usage): Verdict {
  if (!isPlain(request)) return refuse(404);
  if (request.method === 'GET') return admitPickup(request);
  const sent = request.method === 'POST' ? countIn(request.path) : null;
  return sent === null || sent > slots.batch ? refuse(404) : admitMessages(request, sent, { slots, usage });
}

/** Until a slot's key has signed the request, every refusal is the same 404. */
function admitMessages(
  request: RequestFacts,
  sent: number,
  { slots, usage }: { readonly slots: SlotTable; readonly usage: Usage },
): Verdict {
  const opened = findSlot(request, slots);
  if (!opened) return refuse(404);
  const { slot, post } = opened;
  if (only(request, 'content-type') !== envelopeType) return refuse(415);
  if ('transfer-encoding' in request.headers || !('content-length' in request.headers)) return refuse(411);
  const bytes = bucketOf(request, sent);
  if (bytes === undefined || bytes > (slot.largest ?? bytes)) return refuse(413);
  const { room, full } = roomFor(slot, bytes, usage);
  const count = Math.min(sent, room);
  if (count === 0) return refuse(full);
  const kept = keptProof(slot.key, post, count);
  return { kind: 'store', slotId: slot.id, bytes, sent, count, digest: post.digest, kept };
}

/** The bytes of each envelope in a body, all of one size; undefined for a body of any other length. */
function bucketOf(request: RequestFacts, sent: number): number | undefined {
  const length = only(request, 'content-length');
  const bytes = limits.bucketBytes.find((bucket) => String(bucket * sent) === length);
  const isTooMuch = sent > 1 && bytes !== undefined && bytes * sent > limits.batchBytes;
  return isTooMuch ? undefined : bytes;
}

/**
 * Accepts requests like those of a cryptochat: HTTP/1.1 with a host and few headers, none of them a browser's or one that changes the
 * protocol.
 */
export function isPlain({ headers, headerCount, httpVersion }: RequestFacts): boolean {
  const foreign = ['origin', 'referer', 'upgrade', 'expect', 'trailer'];
  const names = Object.keys(headers);
  if (names.some((name) => foreign.includes(name) || name.startsWith('sec-'))) return false;
  return httpVersion === '1.1' && headers['host']?.length === 1 && headerCount <= limits.listenerHeaders;
}

function admitPickup(request: RequestFacts): Verdict {
  const pickup = pickupIn(request.path);
  const nonce = only(request, 'x-cc-nonce');
  const hasBody = 'transfer-encoding' in request.headers || (only(request, 'content-length') ?? '0') !== '0';
  if (!pickup || !isNonce(nonce) || hasBody) return refuse(404);
  return { kind: 'hand-out', pickup, nonce };
}

/** The part of a request that a slot's key signs. */
export type Opened = { readonly slot: OpenSlot; readonly post: Post };

/** The slot whose key has signed the request, if one has. */
export function findSlot(request: RequestFacts, slots: SlotTable): Opened | null {
  const auth = parseAuth(only(request, 'x-cc-auth'));
  const digest = only(request, 'content-digest');
  if (!auth || digest === undefined) return null;
  const post = { path: request.path, nonce: auth.nonce, digest };
  const slot = slotFor(slots, auth, post);
  return slot && { slot, post };
}

/**
 * The proof to the holder of a link (`name` is its file name) that this listener had it, and that it no longer works: the value of
 * x-cc-gone. Undefined for an unknown link; a stranger sees no difference.
 */
export function proveGone(slots: SlotTable, name: string, nonce: string): string | undefined {
  const slot = slots.byLink.get(name);
  return slot && goneProof(slot.key, nonce);
}

/** The value of a header that occurs once. */
export function only({ headers }: RequestFacts, name: string): string | undefined {
  const values = headers[name];
  return values?.length === 1 ? values[0] : undefined;
}

function refuse(status: Refusal): Verdict {
  return { kind: 'refuse', status };
}
