import { createHmac, randomBytes } from 'node:crypto';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { pickupName } from '../../source/core/request.ts';
import { offerInvite } from '../../source/inbox/invites.ts';
import { writeSlots } from '../../source/inbox/slots.ts';
import { takeEnvelopes } from '../../source/inbox/take.ts';
import { listNew } from '../../source/inbox/watch.ts';
import { failListenerProcess, startListenerProcess } from '../support/listener-process.ts';
import { ask, newSlot, post, postBatch, proofOf, signedHeaders } from '../support/signed-post.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const slot = newSlot();

async function listener(): Promise<{ inbox: string; port: number }> {
  const inbox = await tempInbox();
  await writeSlots(inbox, [newSlot(), slot, newSlot()]);
  const { port } = await startListenerProcess(inbox);
  return { inbox, port };
}

test('says where it listens, in one line and in listener.json, and exits cleanly', async () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    const inbox = await tempInbox();
    const running = await startListenerProcess(inbox);
    const presence = JSON.parse(await readFile(join(inbox, 'listener.json'), 'utf8')) as object;
    expect(presence).toMatchObject({ version: 1, pid: running.pid, host: '127.0.0.1', port: running.port });
    expect(await running.end(signal)).toBe(0);
    expect(running.complaint()).toBe('');
    expect(await readdir(inbox)).not.toContain('listener.json');
  }
});

test('fails in one line: port taken, address not here, nonsense', async () => {
  const inbox = await tempInbox();
  const { port } = await startListenerProcess(inbox);
  expect(await failListenerProcess(inbox, { host: '127.0.0.1', port })).toEqual({
    code: 'EADDRINUSE',
    exit: 1,
  });
  expect(await failListenerProcess(inbox, { host: '192.0.2.1', port })).toEqual({
    code: 'EADDRNOTAVAIL',
    exit: 1,
  });
  expect(await failListenerProcess(inbox, { host: '127.0.0.1', port: 70_000 })).toMatchObject({ exit: 1 });
});

test('listens on all interfaces with ::, even without IPv6', async () => {
  const { port } = await startListenerProcess(await tempInbox(), { host: '::' });
  expect((await ask({ port })).status).toBe(404);
});

test.each([4096, 16_384, 65_536])('stores %i bytes unchanged and private', async (size) => {
  const { inbox, port } = await listener();
  const body = new Uint8Array(randomBytes(size));
  const reply = await post(port, slot, body);
  expect([reply.status, reply.body.length]).toEqual([202, 0]);
  const [name = ''] = await listNew(inbox);
  expect(await takeEnvelopes(inbox, name)).toEqual({
    kind: 'envelopes',
    slotId: slot.id,
    envelopes: [new Uint8Array(body)],
    count: 1,
  });
});

test('stores the front of a batch as far as there is room, in order, and proves how much in the answer', async () => {
  const inbox = await tempInbox();
  const narrow = newSlot({ files: 5 });
  await writeSlots(inbox, [newSlot(), narrow]);
  const { port } = await startListenerProcess(inbox);
  const envelopes = Array.from({ length: 8 }, () => new Uint8Array(randomBytes(4096)));
  const send = async (some: readonly Uint8Array[]): Promise<[number | string, string | undefined]> => {
    const { status, headers } = await postBatch(port, narrow, some);
    expect(headers['x-cc-batch']).toBe(status === 202 ? '64' : undefined);
    return [status, headers['x-cc-kept']?.toString().split('.')[0]];
  };
  expect(await send(envelopes.slice(0, 3))).toEqual([202, '3']);
  expect(await send(envelopes.slice(3))).toEqual([202, '2']);
  const names = await listNew(inbox);
  expect(names.map((name) => name.slice(44))).toEqual(['01x03', '01x02']);
  const stored = await Promise.all(names.map((name) => readFile(join(inbox, 'new', name))));
  expect(Buffer.concat(stored).equals(Buffer.concat(envelopes.slice(0, 5)))).toBe(true);
  expect(await send(envelopes.slice(5))).toEqual([429, undefined]);
});

test('neither takes nor offers batches when its client does not say that it reads them', async () => {
  const { inbox, port } = await listener();
  const path = join(inbox, 'slots.json');
  const { batch, ...older } = JSON.parse(await readFile(path, 'utf8')) as { batch: number };
  expect(batch).toBe(64);
  await writeFile(path, JSON.stringify(older));
  const single = await post(port, slot, randomBytes(4096));
  expect([single.status, single.headers['x-cc-batch']]).toEqual([202, undefined]);
  expect((await postBatch(port, slot, [randomBytes(4096), randomBytes(4096)])).status).toBe(404);
  expect(await listNew(inbox)).toHaveLength(1);
});

test('stores nothing of a batch with one wrong byte', async () => {
  const { inbox, port } = await listener();
  const envelopes = Array.from({ length: 4 }, () => new Uint8Array(randomBytes(4096)));
  const path = '/messages/4';
  const body = Buffer.concat(envelopes);
  const headers = signedHeaders(slot, body, path);
  body[9000]! ^= 1;
  expect((await ask({ port, method: 'POST', path, headers, body })).status).toBe(400);
  expect(await listNew(inbox)).toEqual([]);
});

test('proves in a 202 that the body was kept, for each request on its own, even when the same body comes again', async () => {
  const { inbox, port } = await listener();
  const body = randomBytes(4096);
  const proofs = new Set<unknown>();
  for (let n = 0; n < 3; n += 1) {
    const headers = signedHeaders(slot, body);
    const reply = await ask({ port, method: 'POST', path: '/message', headers, body });
    const [auth, digest] = [String(headers['x-cc-auth']), String(headers['content-digest'])];
    expect([reply.status, reply.headers['x-cc-kept']]).toEqual([202, proofOf(slot.key, { auth, digest })]);
    proofs.add(reply.headers['x-cc-kept']);
  }
  expect(proofs.size).toBe(3);
  expect(await listNew(inbox)).toHaveLength(1);
});

