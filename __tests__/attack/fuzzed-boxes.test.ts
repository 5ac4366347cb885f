// A host that answers its owners with arbitrary bytes, and an owner who sends them to its host: neither can hurt the other, nor anybody
// with a box at the same host or another one.

import { createHash, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { doneProof, sealBody, signOwner, type Verb } from '../../source/core/box.ts';
import { encodeBatch, encodeCollect, encodeTable, type Batch } from '../../source/core/box-bodies.ts';
import { messageName, parseMessageName } from '../../source/core/message-name.ts';
import { slotId } from '../../source/core/request.ts';
import { writeMailboxes, type Mailbox } from '../../source/inbox/mailboxes.ts';
import { writeSlots, type Slot } from '../../source/inbox/slots.ts';
import { writeVouchers } from '../../source/inbox/vouchers.ts';
import { lendTo, newOwner, newVoucher, slotAt, tableFor, type BoxOwner } from '../support/box-owner.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { mutated } from '../support/mutations.ts';
import { listenerProgram } from '../support/pty.ts';
import { ask, newSlot, signedHeaders } from '../support/signed-post.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { figure } from './adapter.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const seed = randomInt(2 ** 31);

/** This many nearly valid inputs; a failure of the test prints the seed. */
function sample(goods: readonly Bytes[], count: number): Bytes[] {
  return fc.sample(mutated(goods), { numRuns: count, seed });
}

function tellSeed(): void {
  onTestFinished(({ task }) => {
    if (task.result?.state === 'fail') process.stdout.write(`the seed was ${seed}\n`);
  });
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1] ?? 0) / 1024;
}

function sound(slot: Slot): Slot {
  return { ...slot, id: slotId(slot.key) };
}

/** Posts an envelope into a box; returns the status. */
async function postTo(
  port: number,
  owner: BoxOwner,
  { slot, body }: { slot: Slot; body: Bytes },
): Promise<unknown> {
  const headers = signedHeaders(slotAt(owner, slot), body);
  return (await ask({ port, method: 'POST', path: `/b/${owner.box}/message`, headers, body })).status;
}

// ── the host ─────────────────────────────────────────────────────────────────────────────────

/** An owner's request, with what a host needs to answer it. */
type Asked = {
  readonly socket: Socket;
  readonly verb: Verb;
  readonly box: string;
  readonly ticket: string;
  readonly digest: string;
};

const ticketNow = (): string => randomBytes(24).toString('base64url');

