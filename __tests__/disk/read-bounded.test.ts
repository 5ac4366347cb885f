import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ignoreMissing, readBounded } from '../../source/disk/files.ts';
import { tempFolder } from '../support/temp-home.ts';

const most = 8;

test('reads a file of at most this many bytes, and no longer one', async () => {
  const path = join(await tempFolder(), 'file');
  await writeFile(path, '12345678');
  expect((await readBounded(path, most))?.toString()).toBe('12345678');
  await writeFile(path, '123456789');
  expect(await readBounded(path, most)).toBeNull();
  await writeFile(path, '');
  expect((await readBounded(path, most))?.length).toBe(0);
});

/** Obstacles that an attacker with write access to the folder can make. */
const others: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  'a folder': (path) => mkdir(path),
  'a link to a valid file': async (path) => {
    await writeFile(`${path}.good`, 'good');
    await symlink(`${path}.good`, path);
  },
  'a dangling link': (path) => symlink('nowhere', path),
  'a link to itself': (path) => symlink(path, path),
  'a pipe without a writer': async (path) => execFileSync('mkfifo', [path]),
  'a socket': async (path) => {
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((done) => server.listen(path, done));
  },
  'a device without end': (path) => symlink('/dev/zero', path),
};

test.each(Object.entries(others))('neither reads %s nor waits for it', async (_what, lay) => {
  const path = join(await tempFolder(), 'file');
  await lay(path);
  expect(await readBounded(path, most)).toBeNull();
});

test('throws the system’s error when the file is missing or may not be read', async () => {
  const path = join(await tempFolder(), 'file');
  await expect(readBounded(path, most)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readBounded(path, most).catch(ignoreMissing)).toBeUndefined();
  await writeFile(path, 'x');
  await chmod(path, 0);
  if (process.getuid?.() !== 0)
    await expect(readBounded(path, most).catch(ignoreMissing)).rejects.toMatchObject({ code: 'EACCES' });
});
