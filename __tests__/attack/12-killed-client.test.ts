import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { listNew } from '../../source/inbox/watch.ts';
import { until } from '../support/until.ts';
import { attack, figure, pair, slow } from './adapter.ts';
import { insideHome } from './forge.ts';
import { cameTo, numbered, putAll, statesAt, takeAll } from './inbox-files.ts';
import type { Peer } from './peer.ts';

async function waitingAt(peer: Peer): Promise<number> {
  return (await listNew(peer.inbox)).length;
}

/** Starts this person's client and kills it after it has read some of the waiting mail. */
async function liveAndDie(peer: Peer): Promise<void> {
  const before = await waitingAt(peer);
  // Counting files makes a busy machine get as far as a quiet one.
  const least = slow ? 1 : Math.min(before, randomInt(1, 25));
  const client = peer.work();
  await until('it reads', async () => (await waitingAt(peer)) <= before - least, 60_000, 1);
  if (slow) await pause(randomInt(200));
  client.kill('SIGKILL');
  await client.ended;
}

test(
  'A16 a client killed again and again while it reads loses nothing and shows nothing twice',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);
    await alice.listen();
    const sent = numbered(figure(1000, 60));
    await bob.say(alice, sent);
    // One file per message, so the kill can fall between any two.
    await putAll(alice, await takeAll(alice));
    expect(await waitingAt(alice)).toBe(sent.length);
    let kills = 0;
    for (; (await waitingAt(alice)) > 0; kills += 1) await liveAndDie(alice);
    expect(kills).toBeGreaterThan(1);
    await alice.tick();
    await bob.tick();
    expect(await cameTo(alice, bob)).toEqual(sent);
    expect(await statesAt(bob, alice)).toEqual(new Set(['delivered']));
    expect(await alice.status()).toMatchObject({ quarantined: 0 });
    await insideHome(alice, ({ context: { database } }) => {
      expect(database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      expect(database.all('PRAGMA cipher_integrity_check')).toEqual([]);
    });
  }),
);
