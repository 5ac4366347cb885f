import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openIntake } from '../../source/inbox/deliver.ts';
import { messageName } from '../../source/core/message-name.ts';
import { listNew } from '../../source/inbox/watch.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const slotId = '00112233445566ff';

test('stores in the order of delivery, whole, and leaves no part file', async () => {
  const inbox = await tempInbox();
  const intake = await openIntake(inbox);
  for (let n = 0; n < 50; n++) {
    const place = { slotId, bytes: 4096 };
    intake.reserve(place);
    expect(await intake.deliver(place, new Uint8Array(4096).fill(n))).toBe('stored');
  }
  const names = await listNew(inbox);
  const first = await Promise.all(names.map(async (name) => (await readFile(join(inbox, 'new', name)))[0]));
  expect(first).toEqual(Array.from({ length: 50 }, (_, n) => n));
  expect(await readdir(join(inbox, 'tmp'))).toEqual([]);
  expect(intake.usage()).toMatchObject({ files: 50, bytes: 50 * 4096 });
});

test('stores after an earlier listener’s files, even when the clock was set back since', async () => {
  const inbox = await tempInbox();
  const time = Date.now() + 3_600_000;
  const earlier = messageName({ time, processId: 0xff_ff_ff, counter: 7, slotId, bytes: 4096 });
  await writeFile(join(inbox, 'new', earlier), new Uint8Array(4096));
  const intake = await openIntake(inbox);
  const place = { slotId, bytes: 4096 };
  intake.reserve(place);
  await intake.deliver(place, new Uint8Array(4096));
  const names = await listNew(inbox);
  expect(names).toHaveLength(2);
  expect(names[0]).toBe(earlier);
});

test('counts what is reserved, stored and given back', async () => {
  const inbox = await tempInbox();
  const intake = await openIntake(inbox);
  const places = Array.from({ length: 3 }, () => ({ slotId, bytes: 16_384 }));
  const [stored, dropped, waiting] = places as [(typeof places)[0], (typeof places)[0], (typeof places)[0]];
  for (const place of places) intake.reserve(place);
  await intake.deliver(stored, new Uint8Array(16_384));
  intake.release(dropped);
  intake.release(dropped);
  expect(intake.usage().slots.get(slotId)).toEqual({ files: 2, bytes: 32_768 });
  // The client takes everything: the count learns it from the folder, and remembers what is under way.
  for (const name of await readdir(join(inbox, 'new'))) await rm(join(inbox, 'new', name));
  await until('a count from the folder', async () => {
    await intake.recount();
    return intake.usage().files === 1;
  });
  await intake.deliver(waiting, new Uint8Array(16_384));
  expect(intake.usage().slots.get(slotId)).toEqual({ files: 1, bytes: 16_384 });
});

test('begins with what waits already', async () => {
  const inbox = await tempInbox();
  const intake = await openIntake(inbox);
  const place = { slotId, bytes: 65_536 };
  intake.reserve(place);
  await intake.deliver(place, new Uint8Array(65_536));
  const next = await openIntake(inbox);
  expect(next.usage().slots.get(slotId)).toEqual({ files: 1, bytes: 65_536 });
  expect(next.usage().diskBytes).toBeGreaterThan(0);
});
