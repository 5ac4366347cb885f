// A listener that keeps boxes for others, asked over real sockets by owners and by strangers.

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publicKeyOf, sealBody } from '../../source/core/box.ts';
import { encodeCollect, encodeTable } from '../../source/core/box-bodies.ts';
import { pickupName, slotId } from '../../source/core/request.ts';
import { writeSlots, type Slot } from '../../source/inbox/slots.ts';
import { writeVouchers, type Voucher } from '../../source/inbox/vouchers.ts';
import {
  lendTo,
  newOwner,
  newVoucher,
  ownersProof,
  slotAt,
  tableFor,
  type BoxOwner,
} from '../support/box-owner.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { ask, newSlot, proofOf, signedHeaders, type Reply } from '../support/signed-post.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

type Hosted = {
  readonly inbox: string;
  readonly port: number;
  readonly owner: BoxOwner;
  readonly slot: Slot;
};

/** A host with one box whose owner lets one contact in. */
async function hosted(most: Parameters<typeof lendTo>[1] = {}): Promise<Hosted> {
  const inbox = await tempInbox();
  const owner = await lendTo(inbox, most);
  const { port } = await startListenerProcess(inbox);
  expect((await owner.claim(port)).status).toBe(201);
  const slot = newSlot();
  expect(await owner.put(port, tableFor(owner, [slot]))).toBe(202);
  return { inbox, port, owner, slot };
}

/** A contact posts to a box, as PROTOCOL.md "Boxes" says. */
function postTo(
  { port, owner, slot }: Pick<Hosted, 'port' | 'owner' | 'slot'>,
  body: Uint8Array,
  count = 1,
): Promise<Reply> {
  const inner = count === 1 ? '/message' : `/messages/${count}`;
  const headers = signedHeaders(slotAt(owner, slot), body, inner);
  return ask({ port, method: 'POST', path: `/b/${owner.box}${inner}`, headers, body });
}

function inBox({ inbox, owner }: Pick<Hosted, 'inbox' | 'owner'>): Promise<string[]> {
  return readdir(join(inbox, 'boxes', owner.box, 'new'));
}

async function promiseOf(inbox: string, box: string): Promise<{ files: number; from?: string }> {
  const text = await readFile(join(inbox, 'boxes', box, 'limits.json'), 'utf8');
  return JSON.parse(text) as { files: number; from?: string };
}

async function boxesIn(inbox: string): Promise<readonly string[]> {
  return (await readdir(join(inbox, 'boxes'))).filter((name) => !name.startsWith('.'));
}

