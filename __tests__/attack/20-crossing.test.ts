import { expect, test } from 'vitest';
import { utf8 } from '../../source/protocol/bytes.ts';
import { ratchetEncrypt } from '../../source/protocol/ratchet.ts';
import { readsFor } from '../../source/session/work/ratchet-reads.ts';
import { turn } from '../../source/session/work/work.ts';
import { contactKey } from '../../source/store/contact-keys.ts';
import { newestSession } from '../../source/store/sessions.ts';
import { attack, pair } from './adapter.ts';
import { contactIn, insideHome } from './forge.ts';
import { holdMail } from './held-mail.ts';
import type { Peer } from './peer.ts';
import { knownTo, noticesOf, numbered, textsFrom, tickAll } from './said.ts';

/** How many sessions one person has with another, and the type of the next envelope in the newest (3: no answer yet). */
function sessionsWith(peer: Peer, other: Peer): Promise<{ count: number; type: number | undefined }> {
  return insideHome(peer, (client) => {
    const { id } = contactIn(client, other);
    return turn(client.context, async (work) => {
      const sql = 'SELECT count(*) AS count FROM sessions WHERE contact_id = ?';
      const { count = 0 } = work.database.get<{ count: number }>(sql, [id]) ?? {};
      const key = newestSession(work.database, id)!;
      const reads = readsFor(work, key, contactKey(work.database, id, key.theirEpoch).identity)!;
      return { count, type: (await ratchetEncrypt(reads, utf8('x')))?.inner.type };
    });
  });
}

test(
  'A29 two people who both write first can read each other, and continue in one session',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    const links = [await alice.invite(), await bob.invite()] as const;
    await alice.join(links[1]);
    await alice.say(bob, ['first of alice', 'second of alice']);
    const arrive = await holdMail(bob);
    await bob.join(links[0]);
    await bob.say(alice, ['first of bob', 'second of bob']);
    expect(await textsFrom(bob, alice)).toEqual([]);
    await arrive();
    await tickAll([bob, alice], 2);
    expect(await textsFrom(alice, bob)).toEqual(['first of bob', 'second of bob']);
    expect(await textsFrom(bob, alice)).toEqual(['first of alice', 'second of alice']);

    for (const round of [1, 2]) {
      await alice.say(bob, numbered(10, `alice, round ${round},`));
      await bob.say(alice, numbered(10, `bob, round ${round},`));
      await tickAll([alice, bob]);
    }
    for (const [one, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      expect((await textsFrom(one, other)).slice(2)).toEqual(
        [1, 2].flatMap((round) => numbered(10, `${other.name}, round ${round},`)),
      );
      expect(await noticesOf(one, other)).toEqual([]);
      expect(await knownTo(one)).toHaveLength(1);
      expect(await sessionsWith(one, other)).toEqual({ count: 1, type: 2 });
    }
  }),
);

test(
  'A30 survives three key changes while 50 messages are under way each way, and while one side is away',
  attack(async (newHome) => {
    const [alice, bob, carol] = [await newHome('alice'), await newHome('bob'), await newHome('carol')];
    await pair(alice, bob);
    await pair(alice, carol);
    await carol.say(alice, ['carol, before she left']);
    await carol.stopListening();
    await bob.stopListening();
    await alice.say(bob, numbered(50, 'alice, under way,'));
    await bob.say(alice, numbered(50, 'bob, under way,'));
    const arrive = await holdMail(alice);
    const keys = [(await knownTo(bob))[0]?.fingerprint];
    for (const epoch of [2, 3, 4]) {
      const ran = await alice.tries('rotate', '--yes');
      keys.push(ran.stdout.trim());
      if (epoch === 3) await alice.say(carol, ['alice, with her third key']);
    }
    await arrive();
    await tickAll([alice, bob, alice]);
    expect(await textsFrom(alice, bob)).toEqual(numbered(50, 'bob, under way,'));
    expect(await textsFrom(bob, alice)).toEqual(numbered(50, 'alice, under way,'));

    await tickAll([carol, alice, carol]);
    expect(await textsFrom(alice, carol)).toEqual(['carol, before she left']);
    expect(await textsFrom(carol, alice)).toEqual(['alice, with her third key']);
    const steps = [0, 1, 2].map((at) => {
      return `new key, signed by their old key\n${keys[at]} →\n${keys[at + 1]}`;
    });
    for (const peer of [bob, carol]) {
      expect(await noticesOf(peer, alice)).toEqual(steps);
      expect(await knownTo(peer)).toMatchObject([{ state: 'not-compared', fingerprint: keys[3] }]);
      await peer.say(alice, ['after all of it']);
    }
    await tickAll([alice]);
    for (const peer of [bob, carol]) expect((await textsFrom(alice, peer)).at(-1)).toBe('after all of it');
  }),
);
