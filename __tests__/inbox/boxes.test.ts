// The boxes of a host as folders: what a claim leaves, what a day does, and how many are open.

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boxIdOf, publicKeyOf } from '../../source/core/box.ts';
import { limits } from '../../source/core/limits.ts';
import { messageName } from '../../source/core/message-name.ts';
import { slotId } from '../../source/core/request.ts';
import { createBoxes, type Boxes } from '../../source/inbox/boxes.ts';
import { parseVouchers, writeVouchers } from '../../source/inbox/vouchers.ts';
import { newSlot } from '../support/signed-post.ts';
import { newVoucher } from '../support/box-owner.ts';
import { tempInbox } from '../support/temp-home.ts';

const voucher = newVoucher({ boxes: 10_000, days: 3 });
const dayMs = 24 * 3600 * 1000;

function newClaim(): { owner: Uint8Array<ArrayBuffer>; agreement: Uint8Array<ArrayBuffer> } {
  const owner = publicKeyOf(randomBytes(32));
  const agreement = new Uint8Array(randomBytes(32));
  agreement[31]! &= 0x7f;
  return { owner, agreement };
}

async function claimed(boxes: Boxes): Promise<string> {
  const asked = newClaim();
  expect(typeof (await boxes.claim({ voucher, asked }))).toBe('object');
  return boxIdOf(asked.owner);
}

/** Lets a day pass for the boxes of an inbox, as far as the files show. */
async function nextDay(inbox: string, boxes: Boxes): Promise<void> {
  const mark = join(inbox, 'boxes', '.day');
  const { mtimeMs } = await stat(mark).catch(() => ({ mtimeMs: 0 }));
  if (mtimeMs > 0) await utimes(mark, new Date(mtimeMs - dayMs), new Date(mtimeMs - dayMs));
  await boxes.look();
}

test('a claim is whole or not at all: a box half-made by a crash does not count, and is removed', async () => {
  const inbox = await tempInbox();
  const boxes = createBoxes(inbox);
  const asked = newClaim();
  const box = boxIdOf(asked.owner);
  const part = join(inbox, 'boxes', '.0123456789abcdef.part');
  await mkdir(join(part, 'new'), { recursive: true });
  await writeFile(join(part, 'owner'), randomBytes(128));
  expect(await boxes.within(box, (found) => Promise.resolve(found))).toBeNull();
  const granted = await boxes.claim({ voucher, asked });
  expect(await createBoxes(inbox).claim({ voucher, asked })).toEqual(granted);
  await boxes.look();
  // It may be one that is being made at this moment.
  expect(await readdir(join(inbox, 'boxes'))).toContain('.0123456789abcdef.part');
  const files = (await readdir(join(inbox, 'boxes', box))).toSorted();
  expect(files).toEqual(['bad', 'invites', 'limits.json', 'new', 'owner', 'tmp']);
});

test('a box with missing or broken files does not count', async () => {
  const inbox = await tempInbox();
  const box = await claimed(createBoxes(inbox));
  const path = join(inbox, 'boxes', box);
  const isThere = (): Promise<boolean> =>
    createBoxes(inbox).within(box, (found) => Promise.resolve(found !== null));
  expect(await isThere()).toBe(true);
  const limitsText = await readFile(join(path, 'limits.json'), 'utf8');
  await writeFile(join(path, 'limits.json'), limitsText.slice(1));
  expect(await isThere()).toBe(false);
  await writeFile(join(path, 'limits.json'), limitsText);
  await writeFile(join(path, 'owner'), randomBytes(127));
  expect(await isThere()).toBe(false);
});

