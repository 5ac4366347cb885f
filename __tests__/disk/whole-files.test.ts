import { basename, join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { changePassphrase, createVault } from '../../source/keys/vault.ts';
import { prepareKeysFolder } from '../../source/keys/guard.ts';
import { saveConfig } from '../../source/session/home/config.ts';
import { tempFolder } from '../support/temp-home.ts';

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
