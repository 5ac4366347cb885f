// The owner's listener collects from a box at a real host, and from hosts that misbehave.

import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { agreementKeyOf, sealBody } from '../../source/core/box.ts';
import { encodeBatch, type Batch } from '../../source/core/box-bodies.ts';
import { messageName } from '../../source/core/message-name.ts';
import { pickupName, slotId } from '../../source/core/request.ts';
import { openIntake } from '../../source/inbox/deliver.ts';
import { offerInvite } from '../../source/inbox/invites.ts';
import { readReach, writeMailboxes, type Mailbox } from '../../source/inbox/mailboxes.ts';
import { writeSlots, type Slot } from '../../source/inbox/slots.ts';
import { createReporting } from '../../source/inbox/reporting.ts';
import { startCollectors } from '../../source/listener/collectors.ts';
import { lendTo, newOwner, newVoucher, slotAt, type BoxOwner } from '../support/box-owner.ts';
import { startListenerProcess, type ListenerProcess } from '../support/listener-process.ts';
import { ask, newSlot, signedHeaders, type Reply } from '../support/signed-post.ts';
import { startSocks } from '../support/proxies.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

type Pair = {
  readonly hostInbox: string;
  readonly host: ListenerProcess;
  readonly owner: BoxOwner;
  readonly inbox: string;
  readonly slot: Slot;
};

function mailboxAt(port: number, owner: BoxOwner): Mailbox {
  return { place: `127.0.0.1:${port}/b/${owner.box}`, seed: owner.seed, seal: owner.sealKey(), proxy: '' };
}

/** A host, and a home whose listener collects from its box there; the home lets one contact in. */
async function pair(): Promise<Pair> {
  const hostInbox = await tempInbox();
  const owner = await lendTo(hostInbox);
  const host = await startListenerProcess(hostInbox);
  await owner.claim(host.port);
  const inbox = await tempInbox();
  const slot = sound(newSlot());
  await writeSlots(inbox, [slot]);
  await writeMailboxes(inbox, [mailboxAt(host.port, owner)]);
  return { hostInbox, host, owner, inbox, slot };
}

/** A slot whose id matches its key. */
function sound(slot: Slot): Slot {
  return { ...slot, id: slotId(slot.key) };
}

async function tableThere({ inbox }: Pick<Pair, 'inbox'>, since = 0): Promise<void> {
  await until('the host has the table', async () => (await readReach(inbox))[0]!.tableAt > since);
}

function postTo(
  port: number,
  { owner, slot }: Pick<Pair, 'owner' | 'slot'>,
  body: Uint8Array,
): Promise<Reply> {
  const headers = signedHeaders(slotAt(owner, slot), body);
  return ask({ port, method: 'POST', path: `/b/${owner.box}/message`, headers, body });
}

async function cameTo(inbox: string): Promise<Buffer[]> {
  const names = (await readdir(join(inbox, 'new'))).toSorted();
  return Promise.all(names.map((name) => readFile(join(inbox, 'new', name))));
}

async function collecting(inbox: string): Promise<void> {
  const reporting = createReporting(inbox);
  const collectors = startCollectors(inbox, await openIntake(inbox), {
    reporting,
    seen: () => undefined,
    began: () => undefined,
  });
  onTestFinished(() => collectors.close());
}

test('mail posted to the box ends up in the inbox, in order, under its own slot, and is gone at the host', async () => {
  const both = await pair();
  await startListenerProcess(both.inbox);
  await tableThere(both);
  const bodies = Array.from({ length: 20 }, () => randomBytes(4096));
  for (const body of bodies) expect((await postTo(both.host.port, both, body)).status).toBe(202);
  await until('all came', async () => (await readdir(join(both.inbox, 'new'))).length >= 20);
  expect(await cameTo(both.inbox)).toEqual(bodies);
  const names = await readdir(join(both.inbox, 'new'));
  expect(new Set(names.map((name) => name.slice(27, 43)))).toEqual(new Set([both.slot.id]));
  const there = join(both.hostInbox, 'boxes', both.owner.box, 'new');
  await until('the host has nothing left', async () => (await readdir(there)).length === 0);
});

