import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  link,
  lstat,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { messageName } from '../../source/core/message-name.ts';
import { countQuarantined, quarantine } from '../../source/inbox/quarantine.ts';
import { discard, takeEnvelopes } from '../../source/inbox/take.ts';
import { listNew } from '../../source/inbox/watch.ts';
import { tempFolder, tempInbox } from '../support/temp-home.ts';

const slotId = '00112233445566ff';
let counter = 0;

/** A valid name for contents that may be invalid. */
function goodName(bytes = 4096): string {
  counter += 1;
  return messageName({ time: 1_700_000_000_000 + counter, processId: 7, counter, slotId, bytes });
}

test.each([4096, 16_384, 65_536])(
  'takes an envelope of %i bytes, again and again until it is discarded',
  async (size) => {
    const inbox = await tempInbox();
    const name = goodName(size);
    const bytes = new Uint8Array(randomBytes(size));
    await writeFile(join(inbox, 'new', name), bytes);
    expect(await takeEnvelopes(inbox, name)).toEqual({
      kind: 'envelopes',
      slotId,
      envelopes: [bytes],
      count: 1,
    });
    expect(await takeEnvelopes(inbox, name)).toMatchObject({ kind: 'envelopes' });
    await discard(inbox, [name, name]);
    expect(await takeEnvelopes(inbox, name)).toEqual({ kind: 'gone' });
  },
);

test('its bytes are its own buffer', async () => {
  const inbox = await tempInbox();
  const name = goodName();
  await writeFile(join(inbox, 'new', name), randomBytes(4096));
  const taken = await takeEnvelopes(inbox, name);
  expect(taken.kind === 'envelopes' && taken.envelopes[0]?.buffer.byteLength).toBe(4096);
});

test('reads a file of several envelopes a part at a time, from anywhere in it', async () => {
  const inbox = await tempInbox();
  const count = 2 * limits.takenAtOnce + 3;
  const name = messageName({ time: 1, processId: 7, counter: 1, slotId, bytes: 4096, count });
  const all = Array.from({ length: count }, () => new Uint8Array(randomBytes(4096)));
  await writeFile(join(inbox, 'new', name), Buffer.concat(all));
  for (const from of [0, 1, limits.takenAtOnce, count - 1]) {
    const upTo = Math.min(count, from + limits.takenAtOnce);
    const envelopes = all.slice(from, upTo);
    expect(await takeEnvelopes(inbox, name, from)).toEqual({
      kind: 'envelopes',
      slotId,
      envelopes,
      count,
    });
  }
});

test.each([-1, 1, -4096, 4096])(
  'puts away a file of three envelopes that is off by %i bytes',
  async (off) => {
    const inbox = await tempInbox();
    const name = messageName({ time: 1, processId: 7, counter: 1, slotId, bytes: 4096, count: 3 });
    await writeFile(join(inbox, 'new', name), new Uint8Array(3 * 4096 + off));
    expect(await takeEnvelopes(inbox, name)).toEqual({ kind: 'quarantined' });
  },
);

test('lists the oldest first', async () => {
  const inbox = await tempInbox();
  const names = Array.from({ length: 100 }, () => goodName());
  for (const name of names.toReversed()) await writeFile(join(inbox, 'new', name), '');
  expect(await listNew(inbox)).toEqual(names);
});

/** Things in new/, and whether their file shows up in bad/ afterwards. */
const garbage: Readonly<
  Record<string, readonly [kept: boolean, put: (path: string, outside: string) => unknown]>
> = {
  'an empty file': [true, (path) => writeFile(path, '')],
  'a file that is too short': [true, (path) => writeFile(path, randomBytes(4095))],
  'a file that is too long': [true, (path) => writeFile(path, randomBytes(4097))],
  'a bucket that is not the one of its name': [true, (path) => writeFile(path, randomBytes(16_384))],
  'a second link': [
    true,
    async (path, outside) => {
      await writeFile(outside, randomBytes(4096));
      await link(outside, path);
    },
  ],
  'a sparse file of 64 GiB': [
    false,
    async (path) => {
      await writeFile(path, '');
      await truncate(path, 64 * 2 ** 30);
    },
  ],
  'a link to a file': [
    false,
    async (path, outside) => {
      await writeFile(outside, randomBytes(4096));
      await symlink(outside, path);
    },
  ],
  'a link to itself': [false, (path) => symlink(path, path)],
  'a link to nothing': [false, (path) => symlink('nowhere', path)],
  'a link to an endless device': [false, (path) => symlink('/dev/zero', path)],
  'a link to a folder': [
    false,
    async (path, outside) => {
      await mkdir(outside);
      await writeFile(join(outside, 'precious'), 'x');
      await symlink(outside, path);
    },
  ],
  'a pipe': [false, (path) => execFileSync('mkfifo', [path])],
  'a socket': [
    false,
    (path) => {
      const server = createServer().listen(path);
      onTestFinished(() => void server.close());
    },
  ],
  'a full folder with a link out of it': [
    false,
    async (path, outside) => {
      await mkdir(outside);
      await writeFile(join(outside, 'precious'), 'x');
      await mkdir(join(path, 'deep', 'deeper'), { recursive: true });
      await writeFile(join(path, 'deep', 'file'), 'x');
      await symlink(outside, join(path, 'deep', 'link'));
    },
  ],
};