describe('claims', () => {
  test('a voucher makes as many boxes as it says, and each key claims its own again', async () => {
    const inbox = await tempInbox();
    const voucher = newVoucher({ boxes: 2 });
    await writeVouchers(inbox, [newVoucher(), voucher]);
    const { port } = await startListenerProcess(inbox);
    const [one, two, three] = [newOwner(voucher), newOwner(voucher), newOwner(voucher)];
    const first = await one.claim(port);
    expect(first.status).toBe(201);
    const seal = one.sealKey();
    const again = await one.claim(port);
    expect([again.status, again.body.equals(first.body)]).toEqual([201, true]);
    expect(one.sealKey()).toEqual(seal);
    expect([(await two.claim(port)).status, (await three.claim(port)).status]).toEqual([201, 404]);
    expect((await readdir(join(inbox, 'boxes'))).toSorted()).toEqual([one.box, two.box].toSorted());
  });

  test('the voucher of a link in a table makes a second box from the promised room of the first, and ends with it', async () => {
    const { inbox, port, owner, slot } = await hosted({ files: 64, bytes: 1024 * 1024 });
    const promised = await promiseOf(inbox, owner.box);
    const voucher = newVoucher({ files: 24, bytes: 256 * 1024, boxes: 5, days: 30 });
    const put = (vouchers: readonly Voucher[]): Promise<unknown> =>
      owner.put(port, tableFor(owner, [slot], [], vouchers));
    const joiners = [newOwner(voucher), newOwner(voucher), newOwner(voucher)];
    const claim = (joiner: BoxOwner): Promise<Reply> => joiner.claim(port, owner.box);
    expect((await claim(joiners[0]!)).status).toBe(404);
    expect(await put([voucher])).toBe(202);
    // The host itself gives no access with it.
    expect((await joiners[0]!.claim(port)).status).toBe(404);
    const grants = [];
    for (const joiner of joiners) grants.push(await claim(joiner));
    // Half of 64 files: 24, then the 8 that are left, then none.
    expect(grants.map(({ status }) => status)).toEqual([201, 201, 507]);
    const children = await Promise.all(joiners.slice(0, 2).map(({ box }) => promiseOf(inbox, box)));
    expect(children.map(({ files, from }) => ({ files, from }))).toEqual([
      { files: 24, from: owner.box },
      { files: 8, from: owner.box },
    ]);
    expect((await claim(joiners[0]!)).body.equals(grants[0]!.body)).toBe(true);
    // The owner no longer has what was given to those two.
    const left = promised.files - 32;
    const sent = [];
    for (let n = 0; n <= left; n += 1)
      sent.push((await postTo({ port, owner, slot }, randomBytes(4096))).status);
    expect(sent).toEqual([...Array.from({ length: left }, () => 202), 429]);
    // Without the voucher nobody claims, and claimed boxes stay.
    expect(await put([])).toBe(202);
    expect((await claim(newOwner(voucher))).status).toBe(404);
    const own = newSlot();
    expect(await joiners[0]!.put(port, tableFor(joiners[0]!, [own]))).toBe(202);
    const body = randomBytes(4096);
    expect((await postTo({ port, owner: joiners[0]!, slot: own }, body)).status).toBe(202);
    expect((await owner.ask(port, 'leave')).status).toBe(202);
    expect(await boxesIn(inbox)).toEqual([]);
    expect((await postTo({ port, owner: joiners[0]!, slot: own }, body)).status).toBe(404);
  });

  test('simultaneous claims on a voucher for one make one box', async () => {
    const inbox = await tempInbox();
    const voucher = newVoucher();
    await writeVouchers(inbox, [voucher]);
    const { port } = await startListenerProcess(inbox);
    const replies = await Promise.all(Array.from({ length: 8 }, () => newOwner(voucher).claim(port)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 404)).toHaveLength(7);
    expect(await readdir(join(inbox, 'boxes'))).toHaveLength(1);
  });

  test('only a voucher claims, and nobody takes over another owner’s box', async () => {
    const { inbox, port, owner } = await hosted();
    const before = await readFile(join(inbox, 'boxes', owner.box, 'owner'));
    const other = newVoucher();
    expect((await newOwner(other).claim(port)).status).toBe(404);
    await writeVouchers(inbox, [owner.voucher, other]);
    // The same box key under another voucher, and with another agreement key.
    expect((await newOwner(other, owner.seed).claim(port)).status).toBe(404);
    const body = Buffer.concat([publicKeyOf(owner.seed), randomBytes(32)]);
    const headers = signedHeaders({ key: owner.voucher.key }, body, '/box');
    expect((await ask({ port, method: 'POST', path: '/box', headers, body })).status).toBe(404);
    // A slot's key is not a voucher, and a voucher is not a slot.
    const slot = newSlot();
    await writeSlots(inbox, [slot]);
    const asSlot = signedHeaders(slot, body, '/box');
    expect((await ask({ port, method: 'POST', path: '/box', headers: asSlot, body })).status).toBe(404);
    const envelope = randomBytes(4096);
    const asVoucher = signedHeaders({ key: owner.voucher.key }, envelope);
    const posted = await ask({ port, method: 'POST', path: '/message', headers: asVoucher, body: envelope });
    expect(posted.status).toBe(404);
    expect(await readFile(join(inbox, 'boxes', owner.box, 'owner'))).toEqual(before);
  });

  test('an agreement key of small order gets no box', async () => {
    const inbox = await tempInbox();
    const { voucher, seed, box } = await lendTo(inbox);
    const { port } = await startListenerProcess(inbox);
    const body = Buffer.concat([publicKeyOf(seed), Buffer.alloc(32)]);
    const headers = signedHeaders({ key: voucher.key }, body, '/box');
    expect((await ask({ port, method: 'POST', path: '/box', headers, body })).status).toBe(404);
    expect(await readdir(inbox)).not.toContain(box);
  });

  test('a host promises no more than it has', async () => {
    const inbox = await tempInbox();
    const owner = await lendTo(inbox, { bytes: 65 * 1024 ** 3 });
    const { port } = await startListenerProcess(inbox);
    expect((await owner.claim(port)).status).toBe(507);
  });
});

