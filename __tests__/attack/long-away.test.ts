import { expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { turnOver } from '../../source/session/clockwork.ts';
import { turn } from '../../source/session/work/work.ts';
import { contactOf } from '../../source/store/contacts.ts';
import { currentIdentity, identityOf } from '../../source/store/identities.ts';
import { openMortal } from '../support/mortal-client.ts';
import type { MortalClient } from '../support/mortal-client.ts';
import { tempFolder } from '../support/temp-home.ts';
import { makeFriends } from '../support/two-homes.ts';
import type { Home } from '../support/two-homes.ts';

// Bob is away for so long that keys of alice are deleted meanwhile.

const day = 24 * 3600 * 1000;

async function setUp() {
  vi.useFakeTimers({ toFake: ['Date'] });
  const open = new Set<MortalClient>();
  onTestFinished(() => {
    vi.useRealTimers();
    for (const client of open) client.drop();
  });
  const [one, other] = await makeFriends(await tempFolder());
  const start = async ({ home, key }: Home): Promise<MortalClient> => {
    const client = await openMortal(home, key, null);
    open.add(client);
    return client;
  };
  const alice = await start(one);
  /** The client a day or more later, after the clock has deleted keys. */
  const later = async (client: MortalClient, home: Home, ms: number): Promise<MortalClient> => {
    open.delete(client);
    client.drop();
    vi.setSystemTime(Date.now() + ms);
    const next = await start(home);
    await turn(next.context, turnOver);
    return next;
  };
  const talk = async (all: readonly [MortalClient, MortalClient]): Promise<void> => {
    for (let quiet = false; !quiet;) {
      const carried = [await all[0].carry(other.home), await all[1].carry(one.home)];
      for (const client of all) await client.receive(0);
      quiet = !carried.includes(true);
    }
  };
  return { alice, one, bob: () => start(other), later, talk };
}

function textsIn(client: MortalClient): readonly string[] {
  return client
    .conversation()
    .filter((one) => one.direction === 'in' && one.kind === 'text')
    .map((one) => one.text);
}

test('mail written after the old session’s key was deleted arrives when the contact follows', async () => {
  const { alice: before, one, bob: comesBack, later, talk } = await setUp();
  await before.rotate();
  const alice = await later(before, one, limits.neededKeyLifeMs + day);
  expect(identityOf(alice.context.database, 1)).toBeNull();
  await alice.send('where are you?');
  const bob = await comesBack();
  await talk([alice, bob]);
  await alice.send('there you are');
  await talk([alice, bob]);
  expect(textsIn(bob)).toEqual(['where are you?', 'there you are']);
  expect(bob.conversation().every((message) => message.missingBefore === 0)).toBe(true);
});

test('announces a rotation that could not be delivered when the contact follows the one before', async () => {
  const { alice: before, one, bob: comesBack, later, talk } = await setUp();
  await before.rotate();
  const alice = await later(before, one, limits.retiredKeyLifeMs + day);
  await alice.rotate();
  await alice.send('twice');
  const bob = await comesBack();
  await talk([alice, bob]);
  expect(textsIn(bob)).toEqual(['twice']);
  expect(contactOf(bob.context.database, 1).epoch).toBe(3);
  expect(contactOf(alice.context.database, 1).followedEpoch).toBe(
    currentIdentity(alice.context.database).epoch,
  );
  expect(bob.conversation().every((message) => message.missingBefore === 0)).toBe(true);
});
