import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { listNew } from '../../source/inbox/watch.ts';
import { attack, figure, pair } from './adapter.ts';
import { insideHome } from './forge.ts';
import { cameTo, numbered, putAll, slotOf, statesAt, takeAll } from './inbox-files.ts';

const couldNotRead = 'something arrived that could not be read; cryptochat asked for it again';

/** Every `step`th way to cut an envelope short or to change one bit or byte of it. */
function broken(good: Uint8Array, step: number): readonly Uint8Array[] {
  const all: Uint8Array[] = [];
  const change = (at: number, mask: number): void => {
    const copy = good.slice();
    copy[at] = (copy[at] ?? 0) ^ mask;
    all.push(copy);
  };
  for (let length = 0; length < good.length; length += step) all.push(good.subarray(0, length));
  for (let bit = 0; bit < 256 * 8; bit += step) change(bit >> 3, 1 << (bit & 7));
  for (let at = 256; at < good.length; at += step) change(at, randomInt(1, 256));
  return all;
}

test(
  'A17 an envelope that is cut short or changed anywhere shows nothing and does not affect the next one',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);
    await alice.listen();
    await bob.send(alice, 'genuine');
    const [good] = await takeAll(alice);
    const files = broken(good!.bytes, figure(1, 101)).map((bytes) => ({ slotId: good!.slotId, bytes }));
    expect(files.length).toBeGreaterThan(figure(9900, 90));
    await putAll(alice, files);
    await alice.tick();
    expect(await listNew(alice.inbox)).toEqual([]);
    expect(await cameTo(alice, bob)).toEqual([]);
    const { quarantined } = await alice.status();
    expect(quarantined).toBeGreaterThan(figure(limits.quarantineFiles / 2, files.length - 1));
    expect(quarantined).toBeLessThanOrEqual(limits.quarantineFiles);
    await putAll(alice, [good!]);
    await alice.tick();
    await bob.send(alice, 'and the next');
    for (const peer of [alice, bob, alice]) await peer.tick();
    expect(await cameTo(alice, bob)).toEqual(['genuine', 'and the next']);
    expect(await cameTo(alice, bob, 'notice')).toEqual([couldNotRead]);
    expect(await statesAt(bob, alice)).toEqual(new Set(['delivered']));
  }),
);

function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  const all = [...items];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = randomInt(at + 1);
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all;
}

test(
  'A18 mail that arrives in any order and three times is shown once, in the order it was written',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);
    await alice.listen();
    const sent = numbered(figure(500, 80));
    await bob.say(alice, sent);
    const files = await takeAll(alice);
    expect(files).toHaveLength(sent.length);
    await putAll(alice, shuffled([...files, ...files, ...files]));
    await alice.tick();
    await bob.tick();
    expect(await listNew(alice.inbox)).toEqual([]);
    expect(await cameTo(alice, bob)).toEqual(sent);
    expect(await cameTo(alice, bob, 'notice')).toEqual([]);
    await insideHome(alice, (client) => {
      expect(client.conversation().filter(({ missingBefore }) => missingBefore > 0)).toEqual([]);
    });
    expect(await statesAt(bob, alice)).toEqual(new Set(['delivered']));
    expect(await alice.status()).toMatchObject({ quarantined: 0 });
  }),
);

test(
  'A19 mail sealed for another person shows nothing in the wrong slot, and no other contact hears of it',
  attack(async (newHome) => {
    const [alice, bob, carol] = [await newHome('alice'), await newHome('bob'), await newHome('carol')];
    await pair(alice, bob);
    await pair(alice, carol);
    await pair(bob, carol);
    for (const peer of [carol, bob]) await peer.tick();
    for (const peer of [alice, bob, carol]) await peer.listen();
    // Each announces that it can be reached again, and hears the others announce it.
    for (const peer of [alice, bob, carol, alice, bob, carol]) await peer.tick();
    await bob.send(carol, 'for carol only');
    const [sealed] = await takeAll(carol);
    await putAll(alice, [{ slotId: await slotOf(alice, bob), bytes: sealed!.bytes }]);
    await alice.tick();
    expect(await cameTo(alice, bob)).toEqual([]);
    expect(await cameTo(alice, bob, 'notice')).toEqual([couldNotRead]);
    expect(await alice.lines(carol)).toEqual([]);
    expect(await alice.status()).toMatchObject({ quarantined: 1, queued: 0 });
    expect(await listNew(carol.inbox)).toEqual([]);
    // Only bob is asked, once, because it came through his slot.
    expect(await listNew(bob.inbox)).toHaveLength(1);
    await putAll(carol, [sealed!]);
    await bob.tick();
    await bob.send(alice, 'for alice');
    for (const peer of [alice, carol, bob]) await peer.tick();
    expect(await cameTo(carol, bob)).toEqual(['for carol only']);
    expect(await cameTo(alice, bob)).toEqual(['for alice']);
  }),
);
