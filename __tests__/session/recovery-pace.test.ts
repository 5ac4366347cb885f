import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { firstMark } from '../../source/protocol/ack-mark.ts';
import { noReset } from '../../source/protocol/kinds/receipt.ts';
import { contactOf } from '../../source/store/contacts.ts';
import { liar } from '../support/liar.ts';
import type { MortalClient } from '../support/mortal-client.ts';
import { mortalPair, noticesIn, statesOf, textsIn } from '../support/mortal-pair.ts';

// A contact claims to have lost everything, again and again: each claim costs it 4 KiB, and would have cost this client its whole
// history.

/** How many envelopes wait for the contact, and how many contents are marked for going out again. */
function load({ context: { database } }: MortalClient): { envelopes: number; marked: number } {
  const count = (what: string): number =>
    database.get<{ count: number }>(`SELECT count(*) AS count FROM ${what}`)!.count;
  return { envelopes: count('outbox'), marked: count('messages WHERE again = 1') };
}

async function spoken(texts: number) {
  const pair = await mortalPair();
  for (let count = 0; count < texts; count += 1) await pair.alice.send(`text ${count}`);
  await pair.talk();
  expect(new Set(statesOf(pair.alice))).toEqual(new Set(['delivered']));
  return { ...pair, ...liar(pair.bob, pair.alice) };
}

test('sends texts that a contact claims to have lost again in parts, and no tick falls', async () => {
  const texts = 100;
  const { alice, bob, says, keys, talk } = await spoken(texts);
  await says({ kind: 'reset', stored: [], keys: await keys() });
  expect(load(alice).envelopes).toBeLessThanOrEqual(2 * limits.composeAtOnce + 4);
  expect(load(alice).marked).toBeLessThanOrEqual(500);
  expect(new Set(statesOf(alice))).toEqual(new Set(['delivered']));
  await talk();
  expect(load(alice)).toEqual({ envelopes: 0, marked: 0 });
  expect(statesOf(alice)).toEqual(Array(texts).fill('delivered'));
  expect(textsIn(bob)).toHaveLength(texts);
});

test('makes a contact that resets again and again wait 5 s, then twice as long each time, up to an hour', async () => {
  const { alice, carryFrom, says, keys, wait } = await spoken(3);
  const granted: number[] = [];
  const start = Date.now();
  while (Date.now() - start < 6 * limits.resetEveryMs) {
    await says({ kind: 'reset', stored: [], keys: await keys() });
    if ((await carryFrom(alice)) >= 3) granted.push(Date.now());
    await wait(granted.length < 6 ? limits.setBackEveryMs : 5 * 60_000, []);
  }
  const pauses = granted.slice(1).map((at, index) => at - granted[index]!);
  expect(pauses.slice(0, 4)).toEqual([5000, 10_000, 20_000, 40_000]);
  expect(pauses.at(-1)).toBe(limits.resetEveryMs);
  expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
  expect(new Set(statesOf(alice))).toEqual(new Set(['delivered']));
});

test('believes a receipt that takes everything back as rarely, and removes no tick', async () => {
  const { alice, carryFrom, says, wait } = await spoken(3);
  let granted = 0;
  for (let round = 0; round < 20; round += 1) {
    const nothing = { kind: 'receipt', answers: noReset, stored: [] } as const;
    await says(nothing, { ack: 0, mark: firstMark, sentAt: Date.now() });
    if ((await carryFrom(alice)) >= 3) granted += 1;
    await wait(limits.setBackEveryMs, []);
  }
  expect(granted).toBeLessThanOrEqual(5);
  expect(new Set(statesOf(alice))).toEqual(new Set(['delivered']));
});

test('a hundred of its claims leave one line', async () => {
  const { alice, says, keys, wait } = await spoken(2);
  for (let round = 0; round < 12; round += 1) {
    await says({ kind: 'reset', stored: [], keys: await keys() });
    await wait(limits.setBackEveryMs, []);
  }
  expect(noticesIn(alice).filter((line) => line.includes('earlier state'))).toHaveLength(1);
});

test('a reset names itself in the receipt that answers it, and is asked again only until then', async () => {
  const { alice, bob, talk, wait } = await mortalPair();
  await alice.send('one');
  await talk();
  bob.context.database.run('DELETE FROM sessions');
  await alice.send('two');
  await talk();
  expect(textsIn(bob)).toEqual(['one', 'two']);
  expect(contactOf(bob.context.database, 1).myReset).toBeNull();
  for (let hour = 0; hour < 4; hour += 1) {
    await wait(limits.resetEveryMs);
    expect(load(bob).envelopes + load(alice).envelopes).toBe(0);
  }
});
