// A client ends boxes while its listener runs and keeps some of them open.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endBox, keptBoxes } from '../../source/inbox/lent.ts';
import { removeBox } from '../../source/inbox/box-folder.ts';
import { writeVouchers } from '../../source/inbox/vouchers.ts';
import { lendTo, newOwner, newVoucher, slotAt, tableFor, type BoxOwner } from '../support/box-owner.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { ask, newSlot, signedHeaders, type Reply } from '../support/signed-post.ts';
import { tempInbox } from '../support/temp-home.ts';
import type { Slot } from '../../source/inbox/slots.ts';

const mebi = 1024 * 1024;

function postTo(port: number, owner: BoxOwner, slot: Slot): Promise<Reply> {
  const body = new Uint8Array(4096).fill(7);
  const headers = signedHeaders(slotAt(owner, slot), body, '/message');
  return ask({ port, method: 'POST', path: `/b/${owner.box}/message`, headers, body });
}

test('a box that is ended while it is open answers 404 to everybody, including its waiting owner', async () => {
  const inbox = await tempInbox();
  const owner = await lendTo(inbox);
  const { port } = await startListenerProcess(inbox);
  await owner.claim(port);
  const slot = newSlot();
  expect(await owner.put(port, tableFor(owner, [slot]))).toBe(202);
  expect((await postTo(port, owner, slot)).status).toBe(202);
  expect(await keptBoxes(inbox)).toMatchObject([
    { id: owner.box, waits: { files: 1, bytes: 4096 }, idleDays: 0 },
  ]);
  const first = await owner.collect(port);
  const names = first.batch?.files.map(({ name }) => name) ?? [];
  const ticket = await owner.ticket(port);
  const waiting = owner.collect(port, names, { ticket, wait: 50 });
  // It waits once the files that it named are gone.
  await expect.poll(async () => (await keptBoxes(inbox))[0]?.waits.files, { timeout: 20_000 }).toBe(0);
  await writeVouchers(inbox, []);
  await endBox(inbox, owner.box);
  expect((await postTo(port, owner, slot)).status).toBe(404);
  expect((await waiting).status).toBe(404);
  expect((await owner.collect(port)).status).toBe(404);
  expect((await owner.claim(port)).status).toBe(404);
  expect(await readdir(join(inbox, 'boxes'))).toEqual([]);
});

test('room promised to an ended box is free again, for the host and for the box that it came from', async () => {
  const inbox = await tempInbox();
  const owner = await lendTo(inbox, { files: 20, bytes: mebi });
  const { port } = await startListenerProcess(inbox);
  await owner.claim(port);
  const slot = newSlot();
  const links = [1, 2].map(() => newVoucher({ files: 10, bytes: mebi / 2, boxes: 1, days: 30 }));
  expect(await owner.put(port, tableFor(owner, [slot], [], links))).toBe(202);
  const [one, two] = links.map((voucher) => newOwner(voucher)) as [BoxOwner, BoxOwner];
  expect((await one.claim(port, owner.box)).status).toBe(201);
  expect((await two.claim(port, owner.box)).status).toBe(507);
  await endBox(inbox, one.box);
  expect((await two.claim(port, owner.box)).status).toBe(201);
  // Nobody else uses the first box's room, so half of it is left for its own mail.
  expect((await postTo(port, owner, slot)).status).toBe(202);
  // A new voucher makes a new box.
  const other = newVoucher();
  await writeVouchers(inbox, [owner.voucher, other]);
  expect((await newOwner(other).claim(port)).status).toBe(201);
});

test('boxes made from a box end with it; what a crash left of them ends with the next', async () => {
  const inbox = await tempInbox();
  const owner = await lendTo(inbox);
  const { port } = await startListenerProcess(inbox);
  await owner.claim(port);
  const links = [1, 2].map(() => newVoucher({ files: 10, bytes: mebi, boxes: 1, days: 30 }));
  await owner.put(port, tableFor(owner, [newSlot()], [], links));
  for (const voucher of links) await newOwner(voucher).claim(port, owner.box);
  expect(await keptBoxes(inbox)).toHaveLength(3);
  // Half-way.
  await removeBox(inbox, owner.box);
  expect(await keptBoxes(inbox)).toHaveLength(2);
  await endBox(inbox, owner.box);
  expect(await keptBoxes(inbox)).toEqual([]);
});
