import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Agent } from 'node:http';
import {
  agreementKeyOf,
  boxIdOf,
  boxSealKey,
  boxSlotKey,
  doneProof,
  openBody,
  publicKeyOf,
  sealBody,
  signOwner,
  voucherAt,
  type Verb,
} from '../../source/core/box.ts';
import {
  decodeBatch,
  decodeGrant,
  encodeCollect,
  encodeTable,
  type Batch,
  type BoxTable,
} from '../../source/core/box-bodies.ts';
import { writeVouchers, type Voucher } from '../../source/inbox/vouchers.ts';
import type { Slot } from '../../source/inbox/slots.ts';
import { ask, signedHeaders, type Reply } from './signed-post.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A voucher with a key of its own. */
export function newVoucher(most: Partial<Omit<Voucher, 'key'>> = {}): Voucher {
  const key = new Uint8Array(Buffer.concat([Buffer.alloc(16), randomBytes(16)]));
  return { key, files: 4000, bytes: 64 * 1024 * 1024, boxes: 1, days: 180, ...most };
}

/** The owner of a box, who speaks to its host by hand. */
export type BoxOwner = {
  readonly seed: Bytes;
  readonly box: string;
  readonly voucher: Voucher;
  /** Claims the box, at the host or at another box; answers what came, and knows the seal key from then on. */
  readonly claim: (port: number, at?: string) => Promise<Reply>;
  readonly sealKey: () => Bytes;
  /** Asks for a ticket. */
  readonly ticket: (port: number) => Promise<string>;
  /** Sends a request as an owner does, with a new ticket unless one is given; `plain` is sealed, if there is one. */
  readonly ask: (port: number, verb: Verb, more?: Asking) => Promise<Reply & { readonly used: string }>;
  readonly put: (port: number, table: BoxTable) => Promise<number | string>;
  /** Collects; answers the status and the batch, if there is one. */
  readonly collect: (
    port: number,
    stored?: readonly string[],
    more?: Asking & { readonly full?: readonly string[]; readonly wait?: number },
  ) => Promise<{ readonly status: number | string; readonly batch: Batch | null; readonly next: string }>;
};

export type Asking = {
  readonly plain?: Bytes;
  readonly body?: Uint8Array;
  readonly ticket?: string;
  readonly headers?: Record<string, string | number | undefined>;
  readonly agent?: Agent;
};

/** Somebody with a voucher who wants a box. */
export function newOwner(voucher: Voucher, seed: Bytes = new Uint8Array(randomBytes(32))): BoxOwner {
  const publicKey = publicKeyOf(seed);
  const box = boxIdOf(publicKey);
  const agreement = agreementKeyOf(seed, box);
  let seal: Bytes = new Uint8Array(32);
  const digestOf = (body: Uint8Array): string =>
    `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const ticketAt = async (port: number): Promise<string> => {
    const reply = await ask({
      port,
      method: 'POST',
      path: `/b/${box}/collect`,
      headers: { 'content-length': 0 },
    });
    return String(reply.headers['x-cc-ticket'] ?? '');
  };
  const askOwner: BoxOwner['ask'] = async (port, verb, more = {}) => {
    const used = more.ticket ?? (await ticketAt(port));
    const what = verb === 'leave' ? 'collect' : verb;
    const body =
      more.body ?? (more.plain ? sealBody(seal, { what, box, ticket: used }, more.plain) : new Uint8Array());
    const digest = digestOf(body);
    const headers = {
      'content-type': 'application/vnd.cryptochat',
      'content-length': body.length,
      'content-digest': digest,
      'x-cc-owner': signOwner(seed, { verb, box, ticket: used, digest }),
      ...more.headers,
    };
    const { agent } = more;
    const reply = await ask({
      port,
      method: 'POST',
      path: `/b/${box}/${verb}`,
      headers,
      body,
      ...(agent && { agent }),
    });
    return { ...reply, used };
  };
  return {
    seed,
    box,
    voucher,
    sealKey: () => seal,
    ticket: ticketAt,
    async claim(port, at) {
      const body = Buffer.concat([publicKey, agreement.public]);
      const voucherKey = at === undefined ? voucher.key : voucherAt(voucher.key, at);
      const headers = signedHeaders({ key: voucherKey }, body, '/box');
      const path = at === undefined ? '/box' : `/b/${at}/box`;
      const reply = await ask({ port, method: 'POST', path, headers, body });
      const grant = reply.status === 201 ? decodeGrant(new Uint8Array(reply.body)) : null;
      if (!grant) return reply;
      const nonce = String(headers['x-cc-auth']).split('.')[1] ?? '';
      const proof = createHmac('sha256', voucherKey)
        .update(`201|${nonce}|${digestOf(reply.body)}`)
        .digest();
      if (reply.headers['x-cc-kept'] !== proof.subarray(0, 16).toString('base64url'))
        throw new Error('no proof');
      seal = boxSealKey(agreement.secret, grant.agreement, { voucherKey, box }) ?? seal;
      return reply;
    },
    ask: askOwner,
    async put(port, table) {
      return (await askOwner(port, 'table', { plain: encodeTable(table) })).status;
    },
    async collect(port, stored = [], more = {}) {
      const plain = encodeCollect({ stored, full: more.full ?? [], wait: more.wait ?? 50 });
      const reply = await askOwner(port, 'collect', { plain, ...more });
      const opened = openBody(seal, { what: 'batch', box, ticket: reply.used }, reply.body);
      const next = String(reply.headers['x-cc-ticket'] ?? '');
      return { status: reply.status, batch: opened && decodeBatch(opened), next };
    },
  };
}

/** The proof that belongs to a request of this owner with this body. */
export function ownersProof(
  owner: BoxOwner,
  about: { verb: Verb; ticket: string; body: Uint8Array },
): string {
  const digest = `sha-256=:${createHash('sha256').update(about.body).digest('base64')}:`;
  return doneProof(owner.sealKey(), { verb: about.verb, box: owner.box, ticket: about.ticket, digest });
}

/** A slot as it is at a box, and as slots.json has it there. */
export function slotAt(owner: Pick<BoxOwner, 'box'>, slot: Slot): Slot {
  return { ...slot, key: boxSlotKey(slot.key, owner.box) };
}

/** A table with these slots, whose keys are those at home. */
export function tableFor(
  owner: Pick<BoxOwner, 'box'>,
  slots: readonly Slot[],
  links: BoxTable['links'] = [],
  vouchers: BoxTable['vouchers'] = [],
): BoxTable {
  const there = slots.map(({ key, files, bytes, link }) => ({
    key: boxSlotKey(key, owner.box),
    files,
    bytes,
    ...(link !== undefined && { link }),
  }));
  const vouchersThere = vouchers.map((one) => ({ ...one, key: voucherAt(one.key, owner.box) }));
  return { batch: 64, slots: there, links, vouchers: vouchersThere };
}

/** Gives an inbox one voucher, and answers somebody who has it. */
export async function lendTo(inbox: string, most: Partial<Omit<Voucher, 'key'>> = {}): Promise<BoxOwner> {
  const voucher = newVoucher(most);
  await writeVouchers(inbox, [voucher]);
  return newOwner(voucher);
}
