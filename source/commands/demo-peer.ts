import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { ChatError } from '../core/errors.ts';
import { approach, type Hold } from '../session/holding/hold.ts';
import { answerForEver } from './echo.ts';
import { untilStopped, type Invocation } from './invocation.ts';
import { makeHome } from './init.ts';
import { loopbackAddress } from './own-defaults.ts';
import { rm } from 'node:fs/promises';
import { stopListener } from '../session/home/running-listener.ts';

/** The other person of a demo, as a process of its own: sends its link to its parent, and answers until the parent is gone. */
export async function demoPeer(call: Invocation): Promise<void> {
  if (!process.send) throw new ChatError('usage', 'demo-peer is started by cryptochat demo');
  const parentGone = once(process, 'disconnect');
  try {
    const hold = await openHome(call);
    try {
      await listening(hold);
      const { link } = await hold.calls.invite({});
      process.send({ link });
      await untilStopped(call.signal, Promise.race([parentGone, answerForEver(hold.calls)]));
    } finally {
      await hold.end({ keepListening: false });
    }
  } finally {
    await removeDemo(dirname(call.home));
  }
}

async function openHome({ home, version }: Invocation): Promise<Hold> {
  const listen = await loopbackAddress();
  const answers = { name: 'Echo', passphrase: null, listen, address: listen, keepListening: false };
  const key = await makeHome({ home, ...answers });
  const approached = await approach({ home, version, rank: 'supervise' }, () => Promise.resolve(key));
  if (approached.kind === 'held') return approached.hold;
  throw new ChatError('home-busy');
}

async function listening({ session: { state } }: Hold): Promise<void> {
  const started = Promise.withResolvers<void>();
  const look = (): void => {
    const { listener } = state.get();
    if (listener.phase === 'running') started.resolve();
    if (listener.phase === 'failed') started.reject(new ChatError('listener-failed', listener.reason));
  };
  const unsubscribe = state.subscribe(look);
  look();
  await started.promise.finally(unsubscribe);
}

/** The homes in the folder of a demo. */
export const demoHomes = { own: 'you', peer: 'echo' } as const;

/** Stops the listeners that still run for the homes of a demo, and removes its folder. May be called twice. */
export async function removeDemo(folder: string): Promise<void> {
  for (const name of Object.values(demoHomes)) {
    await stopListener(join(folder, name, 'inbox')).catch(() => false);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
