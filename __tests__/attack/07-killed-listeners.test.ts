import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { takenInvites } from '../../source/inbox/deliver.ts';
import { takeEnvelopes } from '../../source/inbox/take.ts';
import { listNew } from '../../source/inbox/watch.ts';
import { inviteKeys } from '../../source/protocol/invitation.ts';
import { decodeLink } from '../../source/protocol/link.ts';
import { startKilledListeners } from '../support/killed-listeners.ts';
import type { Life } from '../support/killed-listeners.ts';
import { listenerProgram } from '../support/pty.ts';
import { ask, post } from '../support/signed-post.ts';
import type { Reply } from '../support/signed-post.ts';
import { until } from '../support/until.ts';
import { attack, figure, pair, slow } from './adapter.ts';
import { content, nextSeqOf, sealRaw, slotKeyOf } from './forge.ts';
import type { Peer } from './peer.ts';

const life: Life = slow ? { unit: 'ms', least: 50, most: 300 } : { unit: 'answers', least: 1, most: 40 };
const killed = { program: listenerProgram, life };
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The hashes of all waiting files; each file must be whole. */
async function waiting(peer: Peer): Promise<ReadonlySet<string>> {
  const hashes = new Set<string>();
  for (const name of await listNew(peer.inbox)) {
    const taken = await takeEnvelopes(peer.inbox, name);
    if (taken.kind !== 'envelopes') throw new Error(`${name} is no whole envelope`);
    for (const envelope of taken.envelopes) hashes.add(hash(envelope));
  }
  return hashes;
}

/** Posts all of them, 16 at a time and every tenth twice, to a listener that gets killed meanwhile, until each has its 202. */
async function postUnderKills(
  alice: Peer,
  key: Uint8Array,
  envelopes: readonly Uint8Array[],
): Promise<number> {
  const victim = startKilledListeners(alice.inbox, { count: 1, ...killed });
  const left = envelopes.flatMap((envelope, n) => (n % 10 === 0 ? [envelope, envelope] : [envelope]));
  const sender = async (): Promise<void> => {
    for (let body = left.shift(); body; body = left.shift()) {
      const bytes = body;
      await until('a 202', async () => (await post(victim.port(), { key }, bytes)).status === 202, 100_000);
      victim.answered();
    }
  };
  await Promise.all(Array.from({ length: 16 }, sender));
  await victim.stop();
  return victim.kills();
}

test(
  'A13 whatever was acknowledged survives kill -9 as a whole file and becomes one line',
  attack(async (newHome) => {
    const [alice, carol] = [await newHome('alice'), await newHome('carol')];
    await pair(alice, carol);
    await alice.stopListening();
    const key = await slotKeyOf(carol, alice);
    const first = await nextSeqOf(carol, alice);
    const texts = Array.from({ length: figure(3000, 100) }, (_, n) =>
      n % 25 === 0 ? `${n} ${'long '.repeat(9000)}` : `${n}`,
    );
    const contents = texts.map((text, n) => content(first + n, { kind: 'text', text }));
    const sealed = await sealRaw(carol, alice, contents);
    let kills = 0;
    // As many at a time as the quota allows.
    for (let from = 0; from < sealed.length; from += 1000) {
      const some = sealed.slice(from, from + 1000);
      kills += await postUnderKills(alice, key, some);
      expect([...(await waiting(alice))].toSorted()).toEqual(some.map(hash).toSorted());
      await alice.tick();
      expect(await listNew(alice.inbox)).toEqual([]);
      await alice.stopListening();
    }
    expect(kills).toBeGreaterThan(1);
    expect((await alice.lines(carol)).map(({ text }) => text)).toEqual(texts);
  }),
);

test(
  'A14 listeners killed at random hand each invite to one joiner only',
  attack(async (newHome) => {
    const alice = await newHome('alice');
    const links: string[] = [];
    while (links.length < figure(50, 4)) links.push(await alice.invite());
    await alice.stopListening();
    const victims = startKilledListeners(alice.inbox, { count: 4, ...killed });
    for (const text of links) {
      const link = decodeLink(text);
      if (typeof link === 'string') throw new Error(link);
      const { pickup } = inviteKeys(link.secret, link.identity);
      const path = `/invite/${Buffer.from(pickup).toString('base64url')}`;
      // A dying listener answers nothing, so everybody asks until one answers.
      const get = (nonce: string): Promise<Reply> =>
        until(
          'an answer',
          async () => {
            const reply = await ask({ port: victims.port(), path, headers: { 'x-cc-nonce': nonce } });
            if (reply.status !== 200 && reply.status !== 404) return null;
            victims.answered();
            return reply;
          },
          100_000,
        );
      const joiners = Array.from({ length: 16 }, () => randomBytes(16).toString('base64url'));
      const answers = await Promise.all(joiners.map(get));
      const won = answers.findIndex(({ status }) => status === 200);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers[won]?.body).toHaveLength(4096);
      const again = await Promise.all(joiners.map(get));
      expect(again.map(({ status }) => status)).toEqual(answers.map(({ status }) => status));
      expect(again[won]?.body).toEqual(answers[won]?.body);
    }
    await victims.stop();
    expect(victims.kills()).toBeGreaterThan(4);
    expect(await takenInvites(alice.inbox)).toHaveLength(links.length);
  }),
);
