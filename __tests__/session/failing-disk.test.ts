import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { defaultConfig } from '../../source/session/home/config.ts';
import { inboxFiles } from '../../source/inbox/layout.ts';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { homePaths } from '../../source/session/control/home-paths.ts';
import { openSession } from '../../source/session/session.ts';
import { setUpHome } from '../../source/session/home/set-up.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

test('does not call a kept change undone, although the files after it could not be written', async () => {
  const home = join(await tempFolder(), 'home');
  const config = { ...defaultConfig, listen: '127.0.0.1:1', address: '127.0.0.1:1' };
  const databaseKey = await setUpHome({ home, name: 'alice', passphrase: null, ...config });
  const session = await openSession({ home, databaseKey, config, passphrase: false, listen: 'none' });
  onTestFinished(() => session.close());
  const { keys } = homePaths(home);
  // A folder that is not empty takes the place of a file that a new key is written into.
  await rm(join(keys, 'identity.public.pem'));
  await mkdir(join(keys, 'identity.public.pem', 'x'), { recursive: true });
  await expect(session.rotate()).rejects.toMatchObject({
    code: 'disk-late',
    message: expect.stringContaining('this was done and saved'),
  });
  expect((await session.keys()).epoch).toBe(2);
});

test('reports files that could not be written by name, and writes them later', async () => {
  const home = join(await tempFolder(), 'home');
  const config = { ...defaultConfig, listen: '127.0.0.1:1', address: '127.0.0.1:1' };
  const databaseKey = await setUpHome({ home, name: 'alice', passphrase: null, ...config });
  const session = await openSession({ home, databaseKey, config, passphrase: false, listen: 'none' });
  onTestFinished(() => session.close());
  const { inbox } = homePaths(home);
  const slots = async (): Promise<string> => readFile(join(inbox, inboxFiles.slots), 'utf8');
  await until('the first scan', () => session.state.get().phase === 'ready');

  const tmp = inboxFolder(inbox, 'tmp');
  await rename(tmp, `${tmp}.away`);
  await writeFile(tmp, '');
  await expect(session.invite({})).rejects.toMatchObject({ code: 'inbox-replaced' });
  expect(await slots()).not.toContain('"id"');
  await rm(tmp);
  await rename(`${tmp}.away`, tmp);
  // Any sign of life in the folder wakes the client, and so does its clock.
  await writeFile(join(inboxFolder(inbox, 'new'), 'x'), '');
  await until('the slot', async () => (await slots()).includes('"id"'));
  await until('the invite', async () => (await readdir(inboxFolder(inbox, 'ready'))).length === 1);
});
