import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSession } from '../../source/session/session.ts';
import type { Session } from '../../source/session/session.ts';
import { setUpHome } from '../../source/session/home/set-up.ts';
import { takePort } from './ports.ts';
import { tempFolder } from './temp-home.ts';
import { until } from './until.ts';

/** Opens a home, with a listener unless it is told otherwise. */
type Opens = (listen?: 'supervise' | 'none') => Promise<Session>;

/** Makes a home on loopback without a passphrase, below `folder`; answers what opens it, as often as wanted. */
export async function clientMaker(name: string, folder?: string): Promise<Opens> {
  const home = join(folder ?? (await tempFolder()), name);
  const address = `127.0.0.1:${await takePort()}`;
  const config = { listen: address, address, keepListening: false, lend: true, proxy: '' };
  const databaseKey = await setUpHome({ home, name, passphrase: null, ...config });
  return async (listen = 'supervise') => {
    const session = await openSession({ home, databaseKey, config, passphrase: false, listen });
    let closed: Promise<void> | undefined;
    const close: Session['close'] = (end) => (closed ??= session.close(end));
    onTestFinished(() => close());
    if (listen === 'supervise')
      await until('it listens', () => session.state.get().listener.phase === 'running');
    return { ...session, close };
  };
}

/** An open client of somebody on loopback; closed when the test is over. */
export async function clientOf(name: string): Promise<Session> {
  return (await clientMaker(name))();
}
