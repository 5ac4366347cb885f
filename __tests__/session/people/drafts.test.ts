import { expect, test } from 'vitest';
import { clientOf } from '../../support/open-client.ts';
import { until } from '../../support/until.ts';

test('a draft is kept in place of the kept one, or below it; an unknown contact has none', async () => {
  const [alice, bob] = [await clientOf('alice'), await clientOf('bob')];
  await bob.join(await alice.invite({}));
  await until('they know each other', () => bob.state.get().contacts.length === 1);
  const id = bob.state.get().contacts[0]?.id ?? 0;
  const drafts = async (): Promise<unknown> => [...(await bob.drafts())];
  await bob.addDraft(id, 'first');
  expect(await drafts()).toEqual([[id, 'first']]);
  await bob.addDraft(id, 'second');
  expect(await drafts()).toEqual([[id, 'first\nsecond']]);
  await bob.keepDraft(id, 'other');
  expect(await drafts()).toEqual([[id, 'other']]);
  await bob.addDraft(id + 1, 'to nobody');
  await bob.keepDraft(id, '');
  expect(await drafts()).toEqual([]);
});