test.each(Object.entries(garbage))('puts away %s', async (_what, [kept, put]) => {
  const inbox = await tempInbox();
  const outside = join(await tempFolder(), 'outside');
  const name = goodName();
  await put(join(inbox, 'new', name), outside);
  expect(await takeEnvelopes(inbox, name)).toEqual({ kind: 'quarantined' });
  expect(await readdir(join(inbox, 'new'))).toEqual([]);
  expect(await countQuarantined(inbox)).toBe(kept ? 1 : 0);
  const precious = await lstat(outside).catch(() => null);
  if (precious?.isDirectory()) expect(await readdir(outside)).toEqual(['precious']);
});

test.each([
  'x',
  '-rf',
  '..x',
  '.hidden',
  'a'.repeat(255),
  '\u001b]0;OWNED\u0007',
  'z\nz',
  `${goodName()} `,
  goodName().toUpperCase(),
])('puts away a file that is called %j', async (name) => {
  const inbox = await tempInbox();
  const handle = await open(join(inbox, 'new', name), 'w');
  await handle.writeFile(randomBytes(4096));
  await handle.close();
  const [listed = ''] = await listNew(inbox);
  expect(await takeEnvelopes(inbox, listed)).toEqual({ kind: 'quarantined' });
  const [put = ''] = await readdir(join(inbox, 'bad'));
  expect(put).toMatch(/^[0-9a-f-]{45,48}$/);
});

test('puts away a name that is not UTF-8', async () => {
  const inbox = await tempInbox();
  const name = Buffer.from([0xff, 0xfe, 0x80]);
  await writeFile(Buffer.concat([Buffer.from(`${join(inbox, 'new')}/`), name]), 'x');
  for (const listed of await listNew(inbox)) await takeEnvelopes(inbox, listed);
  expect(await readdir(join(inbox, 'new'))).toEqual([]);
  expect(await countQuarantined(inbox)).toBe(1);
});

test.each(['', '.', '..', '../slots.json', '/etc/passwd', 'a/b'])(
  'never leaves the folder: %j',
  async (name) => {
    const inbox = await tempInbox();
    await writeFile(join(inbox, 'slots.json'), 'x');
    expect(await takeEnvelopes(inbox, name)).toEqual({ kind: 'gone' });
    expect(await readFile(join(inbox, 'slots.json'), 'utf8')).toBe('x');
  },
);

test('keeps the newest thousand files in quarantine at most', async () => {
  const inbox = await tempInbox();
  const names = Array.from(
    { length: limits.quarantineFiles + 150 },
    (_, n) => `junk ${String(n).padStart(5, '0')}`,
  );
  for (const name of names) await writeFile(join(inbox, 'new', name), name);
  for (const name of names) {
    await quarantine(inbox, name);
    expect(await countQuarantined(inbox)).toBeLessThanOrEqual(limits.quarantineFiles);
  }
  const left = (await readdir(join(inbox, 'bad'))).toSorted();
  expect(left.length).toBeGreaterThan(limits.quarantineFiles * 0.9);
  const texts = await Promise.all(left.map((name) => readFile(join(inbox, 'bad', name), 'utf8')));
  expect(texts).toEqual(names.slice(-left.length));
});

test('keeps 16 MiB in quarantine at most, many put away at once', async () => {
  const inbox = await tempInbox();
  const names = Array.from({ length: 40 }, (_, n) => `junk ${n}`);
  for (const name of names) await writeFile(join(inbox, 'new', name), Buffer.alloc(1024 * 1024));
  await Promise.all(names.map((name) => takeEnvelopes(inbox, name)));
  const left = await readdir(join(inbox, 'bad'));
  expect(left.length).toBeGreaterThan(12);
  expect(left.length).toBeLessThanOrEqual(16);
  expect(await readdir(join(inbox, 'new'))).toEqual([]);
});

test('a file that vanishes while it is put away is gone', async () => {
  const inbox = await tempInbox();
  const name = goodName();
  await writeFile(join(inbox, 'new', name), 'short');
  const [first, second] = await Promise.all([takeEnvelopes(inbox, name), takeEnvelopes(inbox, name)]);
  expect([first?.kind, second?.kind]).toContain('quarantined');
  expect(await countQuarantined(inbox)).toBe(1);
  await rename(join(inbox, 'bad'), join(inbox, 'elsewhere'));
  expect(await takeEnvelopes(inbox, name)).toEqual({ kind: 'gone' });
});