test('a box ends after days without a collect; a collect restarts the count, and a jumping clock does not matter', async () => {
  const inbox = await tempInbox();
  const boxes = createBoxes(inbox);
  const [kept, idle] = [await claimed(boxes), await claimed(boxes)];
  await nextDay(inbox, boxes);
  for (let day = 0; day < 3; day += 1) {
    await nextDay(inbox, boxes);
    await boxes.look();
    await boxes.within(kept, async (box) => box?.discard([]));
  }
  expect((await readdir(join(inbox, 'boxes'))).toSorted()).toEqual(['.day', idle, kept].toSorted());
  // A clock that was years behind, or ahead, counts as one day.
  const mark = join(inbox, 'boxes', '.day');
  await utimes(mark, new Date(Date.now() + 900 * dayMs), new Date(Date.now() + 900 * dayMs));
  await boxes.look();
  expect((await readdir(join(inbox, 'boxes'))).toSorted()).toEqual(['.day', kept].toSorted());
  await boxes.look();
  expect(await readdir(join(inbox, 'boxes', kept))).toContain('idle');
});

test('deletes mail that nobody collected for 60 days, and keeps what came since', async () => {
  const inbox = await tempInbox();
  const boxes = createBoxes(inbox);
  const longer = newVoucher();
  const asked = newClaim();
  await boxes.claim({ voucher: longer, asked });
  const path = join(inbox, 'boxes', boxIdOf(asked.owner));
  const name = (time: number): string =>
    messageName({ time, processId: 1, counter: 1, slotId: '00'.repeat(8), bytes: 4096 });
  const [old, young] = [name(Date.now() - limits.boxMailLifeMs - 1000), name(Date.now() - dayMs)];
  for (const one of [old, young]) await writeFile(join(path, 'new', one), randomBytes(4096));
  await nextDay(inbox, boxes);
  await nextDay(inbox, boxes);
  // A clock alone deletes nothing.
  expect(await readdir(join(path, 'new'))).toHaveLength(2);
  await writeFile(join(path, 'idle'), '.'.repeat(59));
  await nextDay(inbox, boxes);
  expect(await readdir(join(path, 'new'))).toEqual([young]);
});

test('more boxes than are kept open all work, and a delivery is heard while its box is shut', async () => {
  const inbox = await tempInbox();
  const boxes = createBoxes(inbox);
  const slot = newSlot();
  const [first = '', ...others] = await Promise.all(
    Array.from({ length: limits.boxesOpen + 20 }, () => claimed(boxes)),
  );
  let rung = 0;
  const unhear = boxes.hear(first, () => (rung += 1));
  await boxes.within(first, async (box) =>
    box?.put({ batch: 1, slots: [{ ...slot, key: new Uint8Array(slot.key) }], links: [], vouchers: [] }),
  );
  for (const other of others) await boxes.within(other, (box) => Promise.resolve(expect(box).not.toBeNull()));
  const place = { slotId: slotId(slot.key), bytes: 4096 };
  const deliver = (): Promise<unknown> =>
    boxes.within(first, async (box) => {
      box?.intake.reserve(place);
      return box?.intake.deliver(place, randomBytes(4096));
    });
  expect(await deliver()).toBe('stored');
  expect(rung).toBe(1);
  unhear();
  await deliver();
  expect(rung).toBe(1);
  expect(await boxes.within(first, async (box) => (await box?.take(new Set()))?.files.length)).toBe(2);
}, 60_000);

test('reads vouchers back as they were written; any error in the text means none', async () => {
  const inbox = await tempInbox();
  await writeVouchers(inbox, [voucher]);
  const text = await readFile(join(inbox, 'vouchers.json'), 'utf8');
  expect(parseVouchers(text)).toEqual([voucher]);
  for (const bad of [
    '',
    '[]',
    text.replace('"version":1', '"version":2'),
    text.replace('"days":3', '"days":-3'),
    text.replace('"key":"', '"key":"A'),
    text.replace('"days":3', '"days":65536'),
  ])
    expect(parseVouchers(bad)).toEqual([]);
  await rm(join(inbox, 'vouchers.json'));
  expect((await createBoxes(inbox).vouchers()).byId.size).toBe(0);
});
