import { chmod, chown, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { guardFolder, prepareKeysFolder } from '../../source/keys/guard.ts';

let home = '';
let keys = '';
let umask = 0;
beforeEach(async () => {
  umask = process.umask(0o022);
  home = await mkdtemp(join(tmpdir(), 'cryptochat-guard-'));
  keys = join(home, 'keys');
});
afterEach(async () => {
  process.umask(umask);
  await rm(home, { recursive: true });
});

const refused = (code: string, path: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(path) });

describe('the keys folder', () => {
  test('is made for this user alone, whatever the umask', async () => {
    process.umask(0);
    await prepareKeysFolder(keys);
    expect((await stat(keys)).mode & 0o777).toBe(0o700);
    await guardFolder(keys);
  });

  test('is closed at the first set-up in a checkout, and its README.md stays unchanged', async () => {
    await mkdir(keys, { mode: 0o755 });
    await writeFile(join(keys, 'README.md'), '# keys');
    await expect(guardFolder(keys)).rejects.toEqual(refused('folder-open', keys));
    await prepareKeysFolder(keys);
    await guardFolder(keys);
  });

  test.each([0o710, 0o701, 0o720, 0o755, 0o777])('is refused with the mode %o', async (mode) => {
    await prepareKeysFolder(keys);
    await chmod(keys, mode);
    await expect(guardFolder(keys)).rejects.toEqual(refused('folder-open', keys));
  });

  test.each([0o640, 0o604, 0o620, 0o666])('is refused with a file of the mode %o', async (mode) => {
    await prepareKeysFolder(keys);
    const path = join(keys, 'chat.db');
    await writeFile(path, '');
    await chmod(path, mode);
    await expect(guardFolder(keys)).rejects.toEqual(refused('folder-open', path));
    await chmod(path, 0o600);
    await guardFolder(keys);
  });

  test('is refused with a link in it', async () => {
    await prepareKeysFolder(keys);
    await symlink('/etc/hostname', join(keys, 'chat.db'));
    await expect(guardFolder(keys)).rejects.toEqual(refused('folder-open', join(keys, 'chat.db')));
  });

  test.skipIf(process.getuid?.() !== 0)(
    'is refused when it, or a file in it, belongs to another user',
    async () => {
      await prepareKeysFolder(keys);
      const path = join(keys, 'vault.json');
      await writeFile(path, '', { mode: 0o600 });
      await chown(path, 65_534, 65_534);
      await expect(guardFolder(keys)).rejects.toEqual(refused('folder-owner', path));
      await chown(keys, 65_534, 65_534);
      await expect(guardFolder(keys)).rejects.toEqual(refused('folder-owner', keys));
    },
  );

  test('once checked, makes this process create nothing for others', async () => {
    await prepareKeysFolder(keys);
    await guardFolder(keys);
    const path = join(keys, 'new');
    await writeFile(path, '', { mode: 0o666 });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});
