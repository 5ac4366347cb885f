import { randomBytes } from 'node:crypto';
import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { sealEnvelope } from '../../source/protocol/envelope.ts';
import { contactKey } from '../../source/store/contact-keys.ts';
import { currentIdentity } from '../../source/store/identities.ts';
import { laterBy } from '../support/clock.ts';
import { post } from '../support/signed-post.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { attack, figure, pair } from './adapter.ts';
import type { NewHome } from './adapter.ts';
import { contactIn, insideHome, slotKeyOf } from './forge.ts';
import { holdMail } from './held-mail.ts';
import type { Peer } from './peer.ts';
import { noticesOf, numbered, postsOn, textsFrom, tickAll } from './said.ts';

async function talkative(newHome: NewHome): Promise<readonly [alice: Peer, bob: Peer]> {
  const alice = await newHome('alice', { tapFrom: '127.0.0.1' });
  const bob = await newHome('bob', { tapFrom: '127.0.0.1' });
  await pair(alice, bob);
  await alice.say(bob, ['alice, before']);
  await bob.say(alice, ['bob, before']);
  await tickAll([alice, bob]);
  return [alice, bob];
}

/** Both write before either has read, then two round trips, without a key being pressed. */
async function writeAndHeal(alice: Peer, bob: Peer): Promise<void> {
  await alice.say(bob, numbered(3, 'alice, after'));
  const arrive = await holdMail(bob);
  await bob.say(alice, numbered(3, 'bob, after'));
  await arrive();
  const before = [alice, bob].map(({ wire }) => postsOn(wire));
  await tickAll([bob, alice], 2);
  const after = [alice, bob].map(({ wire }, n) => postsOn(wire) - before[n]!);
  // A few repeated messages, a reset, a profile, a reserve bundle and receipts: no storm.
  expect(Math.max(...after)).toBeLessThanOrEqual(16);
}

async function expectHealed(alice: Peer, bob: Peer): Promise<void> {
  for (const [one, other] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    const notices = await noticesOf(one, other);
    expect(notices.slice(1)).toEqual([]);
    const mine = (await one.lines(other)).filter(
      ({ direction, kind }) => `${direction} ${kind}` === 'out text',
    );
    expect(mine.map(({ state }) => state)).toEqual(mine.map(() => 'delivered'));
  }
}

test(
  'A33 heals a lost session within two round trips, and shows everything once',
  attack(async (newHome) => {
    const [alice, bob] = await talkative(newHome);
    await insideHome(bob, ({ context }) => context.database.run('DELETE FROM sessions'));
    await writeAndHeal(alice, bob);
    for (const [one, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const expected = [`${other.name}, before`, ...numbered(3, `${other.name}, after`)];
      expect(await textsFrom(one, other)).toEqual(expected);
    }
    await expectHealed(alice, bob);
  }),
);

test(
  'A33 recovers from a five-minute-old database within two round trips, and shows everything once',
  attack(async (newHome) => {
    const [alice, bob] = await talkative(newHome);
    const keys = join(bob.home, 'keys');
    const copy = join(await tempFolder(), 'keys');
    await cp(keys, copy, { recursive: true });
    await alice.say(bob, numbered(3, 'alice, since'));
    await bob.say(alice, numbered(3, 'bob, since'));
    await tickAll([alice, bob]);
    await rm(keys, { recursive: true });
    await cp(copy, keys, { recursive: true });
    // His messages since then are no longer in his own history.
    bob.lies();

    await writeAndHeal(alice, bob);
    const words = ['before', 'since 0', 'since 1', 'since 2', 'after 0', 'after 1', 'after 2'];
    expect((await textsFrom(alice, bob)).toSorted()).toEqual(words.map((word) => `bob, ${word}`).toSorted());
    expect((await textsFrom(bob, alice)).toSorted()).toEqual(
      words.map((word) => `alice, ${word}`).toSorted(),
    );
    await expectHealed(alice, bob);
  }),
);

/** Processor time of a process so far, in hundredths of a second. */
async function ticksOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** Waits until this person's client does next to nothing for a second. */
async function expectIdle(peer: Peer, isDone: () => Promise<boolean>): Promise<void> {
  const client = peer.work();
  await until('everything is put away', isDone, 120_000);
  if (process.platform === 'linux') {
    await until(
      'the client is idle',
      async () => {
        const before = await ticksOf(client.pid);
        await pause(1000);
        return (await ticksOf(client.pid)) - before <= 10;
      },
      120_000,
    );
  }
  client.kill('SIGTERM');
  await client.ended;
}

/** Every kind of junk that a contact can send: arbitrary bytes, and arbitrary bytes sealed to the reader. */
async function junkFrom(carol: Peer, alice: Peer): Promise<() => Uint8Array> {
  const known = await insideHome(carol, (client) => {
    const { database } = client.context;
    const contact = contactIn(client, alice);
    const { sealKey } = contactKey(database, contact.id, contact.epoch);
    return { sealKey, sender: currentIdentity(database).publicKey };
  });
  let count = 0;
  return () => {
    count += 1;
    if (count % 2 === 0) return randomBytes(4096);
    const ciphertext = new Uint8Array(randomBytes(count % 3 === 0 ? 2000 : 100));
    return sealEnvelope({ type: count % 3 === 0 ? 3 : 2, sender: known.sender, ciphertext }, known.sealKey);
  };
}

test(
  'A34 answers a heap of junk from a contact with one reset an hour, and takes nothing from other contacts',
  attack(async (newHome) => {
    const alice = await newHome('alice');
    const bob = await newHome('bob', { tapFrom: '127.0.0.1' });
    const carol = await newHome('carol', { tapFrom: '127.0.0.1' });
    await pair(alice, bob);
    await pair(alice, carol);
    await tickAll([carol, bob, alice]);
    const key = await slotKeyOf(carol, alice);
    const junk = await junkFrom(carol, alice);
    const heap = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) {
        expect((await post(alice.port, { key }, junk())).status).toBe(202);
      }
    };
    const posted = [postsOn(bob.wire), postsOn(carol.wire)] as const;
    const since = (): readonly number[] => [postsOn(bob.wire) - posted[0], postsOn(carol.wire) - posted[1]];

    await heap(figure(1000, 150));
    await expectIdle(alice, async () => (await alice.status()).quarantined > 0 && since()[1] === 1);
    await heap(10);
    await alice.tick();
    expect(since()).toEqual([0, 1]);
    const later = { NODE_OPTIONS: laterBy(limits.resetEveryMs + 60_000) };
    await heap(10);
    await alice.tick(undefined, later);
    await heap(10);
    await alice.tick(undefined, later);
    expect(since()).toEqual([0, 2]);
    expect(await noticesOf(alice, bob)).toEqual([]);

    await bob.say(alice, ['bob, through it']);
    await carol.say(alice, ['carol, who knows nothing of it']);
    await tickAll([alice]);
    expect(await textsFrom(alice, bob)).toEqual(['bob, through it']);
    expect(await textsFrom(alice, carol)).toEqual(['carol, who knows nothing of it']);
  }),
);
