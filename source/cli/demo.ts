import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import { guardHome } from '../session/home/guard-home.ts';
import { homeExists } from '../session/control/home-paths.ts';
import { demoHomes, removeDemo } from '../commands/demo-peer.ts';
import type { Invocation } from '../commands/invocation.ts';
import { makeHome } from '../commands/init.ts';
import { openMessenger } from './open.tsx';
import { loopbackAddress, ownName } from '../commands/own-defaults.ts';

/** The second person of a demo: another process, with another home. */
type Peer = {
  /** The link that the peer made for us. */
  readonly link: Promise<string>;
  readonly end: () => Promise<void>;
};

const endWithinMs = 6000;

/**
 * `demo`: the messenger with a second real one on this machine that answers. The user's home is the one named by --home or CRYPTOCHAT_HOME,
 * if it is set up; else a temporary one. Everything temporary is removed at the end.
 */
export async function demo(call: Invocation): Promise<void | number> {
  const folder = await mkdtemp(join(tmpdir(), 'cc-demo-'));
  const peer = startPeer(folder);
  try {
    const home = await chooseHome(call, folder);
    return await openMessenger({ ...call, home }, async (calls) => {
      await calls.join({ link: await peer.link });
    });
  } finally {
    await peer.end();
    await removeDemo(folder);
  }
}

async function chooseHome(call: Invocation, folder: string): Promise<string> {
  const isNamed = call.flags.home !== undefined || Boolean(call.env['CRYPTOCHAT_HOME']);
  if (isNamed && homeExists(call.home)) {
    guardHome(call.home);
    return call.home;
  }
  const home = join(folder, demoHomes.own);
  const listen = await loopbackAddress();
  await makeHome({ home, name: ownName(), passphrase: null, listen, address: listen, keepListening: false });
  return home;
}

/** Runs this same program as the other person; it ends, and cleans up, when we are gone. */
function startPeer(folder: string): Peer {
  const program = process.argv[1] ?? '';
  const child = fork(program, ['demo-peer', '--home', join(folder, demoHomes.peer)], {
    execArgv: ['--disable-sigusr1'],
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-500);
  });
  const exited = once(child, 'exit');
  const link = Promise.withResolvers<string>();
  link.promise.catch(() => undefined);
  child.once('message', (message) => link.resolve((message as { link: string }).link));
  const failed = (): void => {
    link.reject(new ChatError('listener-failed', printableLine(`the peer of the demo exited: ${complaint}`)));
  };
  exited.then(failed, failed);
  return {
    link: link.promise,
    async end() {
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
      await exited.catch(() => undefined);
      clearTimeout(late);
    },
  };
}
