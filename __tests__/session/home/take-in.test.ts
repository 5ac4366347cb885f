import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../../source/core/limits.ts';
import { packEnvelopes, readPouch, type Pouch } from '../../../source/core/pouch.ts';
import { printableLine } from '../../../source/core/printable.ts';
import { inboxFolder, prepareInbox } from '../../../source/inbox/maildir.ts';
import { writeSlots, type Slot } from '../../../source/inbox/slots.ts';
import { takeIn } from '../../../source/session/home/take-in.ts';
import { newSlot } from '../../support/signed-post.ts';
import { tempFolder } from '../../support/temp-home.ts';

const name = printableLine('a pouch');

async function inboxWith(slot: Slot): Promise<string> {
  const inbox = join(await tempFolder(), 'inbox');
  await prepareInbox(inbox);
  await writeSlots(inbox, [slot]);
  return inbox;
}

function pouchOf({ key }: Slot, sizes: readonly number[]) {
  const envelopes = sizes.map((bytes) => new Uint8Array(randomBytes(bytes)));
  const pouch = readPouch(packEnvelopes(new Uint8Array(key), new Uint8Array(randomBytes(16)), envelopes));
  return { envelopes, pouch: pouch as Extract<Pouch, { kind: 'envelopes' }> };
}

async function contentOf(inbox: string): Promise<Buffer> {
  const names = (await readdir(inboxFolder(inbox, 'new'))).toSorted();
  return Buffer.concat(await Promise.all(names.map((one) => readFile(join(inboxFolder(inbox, 'new'), one)))));
}

test('puts envelopes into the inbox in their order, those of one size in one file', async () => {
  const slot = newSlot();
  const inbox = await inboxWith(slot);
  const { pouch, envelopes } = pouchOf(
    slot,
    [4096, 4096, 16_384, 4096, 65_536, 65_536, 65_536, 65_536, 65_536],
  );
  await takeIn(inbox, pouch, name);
  expect((await contentOf(inbox)).equals(Buffer.concat(envelopes))).toBe(true);
  const sizes = (await readdir(inboxFolder(inbox, 'new'))).toSorted().map((one) => one.slice(46 - 2));
  expect(sizes).toEqual(['01x02', '04', '01', '10x04', '10']);
});

test.each([
  ['too many', { files: 2 }, [4096, 4096, 4096]],
  ['too large in all', { bytes: 20_000 }, [4096, 16_384]],
])('refuses the whole of what is %s for its slot', async (_, most, sizes) => {
  const slot = newSlot(most);
  const inbox = await inboxWith(slot);
  await expect(takeIn(inbox, pouchOf(slot, sizes).pouch, name)).rejects.toMatchObject({ code: 'pouch-full' });
  expect(await readdir(inboxFolder(inbox, 'new'))).toEqual([]);
  await takeIn(inbox, pouchOf(slot, sizes.slice(1)).pouch, name);
});

test('a slot that takes small envelopes only takes no large ones by hand', async () => {
  const slot = { ...newSlot(), largest: limits.bucketBytes[0] };
  const inbox = await inboxWith(slot);
  const { pouch } = pouchOf(slot, [4096, 16_384]);
  await expect(takeIn(inbox, pouch, name)).rejects.toMatchObject({ code: 'pouch-foreign' });
  expect(await readdir(inboxFolder(inbox, 'new'))).toEqual([]);
});
