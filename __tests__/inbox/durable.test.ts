import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { openIntake } from '../../source/inbox/deliver.ts';
import { handOut, joinerName } from '../../source/inbox/deliver.ts';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { withoutRepeats } from '../../source/listener/server.ts';
import { tempInbox } from '../support/temp-home.ts';

/** Every change made to the disk, in order. */
const done = vi.hoisted(() => [] as string[]);

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof import('node:fs/promises')>();
  const open: typeof real.open = async (path, ...more) => {
    const file = await real.open(path, ...more);
    const sync = file.sync.bind(file);
    file.sync = async () => {
      await sync();
      done.push(`sync ${basename(String(path))}`);
    };
    return file;
  };
  const rename: typeof real.rename = async (from, to) => {
    await real.rename(from, to);
    done.push(`rename ${basename(String(to))}`);
  };
  return { ...real, open, rename };
});

const slotId = '00112233445566ff';
const invite = createHash('sha256').update('pickup').digest('hex');

beforeEach(() => {
  done.length = 0;
});

test('puts a delivery and its name on the disk before it calls them stored', async () => {
  const intake = await openIntake(await tempInbox());
  const place = { slotId, bytes: 4096 };
  intake.reserve(place);
  expect(await intake.deliver(place, new Uint8Array(4096))).toBe('stored');
  const name = done[0]?.slice('sync '.length);
  expect(done).toEqual([`sync ${name}`, `rename ${name}`, 'sync new']);
});

test('puts envelopes that come together on the disk in one file, with one sync of it and one of its folder', async () => {
  const inbox = await tempInbox();
  const intake = await openIntake(inbox);
  const place = { slotId, bytes: 4096, count: 3 };
  const envelopes = Array.from({ length: 3 }, () => new Uint8Array(randomBytes(4096)));
  intake.reserve(place);
  expect(await intake.deliver(place, ...envelopes)).toBe('stored');
  const name = done[0]?.slice('sync '.length) ?? '';
  expect(done).toEqual([`sync ${name}`, `rename ${name}`, 'sync new']);
  expect(name).toMatch(/-01x03$/);
  const file = await readFile(join(inboxFolder(inbox, 'new'), name));
  expect(file.equals(Buffer.concat(envelopes))).toBe(true);
  expect(intake.usage().slots.get(slotId)).toEqual({ files: 3, bytes: 3 * 4096 });
});

test('only new envelopes of a batch take a place', async () => {
  const intake = withoutRepeats(await openIntake(await tempInbox()));
  const [one, two, three] = Array.from({ length: 3 }, () => new Uint8Array(randomBytes(4096)));
  const store = (...envelopes: Uint8Array[]): Promise<string> => {
    const place = { slotId, bytes: 4096, count: envelopes.length };
    intake.reserve(place);
    return intake.deliver(place, ...envelopes);
  };
  expect(await store(one!, two!)).toBe('stored');
  expect(await store(one!, two!, three!)).toBe('stored');
  expect(await store(two!, three!)).toBe('stored');
  expect(await store(three!)).toBe('stored');
  expect(intake.usage().slots.get(slotId)).toEqual({ files: 3, bytes: 3 * 4096 });
});

test('puts both folders of a hand-out on the disk before the bytes go out, to the first joiner and again', async () => {
  const inbox = await tempInbox();
  await writeFile(join(inboxFolder(inbox, 'ready'), invite), randomBytes(4096));
  for (const first of [true, false]) {
    done.length = 0;
    expect(await handOut(inbox, invite, joinerName('a'))).toHaveLength(4096);
    const moved = first ? [`rename ${invite}.${joinerName('a')}`] : [];
    expect(done).toEqual([...moved, 'sync taken', 'sync ready']);
  }
});

test.each([0, 1, 4095, 4097, 16_384])('hands a blob of %i bytes out to nobody', async (size) => {
  const inbox = await tempInbox();
  for (const folder of ['ready', 'cards'] as const) {
    await writeFile(join(inboxFolder(inbox, folder), invite), randomBytes(size));
    expect(await handOut(inbox, invite, joinerName('a'))).toBeNull();
  }
});

test('recognises a body stored through a slot, which takes no second place; through another slot it does', async () => {
  const intake = withoutRepeats(await openIntake(await tempInbox()));
  const body = new Uint8Array(randomBytes(4096));
  for (const slot of [slotId, slotId, slotId, 'ff'.repeat(8)]) {
    const place = { slotId: slot, bytes: 4096 };
    intake.reserve(place);
    expect(await intake.deliver(place, body)).toBe('stored');
  }
  expect(intake.usage()).toMatchObject({ files: 2, bytes: 8192 });
});
