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
  await until('alice has both', async () => (await alice.read({ last: 9 })).length === 2);
  expect((await alice.read({ last: 9 })).map((message) => message.text)).toEqual(['once', 'and then']);
  expect(await bob.wait({ id, want: 'delivered', timeoutMs: 10_000 })).toEqual({ state: 'delivered' });
});