describe('mail', () => {
  test('posted to a box is collected, named, and gone', async () => {
    const host = await hosted();
    const { port, owner, slot } = host;
    const body = randomBytes(4096);
    const reply = await postTo(host, body);
    expect([reply.status, reply.body.length]).toEqual([202, 0]);
    const first = await owner.collect(port);
    expect(first.batch?.files.map(({ envelopes }) => Buffer.from(envelopes))).toEqual([body]);
    const { name = '' } = first.batch?.files[0] ?? {};
    expect(name.slice(27, 43)).toBe(slotId(slotAt(owner, slot).key));
    // It was not named, so it comes again.
    const again = await owner.collect(port);
    expect(again.batch?.files.map((file) => file.name)).toEqual([name]);
    const waiting = owner.collect(port, [name]);
    await until('it is gone', async () => (await inBox(host)).length === 0);
    expect((await postTo(host, randomBytes(16_384))).status).toBe(202);
    const next = await waiting;
    expect(next.batch?.files.map(({ envelopes }) => envelopes.length)).toEqual([16_384]);
  });

  test('gets a 202 proved with the key of the slot at the box, and the plain key opens nothing', async () => {
    const { port, owner, slot } = await hosted();
    const body = randomBytes(4096);
    const headers = signedHeaders(slotAt(owner, slot), body);
    const path = `/b/${owner.box}/message`;
    const reply = await ask({ port, method: 'POST', path, headers, body });
    const [auth, digest] = [String(headers['x-cc-auth']), String(headers['content-digest'])];
    expect(reply.headers['x-cc-kept']).toBe(proofOf(slotAt(owner, slot).key, { auth, digest }));
    const plain = signedHeaders(slot, body);
    expect((await ask({ port, method: 'POST', path, headers: plain, body })).status).toBe(404);
    const atHome = signedHeaders(slotAt(owner, slot), body);
    expect((await ask({ port, method: 'POST', path: '/message', headers: atHome, body })).status).toBe(404);
  });

  test('in a batch of 64, posted below a word of a proxy, comes out in order', async () => {
    const host = await hosted();
    const { port, owner, slot } = host;
    const envelopes = Array.from({ length: 64 }, () => randomBytes(4096));
    const body = Buffer.concat(envelopes);
    const headers = signedHeaders(slotAt(owner, slot), body, '/messages/64');
    const path = `/word/b/${owner.box}/messages/64`;
    const reply = await ask({ port, method: 'POST', path, headers, body });
    expect([reply.status, reply.headers['x-cc-batch']]).toEqual([202, '64']);
    const { batch } = await owner.collect(port);
    expect(Buffer.from(batch!.files[0]!.envelopes).equals(body)).toBe(true);
  });

  test('of many files comes in several batches, the oldest first, each once it was named', async () => {
    const host = await hosted();
    const bodies = Array.from({ length: 150 }, () => randomBytes(4096));
    for (const body of bodies) expect((await postTo(host, body)).status).toBe(202);
    const came: Buffer[] = [];
    let named: readonly string[] = [];
    for (const expected of [64, 64, 22]) {
      const { batch } = await host.owner.collect(host.port, named);
      expect([batch?.files.length, batch?.more]).toEqual([expected, expected === 64]);
      came.push(...batch!.files.map(({ envelopes }) => Buffer.from(envelopes)));
      named = batch!.files.map(({ name }) => name);
    }
    expect(came.every((envelope, at) => envelope.equals(bodies[at]!))).toBe(true);
  });

  test('for a full slot of the owner is left out until there is room', async () => {
    const host = await hosted();
    const { port, owner, slot } = host;
    const other = newSlot();
    expect(await owner.put(port, tableFor(owner, [slot, other]))).toBe(202);
    await postTo(host, randomBytes(4096));
    await postTo({ ...host, slot: other }, randomBytes(4096));
    const full = [slotId(slotAt(owner, slot).key)];
    const { batch } = await owner.collect(port, [], { full });
    expect(batch?.files.map(({ name }) => name.slice(27, 43))).toEqual([slotId(slotAt(owner, other).key)]);
    expect((await owner.collect(port)).batch?.files).toHaveLength(2);
  });

  test('in a box takes no more than its quota, over all of its slots', async () => {
    const host = await hosted({ files: 3 });
    const other = newSlot();
    await host.owner.put(host.port, tableFor(host.owner, [host.slot, other]));
    const statuses = [];
    for (let n = 0; n < 5; n += 1) {
      const slot = n % 2 === 0 ? host.slot : other;
      statuses.push((await postTo({ ...host, slot }, randomBytes(4096))).status);
    }
    expect(statuses).toEqual([202, 202, 202, 429, 429]);
    expect(await readdir(join(host.inbox, 'new'))).toEqual([]);
  });
});

