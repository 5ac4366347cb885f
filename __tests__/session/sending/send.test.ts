import { withoutJoined } from '../../support/joined-line.ts';
import { expect, test } from 'vitest';
import { clientOf } from '../../support/open-client.ts';
import { until } from '../../support/until.ts';

test('a message that is asked for twice under one id is sent once', async () => {
  const [alice, bob] = [await clientOf('alice'), await clientOf('bob')];
  await bob.join(await alice.invite({}));
  const id = '0123456789abcdef0123456789abcdef';
  const asked = [1, 2, 3].map(() => bob.send({ contact: 'alice', text: 'once', id }));
  expect(await Promise.all(asked)).toEqual([{ id }, { id }, { id }]);
  await bob.send({ contact: 'alice', text: 'and then' });
  await until('alice has both', async () => withoutJoined(await alice.read({ last: 9 })).length === 2);
  expect(withoutJoined(await alice.read({ last: 9 })).map((message) => message.text)).toEqual([
    'once',
    'and then',
  ]);
  expect(await bob.wait({ id, want: 'delivered', timeoutMs: 10_000 })).toEqual({ state: 'delivered' });
});

test('a waiting message says what it waits for: an acceptance, or somebody who knows this home', async () => {
  const [alice, bob] = [await clientOf('alice'), await clientOf('bob')];
  await bob.join(await alice.invite({ card: true }));
  const { id } = await bob.send({ contact: 'alice', text: 'are you there?' });
  const now = { id, want: 'sent', timeoutMs: 0 } as const;
  expect(await bob.wait(now)).toEqual({ state: 'queued', waits: 'asked' });
  await until('alice was asked', async () => (await alice.contacts()).length === 1);
  await alice.decline({ contact: 'bob' });
  await bob.join(await alice.invite({}));
  const { state } = await bob.wait({ ...now, timeoutMs: 30_000 });
  expect(['sent', 'delivered']).toContain(state);
  await until('bob is there', async () => (await alice.contacts()).length === 1);
  await alice.forget({ contact: 'bob' });
  const late = { ...now, ...(await bob.send({ contact: 'alice', text: 'and now?' })) };
  await until('it is refused', async () => (await bob.wait(late)).waits === 'unknown');
});
