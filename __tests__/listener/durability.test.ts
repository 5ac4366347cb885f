import { spawnSync } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { inviteName, offerInvite, takenInvites } from '../../source/inbox/invites.ts';
import { prepareInbox } from '../../source/inbox/maildir.ts';
import { writeSlots } from '../../source/inbox/slots.ts';
import { takeEnvelope } from '../../source/inbox/take.ts';
import { listNew } from '../../source/inbox/watch.ts';
import { startListenerProcess, type ListenerProcess } from '../support/listener-process.ts';
import { ask, newSlot, post } from '../support/signed-post.ts';
import { canMakeDisks, smallDisk } from '../support/small-disk.ts';
import { tempFolder, tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const slot = newSlot({ files: 1e6, bytes: 1e12 });
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A listener that somebody kills again and again at moments without pattern; `port` is that of the one that runs now. */
function killed(inbox: string): { port: () => number; kills: () => number; stop: () => Promise<void> } {
  let running: ListenerProcess | null = null;
  let kills = 0;
  const stopping = new AbortController();
  const work = (async () => {
    while (!stopping.signal.aborted) {
      running = await startListenerProcess(inbox);
      await pause(randomInt(20, 200));
      await running.end('SIGKILL');
      kills += 1;
    }
  })();
  return {
    port: () => running?.port ?? 0,
    kills: () => kills,
    async stop() {
      stopping.abort();
      await work;
    },
  };
}

test('under kill -9 nothing that was acknowledged is missing, and nothing is half there', async () => {
  const inbox = await tempInbox();
  await writeSlots(inbox, [slot]);
  const victim = killed(inbox);
  const bodies = Array.from({ length: 500 }, (_, n) => randomBytes(n % 10 === 0 ? 65_536 : 4096));
  const waiting = [...bodies];
  const acknowledged = new Set<string>();
  const sender = async (): Promise<void> => {
    for (let body = waiting.pop(); body; body = waiting.pop()) {
      const bytes = body;
      await until(
        'it is acknowledged',
        async () => (await post(victim.port(), slot, bytes)).status === 202,
        60_000,
      );
      acknowledged.add(hash(bytes));
    }
  };
  await Promise.all(Array.from({ length: 4 }, sender));
  await victim.stop();
  expect(victim.kills()).toBeGreaterThan(3);
  const stored = new Set<string>();
  for (const name of await listNew(inbox)) {
    const taken = await takeEnvelope(inbox, name);
    expect(taken.kind).toBe('envelope');
    if (taken.kind === 'envelope') stored.add(hash(taken.bytes));
  }
  expect(acknowledged.size).toBe(bodies.length);
  expect([...stored].toSorted()).toEqual([...acknowledged].toSorted());
});

test('four listeners that are killed at random hand each invite to one joiner only', async () => {
  const inbox = await tempInbox();
  const victims = Array.from({ length: 4 }, () => killed(inbox));
  for (let round = 0; round < 10; round++) {
    const [pickup, blob] = [randomBytes(32), randomBytes(4096)];
    await offerInvite(inbox, inviteName(pickup), blob);
    const joiners = Array.from({ length: 12 }, () => randomBytes(16).toString('base64url'));
    const get = async (nonce: string): Promise<number | string> => {
      const port = victims[randomInt(victims.length)]?.port() ?? 0;
      const path = `/invite/${pickup.toString('base64url')}`;
      const reply = await ask({ port, path, headers: { 'x-cc-nonce': nonce } });
      if (reply.status === 200) expect(reply.body.equals(blob)).toBe(true);
      return reply.status;
    };
    // A listener that dies is no answer: everybody asks until there is one.
    const decide = (nonce: string): Promise<number> =>
      until('an answer', async () => {
        const status = await get(nonce);
        return status === 200 || status === 404 ? status : 0;
      });
    const answers = await Promise.all(joiners.map(decide));
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    const winner = joiners[answers.indexOf(200)] ?? '';
    await until('the winner gets it again', async () => (await get(winner)) === 200);
  }
  await Promise.all(victims.map((victim) => victim.stop()));
  expect(await takenInvites(inbox)).toHaveLength(10);
});

const strace = spawnSync('strace', ['-V']).status === 0;

test.skipIf(!strace)(
  'a 202 is written after the file, its name, and the folder are on the disk (needs strace)',
  async () => {
    const inbox = await tempInbox();
    await writeSlots(inbox, [slot]);
    const log = join(await tempFolder(), 'log');
    const calls = 'trace=fsync,fdatasync,rename,renameat,renameat2,write,writev,sendto,sendmsg';
    const wrapper = ['strace', '-f', '-y', '-s', '64', '-o', log, '-e', calls];
    const { port, pid, child } = await startListenerProcess(inbox, { wrapper });
    onTestFinished(() => void (child.exitCode === null && process.kill(pid, 'SIGKILL')));
    expect((await post(port, slot, randomBytes(4096))).status).toBe(202);
    const [name = ''] = await listNew(inbox);
    process.kill(pid, 'SIGTERM');
    await until('strace has ended', () => child.exitCode !== null);

    const lines = (await readFile(log, 'utf8')).split('\n');
    /** First and last line of a call: strace cuts calls in two when threads overlap. */
    const call = (pattern: RegExp): readonly [number, number] => {
      const first = lines.findIndex((line) => pattern.test(line));
      const [line = ''] = lines.slice(first);
      const thread = /^\d+/.exec(line)?.[0] ?? '';
      const last = line.includes('unfinished')
        ? lines.findIndex((one, n) => n > first && one.startsWith(thread) && one.includes('resumed'))
        : first;
      return [first, last];
    };
    const steps = [
      call(new RegExp(`fsync\\(\\d+<${inbox}/tmp/${name}>`)),
      call(new RegExp(`rename\\w*\\(.*"${inbox}/tmp/${name}", .*"${inbox}/new/${name}"`)),
      call(new RegExp(`fsync\\(\\d+<${inbox}/new>`)),
      call(/HTTP\/1\.1 202/),
    ].flat();
    expect(steps).not.toContain(-1);
    expect(steps).toEqual(steps.toSorted((one, two) => one - two));
  },
);

test.skipIf(!canMakeDisks)(
  'a full disk is said, leaves nothing, and passes (needs root, for a small tmpfs)',
  async () => {
    const folder = await smallDisk(8192);
    const inbox = join(folder, 'inbox');
    await prepareInbox(inbox);
    await writeSlots(inbox, [slot]);
    const { port, complaint } = await startListenerProcess(inbox);
    const send = async (): Promise<number | string> => (await post(port, slot, randomBytes(65_536))).status;
    expect(await send()).toBe(202);
    // The listener has counted already, so that the first of these finds out by itself.
    spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'filling')}`, 'bs=4096']);
    expect([await send(), await send(), await send()]).toEqual([507, 507, 507]);
    expect(await readdir(join(inbox, 'tmp'))).toEqual([]);
    expect(await readdir(join(inbox, 'new'))).toHaveLength(1);
    await rm(join(folder, 'filling'));
    await until('it stores again', async () => (await send()) === 202);
    // A tenth of what is free is the most, though there is room: 6 MiB are taken by something else.
    await writeFile(join(folder, 'filling'), Buffer.alloc(6 * 1024 * 1024));
    const statuses = await Promise.all(Array.from({ length: 12 }, send));
    await until('more is refused', async () => (await send()) === 507);
    expect(statuses.filter((status) => status !== 202 && status !== 507)).toEqual([]);
    expect(complaint()).toBe('');
  },
);

test('a listener whose inbox was removed ends by itself', async () => {
  const inbox = await tempInbox();
  const listener = await startListenerProcess(inbox);
  await rm(inbox, { recursive: true });
  await until('it has ended', () => listener.child.exitCode === 0, 25_000);
});
