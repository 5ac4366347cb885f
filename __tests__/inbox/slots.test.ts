import { mkdir, readdir, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSlotReader, parseSlots, writeSlots } from '../../source/inbox/slots.ts';
import { newSlot } from '../support/signed-post.ts';
import { tempInbox } from '../support/temp-home.ts';

const good = { id: '00112233445566ff', key: 'A'.repeat(43), files: 1, bytes: 4096 };
const file = (...slots: unknown[]): string => JSON.stringify({ version: 1, slots });

const link = '0123456789abcdef'.repeat(4);

async function slotsIn(read: ReturnType<typeof createSlotReader>) {
  return [...(await read()).byTag.values()];
}

test('reads what it wrote, and sees the next version at once', async () => {
  const inbox = await tempInbox();
  const read = createSlotReader(inbox);
  expect(await slotsIn(read)).toEqual([]);
  for (let round = 0; round < 20; round++) {
    const slots = [newSlot(), { ...newSlot({ files: round }), largest: 4096 }, { ...newSlot(), link }];
    await writeSlots(inbox, slots);
    const seen = (await slotsIn(read)).map((slot) => ({ ...slot, key: new Uint8Array(slot.key.export()) }));
    expect(seen).toEqual(slots.map((slot) => ({ ...slot, key: new Uint8Array(slot.key) })));
  }
  expect(await readdir(join(inbox, 'tmp'))).toEqual([]);
  expect(((await stat(join(inbox, 'slots.json'))).mode & 0o777).toString(8)).toBe('600');
});

test('replaces a folder that is in the way, even a full one', async () => {
  const inbox = await tempInbox();
  await mkdir(join(inbox, 'slots.json', 'in', 'it'), { recursive: true });
  await writeSlots(inbox, [newSlot()]);
  expect(await slotsIn(createSlotReader(inbox))).toHaveLength(1);
});

test('does not read the same version twice', async () => {
  const inbox = await tempInbox();
  const read = createSlotReader(inbox);
  await writeSlots(inbox, [newSlot()]);
  expect(await read()).toBe(await read());
});

test.each([
  ['no JSON', '{'],
  ['another version', JSON.stringify({ version: 2, slots: [good] })],
  ['no list', JSON.stringify({ version: 1, slots: { 0: good } })],
  ['null', 'null'],
  ['a slot that is null', file(good, null)],
  ['a link that is not a file name', file({ ...good, link: `../${link.slice(3)}` })],
  ['a link that is not text', file({ ...good, link: 7 })],
  ['a short id', file({ ...good, id: '0011' })],
  ['an id in upper case', file({ ...good, id: '00112233445566FF' })],
  ['a short key', file({ ...good, key: 'AAAA' })],
  ['a key with padding', file({ ...good, key: `${'A'.repeat(43)}=` })],
  ['a second spelling of a key', file({ ...good, key: `${'A'.repeat(42)}B` })],
  ['a count below zero', file({ ...good, files: -1 })],
  ['a largest that is not a count', file({ ...good, largest: '4096' })],
  ['a largest that is null', file({ ...good, largest: null })],
  ['a count that is a text', file({ ...good, bytes: '9' })],
  ['the same id twice', file(good, good)],
])('means no slots: %s', (_what, text) => {
  expect(parseSlots(file(good))).toHaveLength(1);
  expect(parseSlots(text)).toEqual([]);
});

test('never throws', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => Array.isArray(parseSlots(text))));
});

test('a file that is far too long means no slots', async () => {
  const inbox = await tempInbox();
  await writeFile(join(inbox, 'slots.json'), file(good) + ' '.repeat(4 * 1024 * 1024));
  expect(await slotsIn(createSlotReader(inbox))).toEqual([]);
});

test('a link or a folder in its place means no slots', async () => {
  const [inbox, other] = [await tempInbox(), await tempInbox()];
  const read = createSlotReader(inbox);
  await writeSlots(other, [newSlot()]);
  await symlink(join(other, 'slots.json'), join(inbox, 'slots.json'));
  expect(await slotsIn(read)).toEqual([]);
  await unlink(join(inbox, 'slots.json'));
  await mkdir(join(inbox, 'slots.json'));
  expect(await slotsIn(read)).toEqual([]);
});
