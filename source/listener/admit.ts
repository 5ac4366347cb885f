import { createSecretKey, randomBytes } from 'node:crypto';
import { toHex } from '../core/bytes.ts';
import { limits } from '../core/limits.ts';
import {
  envelopeType,
  goneProof,
  isNonce,
  isSameMark,
  keptProof,
  masked,
  messagePath,
  parseAuth,
  pickupIn,
  postMac,
} from '../core/request.ts';
import type { OpenSlot, SlotTable, Usage } from '../inbox/deliver.ts';

/** The facts that the policy looks at; `headers` has every value of a name, names in lower case. */
export type RequestFacts = {
  readonly method: string;
  readonly path: string;
  readonly httpVersion: string;
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly headerCount: number;
};

/** The status codes of a refusal. PROTOCOL.md §8 says when each is given. */
export type Refusal = 400 | 404 | 411 | 413 | 415 | 429 | 507;

/** The decision about a request. */
export type Verdict =
  | {
      readonly kind: 'store';
      readonly slotId: string;
      readonly bytes: number;
      readonly digest: string;
      /** The proof to the sender that the envelope was stored: the value of x-cc-kept. */
      readonly kept: string;
    }
  | { readonly kind: 'hand-out'; readonly pickup: Uint8Array; readonly nonce: string }
  | { readonly kind: 'refuse'; readonly status: Refusal };

/** The whole policy of the listener, from the head of a request alone and in the order of PROTOCOL.md §8. */
export function admit(request: RequestFacts, slots: SlotTable, usage: Usage): Verdict {
  if (!isPlain(request)) return refuse(404);
  if (request.method === 'GET') return admitPickup(request);
  const isMessage = request.method === 'POST' && request.path === messagePath;
  return isMessage ? admitMessage(request, slots, usage) : refuse(404);
}

/** Until a slot's key has signed the request, every refusal is the same 404. */
function admitMessage(request: RequestFacts, slots: SlotTable, usage: Usage): Verdict {
  const opened = findSlot(request, slots);
  if (!opened) return refuse(404);
  const { slot, nonce, digest } = opened;
  if (only(request, 'content-type') !== envelopeType) return refuse(415);
  if ('transfer-encoding' in request.headers || !('content-length' in request.headers)) return refuse(411);
  const bytes = limits.bucketBytes.find((bucket) => String(bucket) === only(request, 'content-length'));
  if (bytes === undefined || bytes > (slot.largest ?? bytes)) return refuse(413);
  const kept = keptProof(slot.key, nonce, digest);
  return refuseForRoom(slot, bytes, usage) ?? { kind: 'store', slotId: slot.id, bytes, digest, kept };
}

/**
 * Accepts requests of the kind that a cryptochat sends: HTTP/1.1 with a host and few headers, none of them a browser's or one that changes
 * the protocol.
 */
function isPlain({ headers, headerCount, httpVersion }: RequestFacts): boolean {
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

/** The part of a request that a slot's key has signed: the nonce, and the digest of the body. */
type Opened = { readonly slot: OpenSlot; readonly nonce: string; readonly digest: string };

/** Stands in for a missing slot, so that the time reveals nothing. */
const nobody = createSecretKey(randomBytes(32));

/** The slot that the request's tag names, if its key made the mac: one HMAC for each gate and one more, however many slots. */
function findSlot(request: RequestFacts, { gates, byTag }: SlotTable): Opened | null {
  const auth = parseAuth(only(request, 'x-cc-auth'));
  const digest = only(request, 'content-digest');
  if (!auth || digest === undefined) return null;
  const { nonce, tag, told } = auth;
  const slots = gates.map((gate) => byTag.get(toHex(masked(gate, nonce, tag))));
  const slot = slots.find((one) => one !== undefined);
  const isRight = isSameMark(postMac(slot?.key ?? nobody, nonce, digest), told);
  return slot && isRight ? { slot, nonce, digest } : null;
}

/**
 * The proof to the holder of a link (`name` is that of its file) that this listener had it, and that it works no more: the value of
 * x-cc-gone. Undefined for an unknown link; a stranger sees no difference.
 */
export function proveGone(slots: SlotTable, name: string, nonce: string): string | undefined {
  const slot = slots.byLink.get(name);
  return slot && goneProof(slot.key, nonce);
}

function refuseForRoom(slot: OpenSlot, bytes: number, usage: Usage): Verdict | null {
  const waiting = usage.slots.get(slot.id) ?? { files: 0, bytes: 0 };
  if (waiting.files + 1 > slot.files || waiting.bytes + bytes > slot.bytes) return refuse(429);
  if (usage.bytes + bytes > limits.inboxBytes) return refuse(429);
  return usage.bytes + bytes > usage.diskBytes ? refuse(507) : null;
}

/** The value of a header that occurs once. */
function only({ headers }: RequestFacts, name: string): string | undefined {
  const values = headers[name];
  return values?.length === 1 ? values[0] : undefined;
}

function refuse(status: Refusal): Verdict {
  return { kind: 'refuse', status };
}