describe('waiting', () => {
  test('a delivery wakes a collect, and a rejected stranger wakes nobody', async () => {
    const host = await hosted();
    const waiting = host.owner.collect(host.port);
    let isOver = false;
    void waiting.then(() => (isOver = true));
    const headers = signedHeaders(newSlot(), randomBytes(4096));
    await ask({
      port: host.port,
      method: 'POST',
      path: `/b/${host.owner.box}/message`,
      headers,
      body: randomBytes(4096),
    });
    expect(isOver).toBe(false);
    await postTo(host, randomBytes(4096));
    expect((await waiting).batch?.files).toHaveLength(1);
  });

  test('the newest collect wins, and the other one is told', async () => {
    const host = await hosted();
    const both = [host.owner.collect(host.port), host.owner.collect(host.port)];
    const first = await Promise.race(both);
    expect(first).toMatchObject({ status: 200, batch: { takenOver: true, files: [] } });
    await postTo(host, randomBytes(4096));
    const last = (await Promise.all(both)).find((one) => one !== first);
    expect(last).toMatchObject({ status: 200, batch: { takenOver: false } });
    expect(last?.batch?.files).toHaveLength(1);
  });

  test('mail for an owner whose connection broke while waiting is there for the next collect', async () => {
    const host = await hosted();
    const agent = new Agent();
    const broken = host.owner.collect(host.port, [], { agent });
    // The next collect shows that this one waited: it is told that it was taken over, or takes over.
    const next = host.owner.collect(host.port);
    await Promise.race([broken, next]);
    agent.destroy();
    await postTo(host, randomBytes(4096));
    expect((await host.owner.collect(host.port)).batch?.files).toHaveLength(1);
    await Promise.all([broken, next]);
  });
});