test('changed slots and links reach the host within a moment, and a link taken there is taken here', async () => {
  const both = await pair();
  await collecting(both.inbox);
  await tableThere(both);
  const other = sound(newSlot());
  expect((await postTo(both.host.port, { ...both, slot: other }, randomBytes(4096))).status).toBe(404);
  await writeSlots(both.inbox, [both.slot, other]);
  const post = (): Promise<Reply> => postTo(both.host.port, { ...both, slot: other }, randomBytes(4096));
  await until('the slot is there', async () => (await post()).status === 202);
  const [pickup, blob] = [randomBytes(32), randomBytes(4096)];
  await offerInvite(both.inbox, pickupName(pickup), blob);
  const path = `/b/${both.owner.box}/invite/${pickup.toString('base64url')}`;
  const headers = { 'x-cc-nonce': randomBytes(16).toString('base64url') };
  const got = await until('the link is there', async () => {
    const reply = await ask({ port: both.host.port, path, headers });
    return reply.status === 200 ? reply : null;
  });
  expect(got.body.equals(blob)).toBe(true);
  await post();
  await until('it is taken here', async () => {
    const taken = await readdir(join(both.inbox, 'invites', 'taken'));
    return taken.length === 1 && taken[0]?.startsWith(pickupName(pickup));
  });
  expect(await readdir(join(both.inbox, 'invites', 'ready'))).toEqual([]);
});

test('the first slot of a home without contacts reaches the host at once, however long that took', async () => {
  const hostInbox = await tempInbox();
  const owner = await lendTo(hostInbox);
  const host = await startListenerProcess(hostInbox);
  await owner.claim(host.port);
  const inbox = await tempInbox();
  await writeMailboxes(inbox, [mailboxAt(host.port, owner)]);
  await collecting(inbox);
  // Tries that fail would come after 1, 3 and 7 s.
  await pause(3200);
  const first = sound(newSlot());
  await writeSlots(inbox, [first]);
  const late = pause(3000, 'late');
  const isThere = async (): Promise<boolean> =>
    (await postTo(host.port, { owner, slot: first }, randomBytes(4096))).status === 202;
  expect(await Promise.race([until('the slot is there', isThere), late])).toBe(true);
  await until('it came', async () => (await readdir(join(inbox, 'new'))).length === 1);
});

test('loses nothing when host and owner are killed in between', async () => {
  const both = await pair();
  let owner = await startListenerProcess(both.inbox);
  await tableThere(both);
  let { host } = both;
  const { port } = host;
  const bodies: Buffer[] = [];
  for (let round = 0; round < 4; round += 1) {
    for (let n = 0; n < 10; n += 1) {
      const body = randomBytes(4096);
      await until('it is stored', async () => (await postTo(port, both, body)).status === 202);
      bodies.push(body);
    }
    await (round % 2 === 0 ? owner : host).end('SIGKILL');
    if (round % 2 === 0) owner = await startListenerProcess(both.inbox);
    else host = await startListenerProcess(both.hostInbox, { port });
  }
  const hexes = async (): Promise<string[]> => (await cameTo(both.inbox)).map((body) => body.toString('hex'));
  await until('all came', async () => new Set(await hexes()).size === bodies.length);
  // A kill between storing and naming brings a file twice; the client knows it by its hash.
  const first = [...new Set(await hexes())];
  expect(first).toEqual(bodies.map((body) => body.toString('hex')));
}, 120_000);

test('a full slot leaves its mail at the host, and other slots do not wait behind it', async () => {
  const both = await pair();
  const narrow = sound(newSlot({ files: 1 }));
  await writeSlots(both.inbox, [both.slot, narrow]);
  await collecting(both.inbox);
  await tableThere(both);
  const toNarrow = { ...both, slot: { ...narrow, files: 10 } };
  await postTo(both.host.port, toNarrow, randomBytes(4096));
  await until('one came', async () => (await readdir(join(both.inbox, 'new'))).length === 1);
  const later = randomBytes(4096);
  const post = (): Promise<Reply> => postTo(both.host.port, toNarrow, later);
  await until('there is room at the host', async () => (await post()).status === 202);
  await postTo(both.host.port, both, randomBytes(4096));
  await until('the other came', async () => (await readdir(join(both.inbox, 'new'))).length === 2);
  for (const name of await readdir(join(both.inbox, 'new'))) await rm(join(both.inbox, 'new', name));
  await until('the rest came', async () => (await cameTo(both.inbox)).some((body) => body.equals(later)));
});

test('sends everything through a proxy, and nothing when the proxy does not reach the host', async () => {
  const both = await pair();
  await using proxy = await startSocks();
  const behind = {
    ...mailboxAt(both.host.port, both.owner),
    place: `mail.example:${both.host.port}/b/${both.owner.box}`,
  };
  await writeMailboxes(both.inbox, [{ ...behind, proxy: `socks5://${proxy.address}` }]);
  await startListenerProcess(both.inbox);
  await tableThere(both);
  const body = randomBytes(4096);
  expect((await postTo(both.host.port, both, body)).status).toBe(202);
  await until('it came', async () => (await cameTo(both.inbox)).some((one) => one.equals(body)));
  expect(proxy.asked().every((one) => one.includes('mail.example'))).toBe(true);
  await writeMailboxes(both.inbox, [
    { ...mailboxAt(both.host.port, both.owner), proxy: 'socks5://127.0.0.1:1' },
  ]);
  await until('it fails', async () => (await readReach(both.inbox))[0]?.reason !== '');
  await postTo(both.host.port, both, randomBytes(4096));
  await until('it was said', async () => ((await readReach(both.inbox))[0]?.reason ?? '').includes('proxy'));
  expect(await cameTo(both.inbox)).toHaveLength(1);
});

