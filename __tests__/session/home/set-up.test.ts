import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../source/session/home/config.ts';
import { homeExists, homePaths } from '../../../source/session/control/home-paths.ts';
import { openSession } from '../../../source/session/session.ts';
import { setUpHome } from '../../../source/session/home/set-up.ts';
import { canMakeDisks, smallDisk } from '../../support/small-disk.ts';
import { openDatabase } from '../../../source/store/database.ts';
import { tempFolder } from '../../support/temp-home.ts';

const answers = { name: 'alice', passphrase: null, listen: '127.0.0.1:1', address: '', keepListening: false };

async function opens(home: string, databaseKey: Awaited<ReturnType<typeof setUpHome>>): Promise<void> {
  const config = await loadConfig(home);
  const session = await openSession({ home, databaseKey, config, passphrase: false, listen: 'none' });
  expect(await session.status()).toMatchObject({ name: 'alice', contacts: 0 });
  await session.close();
}

test('makes a home once', async () => {
  const home = join(await tempFolder(), 'home');
  const key = await setUpHome({ home, ...answers });
  await opens(home, key);
  const database = openDatabase(homePaths(home).database, key);
  expect(database.all('SELECT kind, epoch, keep FROM prekeys ORDER BY id')).toEqual([
    { kind: 'signed', epoch: 1, keep: 1 },
    { kind: 'kyber', epoch: 1, keep: 1 },
  ]);
  database.close();
  await expect(setUpHome({ home, ...answers })).rejects.toMatchObject({ code: 'home-exists' });
});

test.each([
  [{ name: 'two\nlines' }, 'name-bad'],
  [{ listen: 'nonsense' }, 'address-bad'],
  [{ address: '10.0.0.1' }, 'address-bad'],
])('a wrong answer makes nothing: %j', async (answer, code) => {
  const folder = await tempFolder();
  await expect(setUpHome({ home: join(folder, 'home'), ...answers, ...answer })).rejects.toMatchObject({
    code,
  });
  expect(await readdir(folder)).toEqual([]);
});

test.skipIf(!canMakeDisks)(
  'a disk that fills up leaves no half home (needs root, for a small tmpfs)',
  async () => {
    const folder = await smallDisk(800);
    const home = join(folder, 'home');
    const ballast = join(folder, 'ballast');
    // Every amount of room from none to enough: each runs out at a different step.
    for (let room = 0; !homeExists(home); room += 16_384) {
      await rm(home, { recursive: true, force: true });
      await writeFile(ballast, new Uint8Array(Math.max(0, 740_000 - room)));
      const key = await setUpHome({ home, ...answers }).catch(() => null);
      expect(homeExists(home)).toBe(key !== null);
      await rm(ballast);
      if (key) await opens(home, key);
    }
  },
);
