import { expect, test } from 'vitest';
import { openFriends } from '../support/open-friends.ts';
import { until } from '../support/until.ts';

test('finds sent and received texts, and does not mark them as read', async () => {
  const { alice, bob } = await openFriends();
  await alice.send({ contact: 'bob', text: 'shall we meet at the LIGHTHOUSE?' });
  await bob.send({ contact: 'alice', text: 'the lighthouse, yes' });
  await until('it came', async () => (await alice.search({ text: 'lighthouse' })).length === 2);
  const { unread } = await alice.status();
  const found = await alice.search({ text: 'Lighthouse', contact: 'bob' });
  expect(found).toMatchObject([
    { direction: 'out', text: 'shall we meet at the LIGHTHOUSE?', kind: 'text' },
    { direction: 'in', text: 'the lighthouse, yes', state: 'received' },
  ]);
  expect(await alice.search({ text: 'lighthouse', last: 1 })).toEqual(found.slice(1));
  expect((await alice.status()).unread).toBe(unread);
});

test('refuses an impossible search with a reason', async () => {
  const { alice } = await openFriends();
  await expect(alice.search({ text: ' ' })).rejects.toMatchObject({ code: 'search-empty', exit: 2 });
  await expect(alice.search({ text: 'x'.repeat(201) })).rejects.toMatchObject({
    code: 'search-long',
    exit: 2,
  });
  await expect(alice.search({ text: 'x', contact: 'carol' })).rejects.toMatchObject({
    code: 'contact-unknown',
  });
});
