import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { turn } from '../../source/session/work/work.ts';
import { announce } from '../../source/session/recovery/announce.ts';
import { contactOf } from '../../source/store/contacts.ts';
import { openMortal, type MortalClient } from '../support/mortal-client.ts';
import { statesOf, textsIn } from '../support/mortal-pair.ts';
import { tempFolder } from '../support/temp-home.ts';
import { makeFriends, type Home } from '../support/two-homes.ts';

async function open({ home, key }: Home): Promise<MortalClient> {
  const client = await openMortal(home, key, null);
  let isOpen = true;
  const drop = (): void => {
    if (isOpen) client.drop();
    isOpen = false;
  };
  onTestFinished(drop);
  return { ...client, drop };
}

async function carryAll(from: MortalClient, to: Home, reader: MortalClient): Promise<void> {
  while (await from.carry(to.home));
  await reader.receive(0);
}

test('a home set back to before its contact’s key change is told about it again, and heals', async () => {
  const folder = await tempFolder();
  const homes = await makeFriends(folder);
  const alice = await open(homes[0]);
  const before = await open(homes[1]);
  before.drop();
  const copy = join(folder, 'copy');
  await cp(join(homes[1].home, 'keys'), copy, { recursive: true });
  const after = await open(homes[1]);
  await alice.rotate();
  await alice.send('under the new key');
  for (let round = 0; round < 3; round += 1) {
    await carryAll(alice, homes[1], after);
    await carryAll(after, homes[0], alice);
  }
  expect(contactOf(alice.context.database, 1).followedEpoch).toBe(2);
  after.drop();
  await rm(join(homes[1].home, 'keys'), { recursive: true });
  await cp(copy, join(homes[1].home, 'keys'), { recursive: true });
  const bob = await open(homes[1]);
  await turn(bob.context, announce);
  const slot = contactOf(alice.context.database, 1).theirSlot;
  for (let round = 0; round < 4; round += 1) {
    await carryAll(bob, homes[0], alice);
    await carryAll(alice, homes[1], bob);
  }
  expect(contactOf(bob.context.database, 1).epoch).toBe(2);
  expect(Buffer.from(contactOf(alice.context.database, 1).theirSlot)).toEqual(Buffer.from(slot));
  await bob.send('I am back');
  await alice.send('welcome');
  for (let round = 0; round < 4; round += 1) {
    await carryAll(bob, homes[0], alice);
    await carryAll(alice, homes[1], bob);
  }
  expect(textsIn(bob)).toEqual(['under the new key', 'welcome']);
  expect(textsIn(alice)).toEqual(['I am back']);
  expect(new Set([...statesOf(alice), ...statesOf(bob)])).toEqual(new Set(['delivered']));
});
