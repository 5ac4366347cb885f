import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSession } from '../../source/session/session.ts';
import type { Session } from '../../source/session/session.ts';
import { setUpHome } from '../../source/session/set-up.ts';
import { takePort } from '../support/ports.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

/** An open client of somebody on loopback, without passphrase. */
async function clientOf(name: string): Promise<Session> {
  const home = join(await tempFolder(), name);
  const address = `127.0.0.1:${await takePort()}`;
  const settings = { listen: address, address, keepListening: false };
  const databaseKey = await setUpHome({ home, name, passphrase: null, ...settings });
  const session = await openSession({
    home,
    databaseKey,
    config: settings,
    passphrase: false,
    listen: 'supervise',
  });
  onTestFinished(() => session.close());
  await until('it listens', () => session.state.get().listener.phase === 'running');
  return session;
}

test('a message that is asked for twice under one id is sent once', async () => {
  const [alice, bob] = [await clientOf('alice'), await clientOf('bob')];
  await bob.join(await alice.invite({}));
  const id = '0123456789abcdef0123456789abcdef';
  const asked = [1, 2, 3].map(() => bob.send({ contact: 'alice', text: 'once', id }));
  expect(await Promise.all(asked)).toEqual([{ id }, { id }, { id }]);
  await bob.send({ contact: 'alice', text: 'and then' });
  await until('alice has both', async () => (await alice.read({ last: 9 })).length === 2);
  expect((await alice.read({ last: 9 })).map((message) => message.text)).toEqual(['once', 'and then']);
  expect(await bob.wait({ id, want: 'delivered', timeoutMs: 10_000 })).toEqual({ state: 'delivered' });
});
