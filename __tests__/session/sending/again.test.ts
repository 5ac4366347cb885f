// The content that goes out again in place of one that was taken back: what its kind says now, or what went out before.

import { expect, test } from 'vitest';
import { myProfile } from '../../../source/session/keyring/profile.ts';
import { recall } from '../../../source/session/sending/acks.ts';
import { compose, composeQueued } from '../../../source/session/sending/compose.ts';
import { turn, type Kinds } from '../../../source/session/work/work.ts';
import { contactOf } from '../../../source/store/contacts.ts';
import { currentIdentity } from '../../../source/store/identities.ts';
import { writeSetting } from '../../../source/store/settings.ts';
import { mortalPair, type Pair } from '../../support/mortal-pair.ts';

/** A profile of bob that is taken back, and goes out again after he has another name; `change` edits the table of kinds. */
async function nameAfterRecall(change: (kinds: Kinds) => Kinds): Promise<string> {
  const { alice, bob, carryFrom }: Pair = await mortalPair();
  const { context } = bob;
  Object.assign(context, { kinds: change(context.kinds) });
  await turn(context, async (work) => {
    const profile = myProfile(work, 1, currentIdentity(work.database));
    await compose(work, 1, { kind: 'profile', profile: { ...profile, name: 'robert' } });
    writeSetting(work.database, 'name', 'rob');
    recall(work, 1);
    await composeQueued(work, 1);
  });
  await carryFrom(bob);
  await alice.receive(0);
  return contactOf(alice.context.database, 1).name;
}

test('a profile goes out again as it would be written now', async () => {
  expect(await nameAfterRecall((kinds) => kinds)).toBe('rob');
});

test('a kind without a rule for that goes out again unchanged', async () => {
  expect(await nameAfterRecall((kinds) => ({ ...kinds, profile: {} }))).toBe('robert');
});

test('nothing goes out again for a kind of which only the seq matters', async () => {
  expect(
    await nameAfterRecall((kinds) => ({ ...kinds, profile: { ...kinds.profile, again: () => null } })),
  ).toBe('bob');
});
