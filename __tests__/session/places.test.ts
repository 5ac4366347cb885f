import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { placeTag } from '../../source/protocol/kinds/followed.ts';
import { isMyPlace } from '../../source/session/keyring/my-places.ts';
import { tellAddress } from '../../source/session/pairing/tell-address.ts';
import { readInTurn, turn } from '../../source/session/work/work.ts';
import { waitingFor } from '../../source/store/outbox.ts';
import { newMortal, talk, type MortalPerson } from '../support/mortal-people.ts';

/** Does the work that is due by the clock, on a machine that has this address now. */
async function tellsThat({ client: { context } }: MortalPerson, address: string): Promise<void> {
  await turn(context, (work) => tellAddress({ ...work, address }));
}

const elsewhere = 'https://chat.example.org:443/cc 192.0.2.7:8080';

test('all places of a joiner are known at once, and those of the inviter with the answer', async () => {
  const alice = await newMortal('alice');
  const bob = await newMortal('bob', { address: elsewhere });
  await bob.joins(await alice.link());
  await alice.client.carry(bob.home);
  await bob.client.carry(alice.home);
  await alice.client.receive(0);
  expect(alice.contact('bob')?.address).toBe(elsewhere);
});

test('announces an address that gets a second place, and warns nobody of their own', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.link());
  await talk(alice, bob);
  const both = `${alice.address} ${elsewhere}`;
  await tellsThat(alice, both);
  await talk(alice, bob);
  expect(bob.contact('alice')?.address).toBe(both);
  await bob.client.send('there you are');
  await talk(alice, bob);
  expect(alice.lines('bob')).toEqual(['there you are']);
});

test('however often the address changes while a contact is away, one notice waits, and the newest follows', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.link());
  await talk(alice, bob);
  const waiting = (): Promise<number> =>
    readInTurn(alice.client.context, (database) => waitingFor(database, 1, { after: 0, most: 100 }).length);
  const before = await waiting();
  for (let at = 1; at < 20; at += 1) await tellsThat(alice, `${alice.address} a${at}.example:80`);
  expect(await waiting()).toBe(before + 1);
  await talk(alice, bob);
  await tellsThat(alice, `${alice.address} a19.example:80`);
  await talk(alice, bob);
  expect(bob.contact('alice')?.address).toBe(`${alice.address} a19.example:80`);
});

test('counts the whole address as mine, and the plain place that an older program writes to', async () => {
  const alice = await newMortal('alice', { address: elsewhere });
  const { context } = alice.client;
  const isMine = (address: string): Promise<boolean> =>
    turn(context, (work) => isMyPlace(work, placeTag(address)));
  expect(await isMine(elsewhere)).toBe(true);
  expect(await isMine('192.0.2.7:8080')).toBe(true);
  expect(await isMine('https://chat.example.org:443/cc')).toBe(false);
  expect(await isMine(`${elsewhere} evil.example:80`)).toBe(false);
  await tellsThat(alice, elsewhere);
  await tellsThat(alice, 'a.example:80');
  expect(await isMine('192.0.2.7:8080')).toBe(true);
  expect(await isMine('a.example:80')).toBe(true);
});

test('a hello with the longest name and address is no larger than a request may be', async () => {
  const alice = await newMortal('alice');
  const place = (letter: string): string =>
    `https://${`${letter.repeat(59)}.`.repeat(2)}io:65535/${'w'.repeat(32)}`;
  const address = ['a', 'b', 'c', 'd'].map(place).join(' ');
  const bob = await newMortal('𝐛'.repeat(32), { address });
  expect(bob.client.context.config.address).toBe(address);
  await bob.joins(await alice.card());
  const [hello] = await readInTurn(bob.client.context, (database) =>
    waitingFor(database, 1, { after: 0, most: 1 }),
  );
  expect(hello?.envelope).toHaveLength(limits.cardLargestBytes);
});