/** A host of one box that answers as it likes. */
async function badHost(
  answer: (request: IncomingMessage, response: ServerResponse, ticket: string) => void,
): Promise<{ port: number; asked: () => number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume();
    const owner = request.headers['x-cc-owner']?.toString() ?? '';
    const ticket = owner.split('.')[1] ?? '';
    request.on('end', () => {
      response.setHeader('x-cc-ticket', 'A'.repeat(32));
      if (owner === '') return void response.writeHead(401, { 'content-length': 0 }).end();
      asked += 1;
      return answer(request, response, ticket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, asked: () => asked };
}

const seal = new Uint8Array(randomBytes(32));
const stranger = newOwner(newVoucher());
const slot = sound(newSlot());
const name = messageName({
  time: 1,
  processId: 1,
  counter: 1,
  slotId: slotId(slotAt(stranger, slot).key),
  bytes: 4096,
});
const batch: Batch = {
  takenOver: false,
  more: false,
  news: [],
  files: [{ name, envelopes: new Uint8Array(randomBytes(4096)) }],
};
const sealed = (ticket: string, plain = encodeBatch(batch), key = seal): Buffer =>
  Buffer.from(sealBody(key, { what: 'batch', box: stranger.box, ticket }, plain));

/** The answer of a host to a collect → the reason why nothing of it must be stored. */
const hostile: Readonly<Record<string, (ticket: string) => Buffer>> = {
  'a batch in the clear': () => Buffer.from(encodeBatch(batch)),
  'a batch under another key': (ticket) =>
    sealed(ticket, encodeBatch(batch), agreementKeyOf(seal, stranger.box).secret),
  'a batch for another request': () => sealed('B'.repeat(32)),
  'bytes behind the end': (ticket) => sealed(ticket, Buffer.concat([encodeBatch(batch), Buffer.of(0)])),
  'an answer without end': () => Buffer.alloc(600 * 1024),
  'a name that leads out of the inbox': (ticket) =>
    sealed(ticket, encodeBatch({ ...batch, files: [{ ...batch.files[0]!, name: '../../../../x' }] })),
  nothing: () => Buffer.alloc(0),
};

test.each(Object.entries(hostile))(
  'stores nothing from a host that sends %s, and asks less and less often',
  async (_, body) => {
    const host = await badHost((request, response, ticket) => {
      if (request.url?.endsWith('/table')) return void response.writeHead(202, { 'content-length': 0 }).end();
      return void response.writeHead(200).end(body(ticket));
    });
    const inbox = await tempInbox();
    await writeSlots(inbox, [slot]);
    await writeMailboxes(inbox, [
      { place: `127.0.0.1:${host.port}/b/${stranger.box}`, seed: stranger.seed, seal, proxy: '' },
    ]);
    await collecting(inbox);
    await until('it was asked', () => host.asked() >= 4);
    const reached = await until('it is said', async () => (await readReach(inbox))[0]);
    expect([reached.answeredAt, reached.tableAt]).toEqual([0, 0]);
    expect(reached.reason).not.toBe('');
    expect(await readdir(join(inbox, 'new'))).toEqual([]);
    expect(host.asked()).toBeLessThan(12);
  },
);

test('a host that hands out the same file endlessly fills nothing, and one with files for unknown slots is asked once a second', async () => {
  let handed = 0;
  const host = await badHost((request, response, ticket) => {
    if (request.url?.endsWith('/table')) return void response.writeHead(404, { 'content-length': 0 }).end();
    handed += 1;
    return void response.writeHead(200).end(sealed(ticket));
  });
  const inbox = await tempInbox();
  await writeSlots(inbox, [slot]);
  await writeMailboxes(inbox, [
    { place: `127.0.0.1:${host.port}/b/${stranger.box}`, seed: stranger.seed, seal, proxy: '' },
  ]);
  await collecting(inbox);
  const begun = performance.now();
  await until('it was handed out four times', () => handed >= 4);
  expect(performance.now() - begun).toBeGreaterThan(1900);
  expect(await readdir(join(inbox, 'new'))).toHaveLength(1);
});
