// An owner who collects through a router that forgets its connections, or cuts those that wait.

import { randomBytes } from 'node:crypto';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { slotId } from '../../source/core/request.ts';
import { readReach, writeMailboxes } from '../../source/inbox/mailboxes.ts';
import { tellMoves } from '../../source/inbox/moves.ts';
import { writeSlots } from '../../source/inbox/slots.ts';
import { lendTo, slotAt } from '../support/box-owner.ts';
import { startListenerProcess, type ListenerProcess } from '../support/listener-process.ts';
import { startRelay, type Relay } from '../support/relay.ts';
import { ask, newSlot, signedHeaders } from '../support/signed-post.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

type Collected = {
  readonly inbox: string;
  readonly relay: Relay;
  readonly collector: ListenerProcess;
  readonly post: () => Promise<unknown>;
  readonly came: () => Promise<number>;
  readonly reason: () => Promise<string>;
};

async function collected(): Promise<Collected> {
  const hostInbox = await tempInbox();
  const owner = await lendTo(hostInbox);
  const { port } = await startListenerProcess(hostInbox);
  await owner.claim(port);
  const [relay, inbox] = [await startRelay(port), await tempInbox()];
  const slot = newSlot();
  await writeSlots(inbox, [{ ...slot, id: slotId(slot.key) }]);
  const place = `127.0.0.1:${relay.port}/b/${owner.box}`;
  await writeMailboxes(inbox, [{ place, seed: owner.seed, seal: owner.sealKey(), proxy: '' }]);
  const collector = await startListenerProcess(inbox);
  await until('the host has the table', async () => ((await readReach(inbox))[0]?.tableAt ?? 0) > 0);
  return {
    inbox,
    relay,
    collector,
    async post() {
      const body = randomBytes(4096);
      const headers = signedHeaders(slotAt(owner, slot), body);
      const reply = await ask({ port, method: 'POST', path: `/b/${owner.box}/message`, headers, body });
      expect(reply.status).toBe(202);
    },
    came: async () => (await readdir(join(inbox, 'new'))).length,
    reason: async () => (await readReach(inbox))[0]?.reason ?? 'nothing said',
  };
}

const onLinux = process.platform === 'linux';

/** Longer than a busy machine pauses: only then is it taken for sleep. */
const asleepMs = 17_000;

test('trusts no earlier connection after a sleep, and collects waiting mail within seconds', async () => {
  const { relay, collector, post, came } = await collected();
  await post();
  await until('it is collected', async () => (await came()) === 1);
  collector.child.kill('SIGSTOP');
  relay.forget();
  await sleep(asleepMs);
  await post();
  collector.child.kill('SIGCONT');
  // Its request would have stood for 80 s.
  await until('it is collected', async () => (await came()) === 2, 30_000);
}, 120_000);

test.skipIf(!onLinux)(
  'trusts no earlier connection after a client has told of a move, and collects waiting mail within seconds',
  async () => {
    const { inbox, relay, collector, post, came } = await collected();
    const client = await tellMoves(inbox);
    const files = `/proc/${collector.pid}/fd`;
    const opened = async (): Promise<readonly string[]> =>
      Promise.all((await readdir(files)).map((fd) => readlink(join(files, fd)).catch(() => '')));
    await until('it listens to the client', async () => (await opened()).includes(join(inbox, 'moves')));
    await post();
    await until('it is collected', async () => (await came()) === 1);
    relay.forget();
    await post();
    client.moved();
    // Its request would have stood for 80 s.
    await until('it is collected', async () => (await came()) === 2, 30_000);
    await client.close();
    await until('it looks itself', async () => !(await opened()).includes(join(inbox, 'moves')));
  },
  120_000,
);

test('waits for shorter times behind a router that cuts idle connections: nothing fails, and mail comes at once', async () => {
  const { relay, post, came, reason } = await collected();
  relay.cutAfter(6000);
  await post();
  await until('it is collected', async () => (await came()) === 1);
  await until('a wait was cut', () => relay.cuts() > 0);
  const before = relay.cuts();
  // Two waits of five seconds, which nobody cuts.
  await sleep(11_000);
  expect([relay.cuts() - before, await reason()]).toEqual([0, '']);
  await post();
  await until('it is collected', async () => (await came()) === 2);
}, 120_000);
