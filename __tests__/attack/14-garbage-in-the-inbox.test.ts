import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { listNew } from '../../source/inbox/watch.ts';
import { canTrace } from '../support/strace.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { attack, figure, pair, slow } from './adapter.ts';
import { dropGarbage, dropJunk } from './garbage.ts';
import { cameTo, numbered, slotOf } from './inbox-files.ts';
import type { Peer } from './peer.ts';
import { tracedWhile } from './traced-client.ts';
import { typing } from './typing.ts';

/** Two people; what the second wrote to the first now waits. */
async function twoWithMail(alice: Peer, bob: Peer, texts: readonly string[]): Promise<string> {
  await pair(alice, bob);
  await alice.listen();
  await bob.say(alice, texts);
  return slotOf(alice, bob);
}

test(
  'A20 puts garbage in the inbox away without following, waiting for or believing it (links: needs strace)',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    const slotId = await twoWithMail(alice, bob, ['before the garbage']);
    const folder = inboxFolder(alice.inbox, 'new');
    const bait = join(await tempFolder(), 'bait');
    await dropGarbage({ folder, bait, slotId }, figure(2000, 120));
    await bob.send(alice, 'behind it');
    const drain = async (): Promise<void> => {
      // The listener keeps answering meanwhile.
      expect((await alice.tries('status')).code).toBe(0);
      await until('all is put away', async () => (await listNew(alice.inbox)).length === 0, 100_000);
      expect((await alice.tries('send', 'bob', 'I am still here')).code).toBe(0);
    };
    const calls = 'open,openat,openat2,inotify_add_watch,getdents64';
    const made = canTrace ? await tracedWhile(alice, calls, drain) : await alice.tick().then(() => []);
    expect(made.some(({ text }) => text.includes(`"${folder}/`))).toBe(canTrace);
    expect(made.filter(({ text }) => text.includes(`"${bait}`) || text.includes(`<${bait}`))).toEqual([]);
    // The kernel does not follow links out of the folder either: nothing behind them was opened.
    expect(made.filter(({ text }) => text.includes('</dev/zero>'))).toEqual([]);
    expect(await listNew(alice.inbox)).toEqual([]);
    expect(await cameTo(alice, bob)).toEqual(['before the garbage', 'behind it']);
    expect(await readdir(bait)).toEqual(['file']);
    const { quarantined } = await alice.status();
    expect(quarantined).toBeGreaterThan(0);
    expect(quarantined).toBeLessThanOrEqual(limits.quarantineFiles);
  }),
);

test(
  'A21 typing stays fast under a heap of junk, and genuine mail in it arrives',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    const slotId = await twoWithMail(alice, bob, numbered(5));
    await dropJunk({ folder: inboxFolder(alice.inbox, 'new'), slotId }, figure(100_000, 1500));
    const begun = performance.now();
    const screen = await alice.tui();
    await screen.sees('write to bob', 60_000);
    const times = await typing(screen, figure(100, 5));
    await until(
      'it is drained',
      async () => (await listNew(alice.inbox)).length === 0,
      figure(1_200_000, 90_000),
    );
    if (slow) {
      expect(performance.now() - begun).toBeLessThan(180_000);
      // 100 ms, or what the same machine takes now that no work is left.
      const [floor = 0] = (await typing(screen, 30)).slice(-1);
      expect(times.at(-1)).toBeLessThan(Math.max(100, floor * 10));
    }
    await bob.send(alice, 'after it');
    await screen.sees('after it');
    expect(await cameTo(alice, bob)).toEqual([...numbered(5), 'after it']);
    expect((await cameTo(alice, bob, 'notice')).length).toBe(1);
    const { quarantined } = await alice.status();
    expect(quarantined).toBeGreaterThan(limits.quarantineFiles / 2);
    expect(quarantined).toBeLessThanOrEqual(limits.quarantineFiles);
  }),
);