describe('owners and strangers', () => {
  test('a ticket is used once, belongs to its box, and goes to anybody who knows the box', async () => {
    const host = await hosted();
    const { port, owner } = host;
    await postTo(host, randomBytes(4096));
    const { status, used, next } = await owner
      .collect(port)
      .then(async (first) => ({ ...first, used: await owner.ticket(port) }));
    expect([status, next.length, used.length]).toEqual([200, 32, 32]);
    const plain = encodeCollect({ stored: [], full: [], wait: 50 });
    expect((await owner.ask(port, 'collect', { plain, ticket: next })).status).toBe(200);
    const replayed = await owner.ask(port, 'collect', { plain, ticket: next });
    expect([replayed.status, String(replayed.headers['x-cc-ticket']).length]).toEqual([401, 32]);
    const forged = Buffer.from(used, 'base64url');
    forged[23]! ^= 1;
    const bad = ['', 'A'.repeat(32), forged.toString('base64url')];
    for (const ticket of bad) expect((await owner.ask(port, 'collect', { plain, ticket })).status).toBe(401);
  });

  test('a signature by another key, for another verb or for another body gets the 404 of a stranger', async () => {
    const host = await hosted();
    const { port, owner } = host;
    const unknown = {
      port,
      method: 'POST',
      path: `/b/${'A'.repeat(22)}/collect`,
      headers: { 'content-length': 0 },
    };
    const stranger = await ask(unknown);
    expect(stranger.status).toBe(404);
    const collect = encodeCollect({ stored: [], full: [], wait: 50 });
    const digests = { 'content-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:` };
    const otherDigest = await owner.ask(port, 'collect', { plain: collect, headers: digests });
    const ticket = await owner.ticket(port);
    const thief = newOwner(owner.voucher);
    const signed = await thief.ask(port, 'collect', { ticket });
    expect([otherDigest.status, signed.status]).toEqual([404, 404]);
    expect(otherDigest.headers).toEqual(stranger.headers);
    // The signature of a table on a collect.
    const used = await owner.ticket(port);
    const body = sealBody(
      owner.sealKey(),
      { what: 'table', box: owner.box, ticket: used },
      encodeTable(tableFor(owner, [])),
    );
    const table = await owner.ask(port, 'table', { ticket: used, body });
    expect(table.status).toBe(202);
    const path = `/b/${owner.box}/leave`;
    const proof = String(table.headers['x-cc-kept']);
    expect(proof).toBe(ownersProof(owner, { verb: 'table', ticket: used, body }));
    expect((await ask({ port, method: 'DELETE', path })).status).toBe(404);
    expect((await ask({ port, method: 'GET', path: `/b/${owner.box}/collect` })).status).toBe(404);
  });

  test('a body that is not sealed for this request, or breaks a rule, changes nothing', async () => {
    const host = await hosted();
    const { port, owner } = host;
    const table = encodeTable(tableFor(owner, []));
    const old = await owner.ticket(port);
    const forOther = sealBody(owner.sealKey(), { what: 'table', box: owner.box, ticket: old }, table);
    expect((await owner.ask(port, 'table', { body: forOther })).status).toBe(400);
    expect((await owner.ask(port, 'table', { plain: table.subarray(1) })).status).toBe(400);
    expect((await owner.ask(port, 'table', { body: new Uint8Array(28) })).status).toBe(400);
    expect((await owner.ask(port, 'table', { body: new Uint8Array(1024 * 1024 + 1) })).status).toBe(413);
    expect((await owner.ask(port, 'leave', { body: new Uint8Array(1) })).status).toBe(413);
    const typed = { 'content-type': 'text/plain' };
    expect((await owner.ask(port, 'leave', { headers: typed })).status).toBe(415);
    expect((await postTo(host, randomBytes(4096))).status).toBe(202);
  });

  test('an owner deletes only files of its own box', async () => {
    const host = await hosted();
    const { inbox, port, owner } = host;
    const home = newSlot();
    await writeSlots(inbox, [home]);
    const body = randomBytes(4096);
    await ask({ port, method: 'POST', path: '/message', headers: signedHeaders(home, body), body });
    const [mine = ''] = await readdir(join(inbox, 'new'));
    await postTo(host, randomBytes(4096));
    expect((await owner.collect(port, [mine])).batch?.files).toHaveLength(1);
    expect(await readdir(join(inbox, 'new'))).toEqual([mine]);
  });

  test('an owner who leaves is gone, with everything in the box', async () => {
    const host = await hosted();
    await postTo(host, randomBytes(4096));
    const left = await host.owner.ask(host.port, 'leave');
    expect([left.status, left.headers['x-cc-kept']]).toEqual([
      202,
      ownersProof(host.owner, { verb: 'leave', ticket: left.used, body: new Uint8Array() }),
    ]);
    await until('nothing is left', async () => (await readdir(join(host.inbox, 'boxes'))).length === 0);
    expect((await postTo(host, randomBytes(4096))).status).toBe(404);
    // The voucher has its place back.
    expect((await newOwner(host.owner.voucher).claim(host.port)).status).toBe(201);
  });
});

describe('links at a box', () => {
  test('a blob is handed out once; the owner hears to whom, and about tries after that', async () => {
    const { inbox, port, owner, slot } = await hosted();
    const [pickup, blob] = [randomBytes(32), new Uint8Array(randomBytes(4096))];
    const name = pickupName(pickup);
    const linked = { ...newSlot(), link: name };
    const links = [{ card: false, name, blob }];
    const put = (): Promise<number | string> => owner.put(port, tableFor(owner, [slot, linked], links));
    expect(await put()).toBe(202);
    const get = (nonce: string): Promise<Reply> =>
      ask({
        port,
        path: `/b/${owner.box}/invite/${pickup.toString('base64url')}`,
        headers: { 'x-cc-nonce': nonce },
      });
    const [mine, theirs] = [randomBytes(16).toString('base64url'), randomBytes(16).toString('base64url')];
    expect((await get(mine)).body.equals(blob)).toBe(true);
    expect(await put()).toBe(202);
    expect((await get(mine)).status).toBe(200);
    const second = await get(theirs);
    expect([second.status, typeof second.headers['x-cc-gone']]).toEqual([404, 'string']);
    await postTo({ port, owner, slot }, randomBytes(4096));
    const { batch } = await owner.collect(port);
    expect(batch?.news.map((one) => [one.name, one.takenBy?.length])).toEqual([
      [name, 32],
      [name, undefined],
    ]);
    // Once picked up it is in no table any more; its joiner may ask again while its slot is there, and nobody else.
    expect(await owner.put(port, tableFor(owner, [slot, linked]))).toBe(202);
    expect([(await get(mine)).status, (await get(theirs)).status]).toEqual([200, 404]);
    expect(await readdir(join(inbox, 'boxes', owner.box, 'invites', 'used'))).toEqual([name]);
    expect(await owner.put(port, tableFor(owner, [slot]))).toBe(202);
    expect((await get(mine)).status).toBe(404);
  });
});

describe('folders', () => {
  test('a box outlives its listener, and tickets do not', async () => {
    const inbox = await tempInbox();
    const owner = await lendTo(inbox);
    const before = await startListenerProcess(inbox);
    await owner.claim(before.port);
    const slot = newSlot();
    await owner.put(before.port, tableFor(owner, [slot]));
    await postTo({ port: before.port, owner, slot }, randomBytes(4096));
    const ticket = await owner.ticket(before.port);
    await before.end('SIGKILL');
    const { port } = await startListenerProcess(inbox);
    const plain = encodeCollect({ stored: [], full: [], wait: 50 });
    expect((await owner.ask(port, 'collect', { plain, ticket })).status).toBe(401);
    expect((await owner.collect(port)).batch?.files).toHaveLength(1);
  });

  test('a swapped box, or a boxes folder that is a link elsewhere, takes nothing', async () => {
    const host = await hosted();
    const boxes = join(host.inbox, 'boxes');
    const elsewhere = join(host.inbox, 'tmp', 'elsewhere');
    await postTo(host, randomBytes(4096));
    await rename(boxes, elsewhere);
    await symlink(elsewhere, boxes);
    expect((await postTo(host, randomBytes(4096))).status).not.toBe(202);
    await rm(boxes);
    await mkdir(join(boxes, host.owner.box), { recursive: true });
    await writeFile(join(boxes, host.owner.box, 'owner'), 'nothing');
    await until('it is no box', async () => (await postTo(host, randomBytes(4096))).status === 404);
  });

  test('a file that does not match its name is never handed out', async () => {
    const host = await hosted();
    await postTo(host, randomBytes(4096));
    const folder = join(host.inbox, 'boxes', host.owner.box, 'new');
    const [name = ''] = await readdir(folder);
    await writeFile(join(folder, name.replace(/^.{12}/, '000000000001')), 'short');
    await symlink('/etc/hostname', join(folder, name.replace(/^.{12}/, '000000000002')));
    await writeFile(join(folder, 'no name'), '');
    const { batch } = await host.owner.collect(host.port);
    expect(batch?.files.map((file) => file.name)).toEqual([name]);
  });
});
