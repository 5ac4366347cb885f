import { randomBytes } from 'node:crypto';
import {
  agreementKeyOf,
  boxIdOf,
  boxSealKey,
  doneProof,
  grantProof,
  publicKeyOf,
  signOwner,
  voucherAt,
} from '../core/box.ts';
import { decodeGrant, grantBytes, type Grant } from '../core/box-bodies.ts';
import { parsePlace } from '../core/place.ts';
import { authorise, digestOf, envelopeType } from '../core/request.ts';
import type { Bytes, Printable } from '../core/types.ts';
import { exchange, unreachable, type Answer, type Answered } from './exchange.ts';

/** The outcome of a claim: the key agreed with the host (32 bytes), a refusal, or no answer from a host. */
type Claimed =
  | { readonly kind: 'granted'; readonly seal: Bytes; readonly files: number; readonly bytes: number }
  | { readonly kind: 'refused'; readonly full: boolean }
  | { readonly kind: 'unreachable'; readonly reason: Printable };

/**
 * Claims the box that a seed (32 bytes) makes, with a voucher, at the place of a host, or of a box whose owner gave the voucher; may be
 * repeated. PROTOCOL.md "Boxes".
 */
export async function claimBox(
  place: string,
  { voucher: plain, seed, proxy }: { readonly voucher: Bytes; readonly seed: Bytes; readonly proxy: string },
): Promise<Claimed> {
  const at = parsePlace(place)?.box ?? '';
  const voucher = at === '' ? plain : voucherAt(plain, at);
  const publicKey = publicKeyOf(seed);
  const box = boxIdOf(publicKey);
  const own = agreementKeyOf(seed, box);
  const body = new Uint8Array(Buffer.concat([publicKey, own.public]));
  const [nonce, digest] = [randomBytes(16).toString('base64url'), digestOf(body)];
  const answer = await exchange({
    place,
    proxy,
    method: 'POST',
    path: '/box',
    headers: {
      'content-type': envelopeType,
      'content-length': String(body.length),
      'content-digest': digest,
      'x-cc-auth': authorise(voucher, { path: '/box', nonce, digest }),
    },
    body,
    bodyBytes: grantBytes,
  });
  if (answer.kind === 'unreachable') return answer;
  const grant = grantIn(answer, voucher, nonce);
  const seal = grant && boxSealKey(own.secret, grant.agreement, { voucherKey: voucher, box });
  if (seal) return { kind: 'granted', seal, files: grant.files, bytes: grant.bytes };
  if (answer.status === 404 || answer.status === 507) return { kind: 'refused', full: answer.status === 507 };
  return unreachable(`another program answers there (status ${answer.status})`);
}

/** The grant that a host has proved, if it is one. */
function grantIn({ status, headers, body }: Answered, voucher: Bytes, nonce: string): Grant | null {
  if (status !== 201 || !body) return null;
  return headers['x-cc-kept'] === grantProof(voucher, nonce, digestOf(body)) ? decodeGrant(body) : null;
}

/** Gives a box up; returns null when its host has proved that it is gone, or says that it knows no such box, else the reason. */
export async function leaveBox(
  place: string,
  { seed, seal, proxy }: { readonly seed: Bytes; readonly seal: Bytes; readonly proxy: string },
): Promise<Printable | null> {
  const first = await ask({ place, proxy }, {});
  const ticket = first.kind === 'answer' ? first.headers['x-cc-ticket'] : undefined;
  if (typeof ticket !== 'string' || !/^[\w-]{32}$/.test(ticket)) return whyNot(first);
  const about = {
    verb: 'leave',
    box: parsePlace(place)?.box ?? '',
    ticket,
    digest: digestOf(nothing),
  } as const;
  const answer = await ask({ place, proxy }, { 'x-cc-owner': signOwner(seed, about) });
  const isProved =
    answer.kind === 'answer' &&
    answer.status === 202 &&
    answer.headers['x-cc-kept'] === doneProof(seal, about);
  return isProved ? null : whyNot(answer);
}

const nothing = new Uint8Array();

function ask(
  to: { readonly place: string; readonly proxy: string },
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const always = {
    'content-type': envelopeType,
    'content-length': '0',
    'content-digest': digestOf(nothing),
  };
  return exchange({
    ...to,
    method: 'POST',
    path: '/leave',
    headers: { ...always, ...headers },
    body: nothing,
    bodyBytes: 0,
  });
}

function whyNot(answer: Answer): Printable | null {
  if (answer.kind === 'unreachable') return answer.reason;
  return isGone(answer)
    ? null
    : unreachable(`another program answers there (status ${answer.status})`).reason;
}

/** An empty 404 comes from a host without such a box. */
function isGone({ status, headers }: Answered): boolean {
  return status === 404 && headers['content-length'] === '0';
}