function answerWith(
  status: string,
  headers: Readonly<Record<string, string | number>>,
  body: Uint8Array,
): Bytes {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status}`, ...lines, `x-cc-ticket: ${ticketNow()}`, '', ''].join('\r\n');
  return new Uint8Array(Buffer.concat([Buffer.from(head, 'latin1'), body]));
}

/** The parts of a changed answer: the batch in it, the bytes inside its seal, or the whole answer. */
type Trick = (asked: Asked, seal: Bytes, changed: Bytes) => Promise<void>;

const sealedBatch = ({ box, ticket }: Asked, seal: Bytes, plain: Bytes): Bytes =>
  new Uint8Array(sealBody(seal, { what: 'batch', box, ticket }, plain));

const ok = (body: Uint8Array): Bytes =>
  answerWith('200 OK', { 'content-type': 'application/vnd.cryptochat', 'content-length': body.length }, body);

/** Changes bytes of an answer to those of another one. */
function disturb(whole: Bytes, changed: Bytes): Bytes {
  const copy = whole.slice();
  for (let n = 0; n < 1 + (changed.length % 3); n += 1)
    copy[((changed[n] ?? 7) * 31) % copy.length] = changed.at(-1 - n) ?? 0;
  return copy;
}

/** The answer of a host that has nothing to send. */
const quiet: Trick = async ({ socket, ...asked }, seal) => {
  const kept = doneProof(seal, asked);
  socket.write(answerWith('204 No Content', { 'x-cc-kept': kept }, new Uint8Array()));
};

const tricks: readonly Trick[] = [
  async (asked, seal, changed) => void asked.socket.write(ok(sealedBatch(asked, seal, changed))),
  async (asked, seal, changed) =>
    void asked.socket.write(ok(disturb(sealedBatch(asked, seal, changed), changed))),
  async (asked, seal, changed) =>
    void asked.socket.write(disturb(ok(sealedBatch(asked, seal, changed)), changed)),
  async ({ socket }, _, changed) => void socket.end(changed),
  // A body without an end, one that is shorter than its head says, one that comes a byte at a time, and many beginnings.
  async ({ socket }) => {
    socket.write(answerWith('200 OK', { 'transfer-encoding': 'chunked' }, new Uint8Array()));
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), randomBytes(65_536), Buffer.from('\r\n')]);
    for (let n = 0; n < 64 && !socket.destroyed; n += 1) {
      if (!socket.write(chunk))
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => null);
    }
    socket.destroy();
  },
  async ({ socket }, _, changed) =>
    void socket.end(answerWith('200 OK', { 'content-length': 600_000 }, changed)),
  async ({ socket }, _, changed) => {
    socket.write(answerWith('200 OK', { 'content-length': 400 }, new Uint8Array()));
    for (const byte of changed.subarray(0, 20)) {
      socket.write(Uint8Array.of(byte));
      await pause(5);
    }
    socket.destroy();
  },
  async ({ socket }) => void socket.end('HTTP/1.1 102 x\r\n\r\n'.repeat(500)),
  async ({ socket }) => void socket.end(`HTTP/1.1 200 OK\r\n${'x: '.padEnd(4000, 'y')}\r\n`.repeat(20)),
  async ({ socket }) =>
    void socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nxxx'),
  async ({ socket }) => void socket.resetAndDestroy(),
];

/** Reads requests from a socket, one after the other. */
async function serveRequests(socket: Socket, serve: (head: string) => Promise<void>): Promise<void> {
  socket.on('error', () => undefined);
  let got = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    got = Buffer.concat([got, chunk]);
    const end = got.indexOf('\r\n\r\n');
    const head = got.subarray(0, end).toString('latin1');
    const bytes = Number(/^content-length: (\d+)$/imu.exec(head)?.[1] ?? 0);
    if (end < 0 || got.length < end + 4 + bytes) continue;
    got = got.subarray(end + 4 + bytes);
    await serve(head);
  }
}

test('a host that answers arbitrary bytes stores nothing wrong at its owner, who stays up, stays small and still reaches other boxes', async () => {
  tellSeed();
  const [good, inbox] = [await tempInbox(), await tempInbox()];
  const friend = await lendTo(good);
  const host = await startListenerProcess(good, { program: listenerProgram });
  await friend.claim(host.port);
  const slot = sound(newSlot({ files: 300, bytes: 8 * 1024 * 1024 }));
  await writeSlots(inbox, [slot]);
  const boxes = Array.from({ length: 16 }, () => ({
    owner: newOwner(newVoucher()),
    seal: new Uint8Array(randomBytes(32)),
  }));
  const nameAt = (owner: BoxOwner, counter: number): string =>
    messageName({ time: 1, processId: 1, counter, slotId: slotId(slotAt(owner, slot).key), bytes: 4096 });
  const batches = boxes.map(({ owner }, at): Batch => {
    const files = [1, 2].map((counter) => ({
      name: nameAt(owner, counter),
      envelopes: new Uint8Array(randomBytes(4096)),
    }));
    const news = [{ name: 'ab'.repeat(32), takenBy: at % 2 === 0 ? 'cd'.repeat(16) : null }];
    return { takenOver: at % 8 === 7, more: false, news, files };
  });
  const count = figure(5000, 100);
  const inputs = sample(batches.map(encodeBatch), count);
  const tally = { given: 0 };
  const answered = new Map<string, number>();
  const server = createServer((socket) => {
    void serveRequests(socket, async (head) => {
      const [, box = '', verb = ''] = /^POST \/b\/([\w-]{22})\/(\w+) /u.exec(head) ?? [];
      const [, ticket] = /^x-cc-owner: v1\.([\w-]{32})\./imu.exec(head) ?? [];
      const seal = boxes.find(({ owner }) => owner.box === box)?.seal ?? new Uint8Array(32);
      if (ticket === undefined) {
        socket.write(answerWith('401 Unauthorized', { 'content-length': 0 }, new Uint8Array()));
        return;
      }
      const digest = /^content-digest: (\S+)$/imu.exec(head)?.[1] ?? '';
      const asked: Asked = { socket, verb: verb as Verb, box, ticket, digest };
      // Every third answer is valid, or the pauses after failures would grow.
      const before = answered.get(box) ?? 0;
      answered.set(box, before + 1);
      if (before % 3 === 2) return quiet(asked, seal, new Uint8Array());
      const changed = inputs[tally.given % inputs.length] ?? new Uint8Array();
      tally.given += 1;
      await tricks[(tally.given + randomInt(2)) % tricks.length]?.(asked, seal, changed);
    }).catch(() => undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const mailboxes = boxes.map(({ owner, seal }): Mailbox => {
    return { place: `127.0.0.1:${port}/b/${owner.box}`, seed: owner.seed, seal, proxy: '' };
  });
  const ours: Mailbox = {
    place: `127.0.0.1:${host.port}/b/${friend.box}`,
    seed: friend.seed,
    seal: friend.sealKey(),
    proxy: '',
  };
  await writeMailboxes(inbox, [...mailboxes, ours]);
  const { pid, child, complaint } = await startListenerProcess(inbox, { program: listenerProgram });
  const whole: string[] = [];
  let half = 0;
  while (tally.given < count) {
    const body = new Uint8Array(randomBytes(4096));
    await until(
      'the other box takes it',
      async () => (await postTo(host.port, friend, { slot, body })) === 202,
    );
    whole.push(Buffer.from(body).toString('base64'));
    const next = Math.min(count, tally.given + Math.max(25, count / 20));
    await until('more is answered', () => tally.given >= next, 1_200_000);
    if (tally.given < count / 2) half = await residentMb(pid);
  }
  const stored = async (): Promise<Map<string, string>> => {
    const names = (await readdir(join(inbox, 'new'))).toSorted();
    const read = names.map(
      async (name) => [name, (await readFile(join(inbox, 'new', name))).toString('base64')] as const,
    );
    return new Map(await Promise.all(read));
  };
  await until('the other box was heard', async () => {
    const there = new Set((await stored()).values());
    return whole.every((body) => there.has(body));
  });
  expect([child.exitCode, child.signalCode, complaint()]).toEqual([null, null, '']);
  expect(await residentMb(pid)).toBeLessThan(Math.max(half, 70) + 40);
  for (const [name, body] of await stored()) {
    const parsed = parseMessageName(name);
    expect([parsed?.slotId, (parsed?.bytes ?? 0) * (parsed?.count ?? 0)]).toEqual([
      slot.id,
      Buffer.from(body, 'base64').length,
    ]);
  }
  expect((await readdir(join(inbox, 'invites', 'taken'))).length).toBe(0);
  expect((await readdir(inbox)).toSorted()).toEqual(
    [
      'bad',
      'invites',
      'listener.json',
      'mailboxes.json',
      'new',
      'out',
      'reach.json',
      'slots.json',
      'tmp',
    ].toSorted(),
  );
});

// ── the owner ────────────────────────────────────────────────────────────────────────────────

/** Sends bytes and returns what comes back, until the other side hangs up or for a moment. */
function tell(port: number, said: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setTimeout(300, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
    socket.write(said);
  });
}

/** A request of an owner, signed for its body. */
function requestOf(
  owner: BoxOwner,
  { verb, ticket, body }: { verb: Verb; ticket: string; body: Uint8Array },
): Bytes {
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const head = [
    `POST /b/${owner.box}/${verb} HTTP/1.1`,
    'host: x',
    'content-type: application/vnd.cryptochat',
    `content-length: ${body.length}`,
    `content-digest: ${digest}`,
    `x-cc-owner: ${signOwner(owner.seed, { verb, box: owner.box, ticket, digest })}`,
    '',
    '',
  ].join('\r\n');
  return new Uint8Array(Buffer.concat([Buffer.from(head, 'latin1'), body]));
}

test('an owner who sends arbitrary requests breaks neither its host nor another owner’s box', async () => {
  tellSeed();
  const inbox = await tempInbox();
  const vouchers = [newVoucher(), newVoucher({ files: 50 })];
  await writeVouchers(inbox, vouchers);
  const { port, pid, child, complaint } = await startListenerProcess(inbox, { program: listenerProgram });
  const [alice, mallory] = vouchers.map((voucher) => newOwner(voucher)) as [BoxOwner, BoxOwner];
  const slots = [newSlot(), newSlot()].map(sound) as [Slot, Slot];
  for (const [at, owner] of [alice, mallory].entries()) {
    expect((await owner.claim(port)).status).toBe(201);
    expect(await owner.put(port, tableFor(owner, [slots[at] as Slot]))).toBe(202);
  }
  const bodies = Array.from({ length: 5 }, () => new Uint8Array(randomBytes(4096)));
  for (const body of bodies) expect(await postTo(port, alice, { slot: slots[0], body })).toBe(202);
  const link = { card: false, name: 'ab'.repeat(32), blob: new Uint8Array(4096) };
  const name = messageName({
    time: 1,
    processId: 1,
    counter: 1,
    slotId: slotId(slotAt(alice, slots[0]).key),
    bytes: 4096,
  });
  const plains: Readonly<Record<'table' | 'collect', readonly Bytes[]>> = {
    table: [encodeTable(tableFor(mallory, [slots[1]], [link])), encodeTable(tableFor(mallory, slots))],
    collect: [
      encodeCollect({ stored: [name], full: [slots[1].id], wait: 50 }),
      encodeCollect({ stored: [], full: [], wait: 50 }),
    ],
  };
  const rounds = figure(400, 12);
  const together = 10;
  let [half, worst] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const asks = await Promise.all(
      Array.from({ length: together }, async (_, at) => {
        const verb = (at + round) % 2 === 0 ? 'table' : 'collect';
        const ticket = at % 5 === 4 ? ticketNow() : await mallory.ticket(port);
        const [plain = new Uint8Array()] = fc.sample(mutated(plains[verb]), {
          numRuns: 1,
          seed: seed + round * together + at,
        });
        const sealed = sealBody(mallory.sealKey(), { what: verb, box: mallory.box, ticket }, plain);
        const whole = requestOf(mallory, { verb, ticket, body: sealed });
        const kind = (at + round) % 6;
        if (kind < 2) return whole;
        if (kind === 2)
          return requestOf(mallory, {
            verb,
            ticket,
            body: disturb(new Uint8Array(sealed), plain.length > 3 ? plain : sealed),
          });
        if (kind === 3) return disturb(whole, plain.length > 3 ? plain : sealed);
        // Half of a request, and two in one.
        return kind === 4
          ? whole.slice(0, randomInt(whole.length))
          : new Uint8Array(Buffer.concat([whole, whole]));
      }),
    );
    const heard = await Promise.all(asks.map((one) => tell(port, one)));
    for (const answer of heard)
      if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 (?:20[024]|4\d\d|507) /u);
    const begun = performance.now();
    const { batch } = await alice.collect(port);
    worst = Math.max(worst, performance.now() - begun);
    expect(batch?.files.map(({ envelopes }) => Buffer.from(envelopes))).toEqual(
      bodies.map((body) => Buffer.from(body)),
    );
    if (round === Math.floor(rounds / 2)) half = await residentMb(pid);
  }
  expect([child.exitCode, child.signalCode, complaint()]).toEqual([null, null, '']);
  expect(await residentMb(pid)).toBeLessThan(half + 30);
  expect(worst).toBeLessThan(20_000);
  // The attacker's own box works as before.
  expect(await mallory.put(port, tableFor(mallory, [slots[1]]))).toBe(202);
  const last = new Uint8Array(randomBytes(4096));
  expect(await postTo(port, mallory, { slot: slots[1], body: last })).toBe(202);
  expect(
    (await mallory.collect(port)).batch?.files.map(({ envelopes }) => Buffer.from(envelopes)),
  ).toContainEqual(Buffer.from(last));
  expect((await readdir(join(inbox, 'boxes'))).toSorted()).toEqual([alice.box, mallory.box].toSorted());
  expect(await readdir(join(inbox, 'new'))).toEqual([]);
  for (const folder of ['new', 'tmp', 'bad'])
    expect((await readdir(join(inbox, 'boxes', alice.box, folder))).length).toBe(
      folder === 'new' ? bodies.length : 0,
    );
});
