import { expect, test } from 'vitest';
import { turn } from '../../../source/session/work/work.ts';
import { block, unblock } from '../../../source/session/trust/block.ts';
import { tellAddress } from '../../../source/session/pairing/tell-address.ts';
import { rotate } from '../../../source/session/trust/rotation.ts';
import { newMortal, talk } from '../../support/mortal-people.ts';
import type { MortalPerson } from '../../support/mortal-people.ts';

async function friends(): Promise<readonly [alice: MortalPerson, bob: MortalPerson]> {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.link());
  await bob.client.send('one');
  await talk(alice, bob);
  return [alice, bob];
}

/** Does the work that is due by the clock, on a machine that has this address now. */
async function tellsThat({ client: { context } }: MortalPerson, address: string): Promise<void> {
  await turn(context, (work) => tellAddress({ ...work, address }));
}

test('tells contacts a new address once, and they write to it', async () => {
  const [alice, bob] = await friends();
  expect(bob.contact('alice')?.address).toBe(alice.address);
  const elsewhere = await newMortal('alice again');
  await tellsThat(alice, elsewhere.address);
  await tellsThat(alice, elsewhere.address);
  expect(await talk(alice, bob)).toBe(undefined);
  expect(bob.contact('alice')?.address).toBe(elsewhere.address);
  const sent = alice.client.context.database.all("SELECT 1 FROM messages WHERE what = 'profile'");
  expect(sent).toHaveLength(2);
});

test('tells nothing where nothing changed', async () => {
  const [alice, bob] = await friends();
  for (const person of [alice, bob]) await tellsThat(person, person.address);
  const waiting = alice.client.context.database.all('SELECT 1 FROM outbox');
  expect(waiting).toEqual([]);
});

test('a blocked contact hears nothing until the block is over, and then the current address', async () => {
  const [alice, bob] = await friends();
  await block(alice.client.context, { contact: 'bob' });
  await tellsThat(alice, '127.0.0.1:2');
  await talk(alice, bob);
  expect(bob.contact('alice')?.address).toBe(alice.address);
  await unblock(alice.client.context, { contact: 'bob' });
  await tellsThat(alice, '127.0.0.1:2');
  await talk(alice, bob);
  expect(bob.contact('alice')?.address).toBe('127.0.0.1:2');
});

test('a contact that does not follow my newest key yet is told afterwards', async () => {
  const [alice, bob] = await friends();
  await rotate(alice.client.context);
  await tellsThat(alice, '127.0.0.1:2');
  expect(alice.contact('bob')?.toldAddress).toBe(alice.address);
  await talk(alice, bob);
  await tellsThat(alice, '127.0.0.1:2');
  await talk(alice, bob);
  expect(bob.contact('alice')?.address).toBe('127.0.0.1:2');
});

test('a router that changes the address waits for its turn; a person’s own change goes behind what waits, and is read last', async () => {
  const [alice, bob] = await friends();
  const { context } = alice.client;
  const waiting = (): number => context.database.all('SELECT 1 FROM outbox').length;
  for (const port of [2, 3, 4]) await tellsThat(alice, `127.0.0.1:${port}`);
  expect(waiting()).toBe(1);
  await turn(context, (work) => tellAddress({ ...work, address: '127.0.0.1:5' }, 'at once'));
  expect(waiting()).toBe(2);
  await talk(alice, bob);
  expect(bob.contact('alice')?.address).toBe('127.0.0.1:5');
});
