import { readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type * as Take from '../../source/inbox/take.ts';
import { messageName } from '../../source/core/message-name.ts';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { defaultConfig } from '../../source/session/home/config.ts';
import { homePaths } from '../../source/session/control/home-paths.ts';
import { openSession } from '../../source/session/session.ts';
import { setUpHome } from '../../source/session/home/set-up.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const slotId = '00112233445566ff';
const broken = messageName({ time: 1, processId: 1, counter: 1, slotId, bytes: 4096 });
const other = messageName({ time: 2, processId: 1, counter: 1, slotId, bytes: 4096 });

// A test cannot get hold of a failing disk.
vi.mock('../../source/inbox/take.ts', async (original) => {
  const { takeEnvelopes, ...rest } = await original<typeof Take>();
  return {
    ...rest,
    takeEnvelopes: (inbox: string, name: string) =>
      name === broken
        ? Promise.reject(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' }))
        : takeEnvelopes(inbox, name),
  };
});

test('a file that the disk does not return stays, is reported, and delays neither other files nor a command', async () => {
  const home = join(await tempFolder(), 'home');
  const config = { ...defaultConfig, listen: '127.0.0.1:1', address: '127.0.0.1:1' };
  const databaseKey = await setUpHome({ home, name: 'alice', passphrase: null, ...config });
  const { inbox } = homePaths(home);
  const folder = inboxFolder(inbox, 'new');
  for (const name of [broken, other]) await writeFile(join(folder, name), new Uint8Array(4096));
  const session = await openSession({ home, databaseKey, config, passphrase: false, listen: 'none' });
  onTestFinished(() => session.close());
  await session.idle();
  expect(await readdir(folder)).toEqual([broken]);
  expect(await readdir(inboxFolder(inbox, 'bad'))).toHaveLength(1);
  expect(session.state.get()).toMatchObject({
    alert: expect.stringContaining('EIO') as string,
    quarantined: 1,
  });
  await unlink(join(folder, broken));
  await until('the all-clear', () => session.state.get().alert === null);
});
