import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { hearMoves } from '../../source/inbox/moves.ts';
import { setUpHome } from '../../source/session/home/set-up.ts';
import { openSession, type Session, type SessionOptions } from '../../source/session/session.ts';
import { takePort } from '../support/ports.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

async function newHome(): Promise<Omit<SessionOptions, 'listen'> & { readonly inbox: string }> {
  const home = join(await tempFolder(), 'alice');
  const address = `127.0.0.1:${await takePort()}`;
  const config = { listen: address, address, keepListening: false, lend: true, proxy: '' };
  const databaseKey = await setUpHome({ home, name: 'alice', passphrase: null, ...config });
  return { home, databaseKey, config, passphrase: false, inbox: join(home, 'inbox') };
}

async function runs({ state }: Session): Promise<{ readonly listener: { readonly pid: number } }> {
  return until('its listener runs', () => {
    const { listener } = state.get();
    return listener.phase === 'running' ? { listener } : null;
  });
}

/** It may have ended by now. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Then it has.
  }
}

test('a client that keeps a listener tells it of a move, and ends that before it lets go of the home', async () => {
  const { inbox, ...options } = await newHome();
  let [moves, isEnded] = [0, false];
  const heard = hearMoves(inbox, { moved: () => (moves += 1), ended: () => (isEnded = true) });
  onTestFinished(() => heard.close());
  const session = await openSession({ ...options, listen: 'supervise' });
  const { listener } = await runs(session);
  const cont = (): void => signal(listener.pid, 'SIGCONT');
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= session.close());
  onTestFinished(close);
  onTestFinished(cont);
  // Otherwise it would hear of the move, and this test would not.
  signal(listener.pid, 'SIGSTOP');
  await until('it tells of moves', () => {
    heard.look();
    return heard.isTold();
  });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  vi.setSystemTime(Date.now() + 3600_000);
  await until('the move is told', () => moves === 1);
  vi.useRealTimers();
  cont();
  await close();
  await until('the end is heard', () => isEnded);
  expect(await readdir(inbox)).toEqual(expect.not.arrayContaining(['moves']));
});

test('a client that only sends tells of no moves', async () => {
  const { inbox, ...options } = await newHome();
  const session = await openSession({ ...options, listen: 'none' });
  expect(await readdir(inbox)).toContain('holder');
  expect(await readdir(inbox)).not.toContain('moves');
  await session.close();
});
