import { isOwners, parseOwner, sealedMoreBytes, type OwnerAsk, type Verb } from '../core/box.ts';
import { limits } from '../core/limits.ts';
import { envelopeType } from '../core/request.ts';
import type { Vouchers } from '../inbox/boxes.ts';
import { findSlot, isPlain, only, type Opened, type RequestFacts } from './admit.ts';
import type { Refusal } from './answers.ts';
import type { Tickets } from './tickets.ts';

/** The decision about an owner's request: refused, or a number of bytes to read and then check. */
type OwnerVerdict =
  | { readonly kind: 'refuse'; readonly status: Refusal }
  | { readonly kind: 'read'; readonly bytes: number; readonly ask: OwnerAsk };

/** The most bytes of a sealed body, by verb; 0 for a verb without a body. */
const mostBytes: Readonly<Record<Verb, number>> = {
  collect: limits.boxCollectBytes,
  table: limits.boxTableBytes,
  leave: 0,
};

const verbs = Object.keys(mostBytes) as readonly Verb[];

/** The owner's request that this path behind the box stands for; undefined for anything else. */
export function verbOf({ method, path }: RequestFacts): Verb | undefined {
  return method === 'POST' ? verbs.find((verb) => path === `/${verb}`) : undefined;
}

/**
 * The whole policy for a request of a box's owner, from its head alone, in the order of PROTOCOL.md "Boxes". It uses up the owner's
 * ticket.
 */
export function admitOwner(
  request: RequestFacts,
  verb: Verb,
  { box, owner, tickets }: { readonly box: string; readonly owner: Uint8Array; readonly tickets: Tickets },
): OwnerVerdict {
  if (!isPlain(request)) return refuse(404);
  const told = parseOwner(only(request, 'x-cc-owner'));
  if (!told || !tickets.isGood(box, told.ticket)) return refuse(401);
  const ask = { verb, box, ticket: told.ticket, digest: only(request, 'content-digest') ?? '' };
  if (!isOwners(owner, ask, told.signature)) return refuse(404);
  tickets.use(box, told.ticket);
  if (only(request, 'content-type') !== envelopeType) return refuse(415);
  const bytes = lengthOf(request);
  if (bytes === undefined) return refuse(411);
  return isFit(verb, bytes) ? { kind: 'read', bytes, ask } : refuse(413);
}

function isFit(verb: Verb, bytes: number): boolean {
  return mostBytes[verb] === 0 ? bytes === 0 : bytes >= sealedMoreBytes && bytes <= mostBytes[verb];
}

/** The bytes of the two keys in a claim. */
const claimBytes = 64;

/** The decision about a claim: refused, or its 64 bytes are to be read; `opened` has the id of the voucher that signed it. */
type ClaimVerdict =
  | { readonly kind: 'refuse'; readonly status: Refusal }
  | { readonly kind: 'read'; readonly bytes: typeof claimBytes; readonly opened: Opened };

/** The whole policy about a claim, from its head alone. */
export function admitClaim(request: RequestFacts, { table }: Vouchers): ClaimVerdict {
  if (!isPlain(request) || request.method !== 'POST') return refuse(404);
  const opened = findSlot(request, table);
  if (!opened) return refuse(404);
  if (only(request, 'content-type') !== envelopeType) return refuse(415);
  const length = lengthOf(request);
  if (length === undefined) return refuse(411);
  return length === claimBytes ? { kind: 'read', bytes: claimBytes, opened } : refuse(413);
}

/** The length of the body in bytes, from the request; undefined unless it is given in the one accepted form. */
function lengthOf(request: RequestFacts): number | undefined {
  const text = only(request, 'content-length');
  if (text === undefined || 'transfer-encoding' in request.headers) return undefined;
  return /^(?:0|[1-9]\d{0,8})$/.test(text) ? Number(text) : undefined;
}

function refuse(status: Refusal): { readonly kind: 'refuse'; readonly status: Refusal } {
  return { kind: 'refuse', status };
}
