import { randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { countWaiting } from './inbox-files.ts';
import { newSlot, post } from '../support/signed-post.ts';
import { until } from '../support/until.ts';
import { attack, figure, pair, slow } from './adapter.ts';
import { slotKeyOf } from './forge.ts';
import type { Peer } from './peer.ts';
import { typing } from './typing.ts';

const onLinux = process.platform === 'linux';
const [welcome, strange] = onLinux ? ['127.0.0.2', '127.0.0.66'] : ['127.0.0.1', '127.0.0.1'];

/** The highest memory use of a process so far, in kilobytes. */
async function mostMemory(pid: number): Promise<number> {
  return Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Posts `count` random bodies from one address, 32 at a time; returns how often each status came. */
async function flood(
  port: number,
  slot: { key: Uint8Array },
  { count, from }: { count: number; from: string },
): Promise<Record<string, number>> {
  const came: Record<string, number> = {};
  let left = count;
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const { status } = await post(port, slot, randomBytes(4096), { from });
      came[status] = (came[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 32 }, one));
  return came;
}

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `message ${n}`);
}

async function textsFrom(peer: Peer, name: string): Promise<readonly string[]> {
  const lines = await peer.lines();
  const said = lines.filter(
    ({ contact, direction, kind }) => contact === name && direction === 'in' && kind === 'text',
  );
  return said.map(({ text }) => text);
}

test(
  'A07 a flood from strangers leaves no file, uses little memory and delays nobody else',
  attack(async (newHome) => {
    const alice = await newHome('alice', { tapFrom: welcome });
    const bob = await newHome('bob');
    await pair(alice, bob);
    const { port, pid } = await alice.listen();
    const sent = numbered(figure(100, 10));
    const [came] = await Promise.all([
      flood(port, newSlot(), { count: figure(100_000, 2000), from: strange }),
      bob.say(alice, sent),
    ]);
    await bob.tick();
    // With this many from one address at once, the oldest are cut.
    expect(
      Object.keys(came).filter(
        (status) => !['404', 'ECONNRESET', 'EPIPE', 'socket hang up'].includes(status),
      ),
    ).toEqual([]);
    expect(await countWaiting(alice.inbox)).toBe(sent.length);
    expect(await readdir(join(alice.inbox, 'tmp'))).toEqual([]);
    if (onLinux) expect(await mostMemory(pid)).toBeLessThan(200_000);
    await alice.tick();
    expect(await textsFrom(alice, 'bob')).toEqual(sent);
  }),
);

test(
  'A08 a contact who posts junk stops at the quota and takes nothing from other contacts',
  attack(async (newHome) => {
    const [alice, bob, carol] = [await newHome('alice'), await newHome('bob'), await newHome('carol')];
    await pair(alice, bob);
    await pair(alice, carol);
    const slot = { key: await slotKeyOf(carol, alice) };
    const { port } = await alice.listen();
    const came = await flood(port, slot, {
      count: figure(100_000, limits.slotFiles + 100),
      from: '127.0.0.1',
    });
    expect(came['202']).toBe(limits.slotFiles);
    expect(came['429']).toBeGreaterThan(0);
    await bob.send(alice, 'through the junk');
    expect(await readdir(join(alice.inbox, 'new'))).toHaveLength(limits.slotFiles + 1);

    const screen = await alice.tui();
    // How many are unread is only shown until she has caught up.
    await screen.sees('through the junk');
    const [quick] = slow ? [await typing(screen, 30)] : [];
    const [, times] = await Promise.all([
      flood(port, slot, { count: figure(20_000, 500), from: '127.0.0.1' }),
      typing(screen, figure(30, 5)),
    ]);
    await bob.send(alice, 'and meanwhile');
    await screen.sees('and meanwhile');
    if (quick) expect(times.at(-1)).toBeLessThan(Math.max(100, (quick.at(-1) ?? 0) * 10));
    await until(
      'all junk is put away',
      async () => (await readdir(join(alice.inbox, 'new'))).length === 0,
      60_000,
    );
    const { quarantined } = await alice.status();
    expect(quarantined).toBeGreaterThan(0);
    expect(quarantined).toBeLessThanOrEqual(limits.quarantineFiles);
    expect(await textsFrom(alice, 'bob')).toEqual(['through the junk', 'and meanwhile']);
    expect(await textsFrom(alice, 'carol')).toEqual([]);
    // However much junk comes, it is reported once and asked for again once.
    expect((await alice.lines(carol)).map(({ text }) => text)).toEqual([
      'something arrived that could not be read; cryptochat asked for it again',
    ]);
  }),
);
