import { chmod, link, lstat, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { changePassphrase, createVault } from '../../source/keys/vault.ts';
import { prepareKeysFolder } from '../../source/keys/guard.ts';
import { ensureStored } from '../../source/inbox/maildir.ts';
import { writePublicKeyPem } from '../../source/keys/pem.ts';
import { saveConfig } from '../../source/session/home/config.ts';
import { tempFolder, tempInbox } from '../support/temp-home.ts';

/** Every change made to the disk, in order; a part file by the beginning of its name. */
const done = vi.hoisted(() => [] as string[]);

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof import('node:fs/promises')>();
  const open: typeof real.open = async (path, ...more) => {
    const file = await real.open(path, ...more);
    const sync = file.sync.bind(file);
    file.sync = async () => {
      await sync();
      done.push(`sync ${basename(String(path)).replace(/\.[0-9a-f]{12}\.part$/u, '.part')}`);
    };
    return file;
  };
  const named =
    (move: typeof real.rename): typeof real.rename =>
    async (from, to) => {
      await move(from, to);
      done.push(`name ${basename(String(to))}`);
    };
  return { ...real, open, rename: named(real.rename), link: named(real.link) };
});

beforeEach(() => {
  done.length = 0;
});

test('puts a vault on the disk before it gets its name, and its name before anything else continues', async () => {
  const keys = join(await tempFolder(), 'keys');
  await prepareKeysFolder(keys);
  done.length = 0;
  const whole = ['sync vault.json.part', 'name vault.json', 'sync keys'];
  await createVault(keys, null);
  expect(done).toEqual(whole);
  done.length = 0;
  await changePassphrase(keys, null, 'a new one');
  expect(done).toEqual(whole);
});

test('does the same with config.toml', async () => {
  const home = await tempFolder();
  await saveConfig(home, { listen: '127.0.0.1:1', address: '', keepListening: true });
  expect(done).toEqual(['sync config.toml.part', 'name config.toml', `sync ${basename(home)}`]);
});

describe.each([
  {
    file: 'identity.public.pem',
    part: 'identity.public.pem.part',
    folder: tempFolder,
    write: (folder: string) => writePublicKeyPem(folder, 'a key\n'),
  },
  {
    file: 'slots.json',
    part: expect.stringMatching(/^sync slots\.json\.[0-9a-f-]{36}$/u) as unknown,
    folder: tempInbox,
    write: (folder: string) => ensureStored(folder, join(folder, 'slots.json'), Buffer.from('a key\n')),
  },
])('$file', ({ file, part, folder: made, write }) => {
  const written = [typeof part === 'string' ? `sync ${part}` : part, `name ${file}`];

  test('stays when it has the same text, and its name is on the disk before anything else continues', async () => {
    const folder = await made();
    done.length = 0;
    await write(folder);
    expect(done).toEqual([...written, `sync ${basename(folder)}`]);
    const { ino } = await lstat(join(folder, file));
    done.length = 0;
    await write(folder);
    expect(done).toEqual([`sync ${basename(folder)}`]);
    expect((await lstat(join(folder, file))).ino).toBe(ino);
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['another text', (path) => writeFile(path, 'a kez\n')],
    ['a longer text', (path) => writeFile(path, 'a key\n\n')],
    ['nothing in it', (path) => writeFile(path, '')],
    ['readers', (path) => chmod(path, 0o644)],
    ['no reader', (path) => chmod(path, 0o200)],
    ['a second name', (path) => link(path, `${path}.2`)],
    ['gone', (path) => rm(path)],
    [
      'a link to the same text',
      async (path) => {
        await rename(path, `${path}.2`);
        await symlink(`${path}.2`, path);
      },
    ],
  ])('is written again when it has, or is, %s', async (_, change) => {
    const folder = await made();
    const path = join(folder, file);
    await write(folder);
    await change(path);
    done.length = 0;
    await write(folder);
    expect(done).toEqual([...written, `sync ${basename(folder)}`]);
    const found = await lstat(path);
    expect([found.isFile(), found.mode & 0o7777, found.nlink]).toEqual([true, 0o600, 1]);
    expect(await readFile(path, 'utf8')).toBe('a key\n');
  });
});

test("another user's file is written again, whatever is in it", async () => {
  const inbox = await tempInbox();
  const path = join(inbox, 'slots.json');
  await ensureStored(inbox, path, Buffer.from('a'));
  const { ino } = await lstat(path);
  const me = process.geteuid?.() ?? 0;
  vi.spyOn(process, 'geteuid').mockReturnValue(me + 1);
  onTestFinished(() => void vi.restoreAllMocks());
  await ensureStored(inbox, path, Buffer.from('a'));
  expect((await lstat(path)).ino).not.toBe(ino);
});

test('a folder in the place of slots.json makes way', async () => {
  const inbox = await tempInbox();
  await mkdir(join(inbox, 'slots.json'));
  await ensureStored(inbox, join(inbox, 'slots.json'), Buffer.from('a'));
  expect(await readFile(join(inbox, 'slots.json'), 'utf8')).toBe('a');
});
