import { expect, test } from 'vitest';
import { fromBase64url } from '../../../source/core/bytes.ts';
import { limits } from '../../../source/core/limits.ts';
import { readPouch } from '../../../source/core/pouch.ts';
import { printableLine } from '../../../source/core/printable.ts';
import { takeIn } from '../../../source/session/home/take-in.ts';
import { pack } from '../../../source/session/sending/pack.ts';
import { newMortal, talk } from '../../support/mortal-people.ts';

test('packs no more through the slot of a link than it takes, and reports the rest as left', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.link());
  for (let n = 0; n < limits.inviteSlotFiles + 10; n += 1) await bob.client.send(`text ${n}`);
  const packed = await pack(bob.client.context, { contact: 'alice' });
  expect(packed.envelopes).toBe(limits.inviteSlotFiles);
  expect(packed.left).toBeGreaterThan(0);
  const pouch = readPouch(fromBase64url(packed.pouch) ?? new Uint8Array());
  if (pouch?.kind !== 'envelopes') throw new Error('no pouch');
  await takeIn(alice.client.context.paths.inbox, pouch, printableLine('a pouch'));
  await talk(alice);
  expect(alice.lines('bob').filter((text) => text.startsWith('text '))[0]).toBe('text 0');
});

test('the courier takes up the remaining mail when packing drops delivered messages', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.link());
  await talk(alice, bob);
  await bob.client.send('has come');
  await bob.client.send('has not');
  const { context } = bob.client;
  context.database.run("UPDATE messages SET state = 'delivered' WHERE text = 'has come'");
  const touched: number[] = [];
  const finish: typeof context.finish = async (work) => {
    touched.push(...work.touched);
    await context.finish(work);
  };
  const packed = await pack({ ...context, finish }, { contact: 'alice' });
  expect(packed).toMatchObject({ envelopes: 1, left: 0 });
  expect(touched).toContain(bob.contact('alice')?.id);
});
