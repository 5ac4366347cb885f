import { chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { countPart, messageName, parseMessageName, slotPart } from '../../source/core/message-name.ts';
import { prepareInbox, storeFile, storeHint } from '../../source/inbox/maildir.ts';
import { tempFolder, tempInbox } from '../support/temp-home.ts';

test('makes private folders whatever the umask, and makes open ones private', async () => {
  const inbox = join(await tempFolder(), 'inbox');
  await mkdir(join(inbox, 'new'), { recursive: true });
  await chmod(join(inbox, 'new'), 0o777);
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  for (const umask of [0, 0o777]) {
    process.umask(umask);
    await prepareInbox(inbox);
    const folders = ['', 'tmp', 'new', 'bad', 'invites', 'invites/ready', 'invites/taken'];
    const modes = folders.map(async (folder) => (await stat(join(inbox, folder))).mode & 0o777);
    expect(await Promise.all(modes)).toEqual(folders.map(() => 0o700));
  }
});

test('will not work through a link where a folder should be', async () => {
  const inbox = await tempInbox();
  const elsewhere = await tempFolder();
  const other = join(await tempFolder(), 'inbox');
  await mkdir(other);
  await symlink(elsewhere, join(other, 'new'));
  await expect(prepareInbox(other)).rejects.toThrow('is not a folder');
  await expect(prepareInbox(inbox)).resolves.toBeUndefined();
});

test('sweeps part files that nobody finishes, and keeps those under way', async () => {
  const inbox = await tempInbox();
  const old = (Date.now() - limits.partFileLifeMs - 1000) / 1000;
  for (const name of ['old', 'young']) await writeFile(join(inbox, 'tmp', name), 'x');
  await mkdir(join(inbox, 'tmp', 'folder'));
  for (const name of ['old', 'folder']) await utimes(join(inbox, 'tmp', name), old, old);
  await prepareInbox(inbox);
  expect(await readdir(join(inbox, 'tmp'))).toEqual(['young']);
});

test('a hint replaces what is at its path, and leaves nothing when it cannot', async () => {
  const inbox = await tempInbox();
  const path = join(inbox, 'reach.json');
  await mkdir(path);
  for (const text of ['a', 'another']) {
    await storeHint(inbox, 'reach.1', path, Buffer.from(text));
    expect(await readFile(path, 'utf8')).toBe(text);
  }
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await expect(storeHint(inbox, 'reach.2', join(inbox, 'none', 'here'), Buffer.from('x'))).rejects.toThrow(
    'ENOENT',
  );
  expect(await readdir(join(inbox, 'tmp'))).toEqual([]);
});

test('a name says what it was made from', () => {
  const slotId = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(
      fc.record({
        time: fc.integer({ min: 0, max: 2 ** 44 }),
        processId: fc.integer({ min: 1, max: 0xff_ff_ff }),
        counter: fc.integer({ min: 0, max: 0xff_ff_ff }),
        slotId: slotId.map((id) => id.toString(16).padStart(16, '0')),
        bytes: fc.constantFrom(...limits.bucketBytes),
        count: fc.integer({ min: 1, max: limits.batchEnvelopes }),
      }),
      (message) => {
        expect(parseMessageName(messageName(message))).toEqual(message);
      },
    ),
  );
  const message = { processId: 7, counter: 9, slotId: '00112233445566ff', bytes: 65_536 };
  const [early, late] = [messageName({ ...message, time: 9 }), messageName({ ...message, time: 10 })];
  expect(early).toBe('000000000009-000007-000009-00112233445566ff-10');
  expect(early < late).toBe(true);
  const many = messageName({ ...message, time: 9, count: 64 });
  expect(many).toBe('000000000009-000007-000009-00112233445566ff-10x40');
  expect([countPart(many), countPart(early), countPart('junk')]).toEqual([64, 1, 1]);
  expect([slotPart(many), slotPart(early), slotPart('junk')]).toEqual([message.slotId, message.slotId, '']);
});

test.each([
  '',
  'a',
  '..',
  '000000000009-000007-000009-00112233445566ff',
  '000000000009-000007-000009-00112233445566ff-02',
  '000000000009-000007-000009-00112233445566FF-01',
  '000000000009-000007-000009-00112233445566ff-01\n',
  '/000000000009-000007-000009-00112233445566ff-01',
  ...['x00', 'x01', 'x41', 'x4', 'x040', '-02', 'xff'].map(
    (count) => `000000000009-000007-000009-00112233445566ff-01${count}`,
  ),
])('is not a message’s name: %j', (name) => {
  expect(parseMessageName(name)).toBeNull();
});

test('leaves nothing when a file cannot be put in place', async () => {
  const inbox = await tempInbox();
  const target = join(inbox, 'missing', 'x');
  await expect(storeFile(inbox, 'part', target, new Uint8Array(9))).rejects.toThrow('ENOENT');
  expect(await readdir(join(inbox, 'tmp'))).toEqual([]);
});
