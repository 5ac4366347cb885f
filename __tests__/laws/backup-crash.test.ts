import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openVault } from '../../source/keys/vault.ts';
import { toBase64url } from '../../source/core/bytes.ts';
import { concat } from '../../source/protocol/bytes.ts';
import { backup } from '../../source/session/trust/backup.ts';
import { homeExists, homePaths } from '../../source/session/control/home-paths.ts';
import { checkBackup } from '../../source/store/backup.ts';
import { backUp, restoreTo } from '../support/backups.ts';
import { openMortal } from '../support/mortal-client.ts';
import type { MortalClient } from '../support/mortal-client.ts';
import { makeMortal } from '../support/mortality.ts';
import { randomKey } from '../support/temp-database.ts';
import { tempFolder } from '../support/temp-home.ts';
import { makeFriends } from '../support/two-homes.ts';
import type { Home } from '../support/two-homes.ts';

// A crash at any statement and any change of a file leaves no half backup under its name, and no half home.

const patience = 120_000;

async function someone(folder: string): Promise<readonly [Home, MortalClient]> {
  const [home] = await makeFriends(folder);
  const client = await openMortal(home.home, home.key, null);
  await client.send('something');
  return [home, client];
}

test('writes a whole backup or none', { timeout: patience }, async () => {
  const folder = await tempFolder();
  const [home, first] = await someone(folder);
  first.drop();
  const mortality = makeMortal();
  const place = await tempFolder();
  let steps = 0;
  for (let isWhole = false; !isWhole; steps += 1) {
    const [key, salt] = [randomKey(), new Uint8Array(randomBytes(16))];
    const file = join(place, `backup ${steps}`);
    const ask = { file, key: toBase64url(key), salt: toBase64url(salt) };
    const client = await openMortal(home.home, home.key, null);
    isWhole = await mortality.live(steps, () => backup(client.context, ask));
    client.drop();
    const names = (await readdir(place)).filter((name) => name !== `backup ${steps}`);
    expect(names.filter((name) => !name.endsWith('.part'))).toEqual([]);
    if (existsSync(file))
      expect(checkBackup({ file, key: concat(key, salt) }).notes.get('name')).toBe('alice');
    else expect(isWhole).toBe(false);
    for (const name of await readdir(place)) await rm(join(place, name));
  }
  expect(steps).toBeGreaterThan(20);
  const after = await openMortal(home.home, home.key, null);
  expect(after.conversation().map((one) => one.text)).toContain('something');
  after.drop();
});

test('restores a whole home or none, and can restore it again', { timeout: patience }, async () => {
  const folder = await tempFolder();
  const [, client] = await someone(folder);
  const made = await backUp(client.context, join(folder, 'backup'));
  client.drop();
  const place = join(folder, 'new');
  const mortality = makeMortal();
  const opensWell = async (): Promise<void> => {
    const restored = await openMortal(place, await openVault(homePaths(place).keys, null), null);
    expect(restored.conversation().map((one) => one.text)).toContain('something');
    restored.drop();
  };
  let steps = 0;
  for (let isWhole = false; !isWhole; steps += 1) {
    isWhole = await mortality.live(steps, () => restoreTo(place, made));
    if (isWhole) expect(homeExists(place)).toBe(true);
    if (!homeExists(place)) await restoreTo(place, made);
    await opensWell();
    await rm(place, { recursive: true });
  }
  expect(steps).toBeGreaterThan(40);
});