test('keeps nothing of a body that breaks off, and frees its place', async () => {
  const inbox = await tempInbox();
  const narrow = newSlot({ files: 1 });
  await writeSlots(inbox, [narrow]);
  const { port } = await startListenerProcess(inbox);
  const headers = Object.entries(signedHeaders(narrow, randomBytes(4096))).map(
    ([name, value]) => `${name}: ${String(value)}`,
  );
  for (let n = 0; n < 5; n++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end(`POST /message HTTP/1.1\r\nHost: x\r\n${headers.join('\r\n')}\r\n\r\nhalf`);
    await new Promise((resolve) => socket.once('close', resolve));
  }
  await until('the slot is free', async () => (await post(port, narrow, randomBytes(4096))).status === 202);
  expect(await readdir(join(inbox, 'new'))).toHaveLength(1);
});

test('refuses posts to a full slot until its files are taken', async () => {
  const inbox = await tempInbox();
  const narrow = newSlot({ files: 3 });
  await writeSlots(inbox, [narrow, slot]);
  const { port } = await startListenerProcess(inbox);
  const send = async (): Promise<number | string> => (await post(port, narrow, randomBytes(4096))).status;
  // Right away: a place is reserved before the body comes.
  const all = await Promise.all(Array.from({ length: 10 }, send));
  expect(all.filter((status) => status === 202)).toHaveLength(3);
  expect(all.filter((status) => status === 429)).toHaveLength(7);
  expect((await post(port, slot, randomBytes(4096))).status).toBe(202);
  for (const name of await readdir(join(inbox, 'new'))) await rm(join(inbox, 'new', name));
  await until('there is room', async () => (await send()) === 202);
});

test('follows slots.json without a pause', async () => {
  const { inbox, port } = await listener();
  for (let round = 0; round < 10; round++) {
    const next = newSlot();
    await writeSlots(inbox, [next]);
    expect((await post(port, next, randomBytes(4096))).status).toBe(202);
    await writeSlots(inbox, []);
    expect((await post(port, next, randomBytes(4096))).status).toBe(404);
  }
});

test('hands an invite out once, and to the same joiner again', async () => {
  const { inbox, port } = await listener();
  const [pickup, blob] = [randomBytes(32), randomBytes(4096)];
  await offerInvite(inbox, pickupName(pickup), blob);
  const get = (nonce: string): ReturnType<typeof ask> =>
    ask({ port, path: `/invite/${pickup.toString('base64url')}`, headers: { 'x-cc-nonce': nonce } });
  const [mine, theirs] = [randomBytes(16).toString('base64url'), randomBytes(16).toString('base64url')];
  const first = await get(mine);
  expect([first.status, first.headers['content-type']]).toEqual([200, 'application/vnd.cryptochat']);
  expect(first.body.equals(blob)).toBe(true);
  expect((await get(theirs)).status).toBe(404);
  expect((await get(mine)).body.equals(blob)).toBe(true);
});

test('tells only holders of a taken link that it is gone', async () => {
  const { inbox, port } = await listener();
  const pickup = randomBytes(32);
  const linked = { ...newSlot(), link: pickupName(pickup) };
  await offerInvite(inbox, linked.link, randomBytes(4096));
  await writeSlots(inbox, [linked]);
  const get = async (of: Buffer, nonce: string) => {
    const path = `/invite/${of.toString('base64url')}`;
    const { status, headers } = await ask({ port, path, headers: { 'x-cc-nonce': nonce } });
    return [status, headers['x-cc-gone']];
  };
  const [mine, theirs] = [randomBytes(16).toString('base64url'), randomBytes(16).toString('base64url')];
  const proof = createHmac('sha256', linked.key).update(`404|${theirs}`).digest().subarray(0, 16);
  expect(await get(pickup, mine)).toEqual([200, undefined]);
  expect(await get(pickup, theirs)).toEqual([404, proof.toString('base64url')]);
  expect(await get(randomBytes(32), theirs)).toEqual([404, undefined]);
});

test('serves many requests on one connection, and closes it after a hundred', async () => {
  const { inbox, port } = await listener();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const count = limits.listenerRequestsPerSocket + 20;
  let closed = 0;
  for (let n = 0; n < count; n++) {
    const reply = await post(port, slot, randomBytes(4096), { agent });
    expect(reply.status).toBe(202);
    if (reply.headers['connection'] === 'close') closed += 1;
  }
  expect(closed).toBe(1);
  expect(await readdir(join(inbox, 'new'))).toHaveLength(count);
});

test('takes a request one byte at a time, and survives a break anywhere in it', async () => {
  const inbox = await tempInbox();
  const { port } = await startListenerProcess(inbox);
  const text = `GET /invite/${'A'.repeat(43)} HTTP/1.1\r\nHost: x\r\nx-cc-nonce: ${'A'.repeat(22)}\r\n\r\n`;
  await Promise.all(
    Array.from({ length: text.length }, (_, length) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.resume().end(text.slice(0, length));
      return closed;
    }),
  );
  expect((await ask({ port })).status).toBe(404);
});

test('ends when its inbox was removed', async () => {
  const inbox = await tempInbox();
  const running = await startListenerProcess(inbox);
  await rm(inbox, { recursive: true });
  await until('it has ended', () => running.child.exitCode === 0, 25_000);
});
