import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ChatError } from '../../../source/core/errors.ts';
import type { Database } from '../../../source/store/database.ts';
import { block } from '../../../source/session/trust/block.ts';
import { forget } from '../../../source/session/trust/forget.ts';
import { isEraseDue } from '../../../source/store/forget.ts';
import { contactsWithMail } from '../../../source/store/outbox.ts';
import { noticesOf, openFriends, textsOf } from '../../support/open-friends.ts';
import { openMortal } from '../../support/mortal-client.ts';
import { tempFolder } from '../../support/temp-home.ts';
import { makeFriends } from '../../support/two-homes.ts';
import { until } from '../../support/until.ts';

/** A database whose disk has no room for one statement. */
function fullAt(statement: string, database: Database): Database {
  return {
    ...database,
    run(sql, values) {
      if (sql === statement) throw new ChatError('disk-full');
      return database.run(sql, values);
    },
  };
}

test('a forgotten contact is gone everywhere, and the screen that asks for it continues', async () => {
  const { alice } = await openFriends();
  const id = (await alice.contacts())[0]?.id ?? 0;
  await alice.openConversation(id);
  expect(alice.state.get().conversations.has(id)).toBe(true);
  expect(await alice.forget({ contact: 'bob' })).toEqual({ name: 'bob', erased: true });
  expect(alice.state.get()).toMatchObject({ contacts: [], queued: 0, conversations: new Map() });
  expect([await alice.contacts(), await alice.read({}), await alice.search({ text: 'hello' })]).toEqual([
    [],
    [],
    [],
  ]);
  await alice.openConversation(id);
  await alice.markRead(id);
  await alice.showAt(id, 'oldest');
  await alice.rotate();
  await alice.retry();
  await alice.idle();
  expect(alice.state.get()).toMatchObject({ contacts: [], conversations: new Map(), alert: null });
  await expect(alice.forget({ contact: 'bob' })).rejects.toMatchObject({ code: 'contact-unknown' });
});

test('can forget a contact while mail is under way both ways', async () => {
  const { alice, bob } = await openFriends();
  const sending = Array.from({ length: 40 }, (_, at) => [
    bob.send({ contact: 'alice', text: `from bob ${at}` }),
    alice.send({ contact: 'bob', text: `from alice ${at}` }),
  ]).flat();
  await Promise.all(sending.slice(0, 20));
  await alice.forget({ contact: 'bob' });
  await Promise.allSettled(sending);
  await alice.idle();
  expect(alice.state.get()).toMatchObject({ contacts: [], alert: null });
  expect(await alice.read({})).toEqual([]);
});

test('a forgotten contact can come back by a new link, as a new person', async () => {
  const { alice, bob } = await openFriends();
  await alice.forget({ contact: 'bob' });
  await bob.send({ contact: 'alice', text: 'are you there' });
  await until('bob hears that he is not known', async () =>
    (await noticesOf(bob)).some((text) => text.includes('does not know you')),
  );
  await bob.forget({ contact: 'alice' });
  await bob.join({ link: (await alice.invite({})).link });
  await until('alice has bob again', async () => (await alice.contacts()).length === 1);
  const { id } = await bob.send({ contact: 'alice', text: 'new beginning' });
  expect(await bob.wait({ id, want: 'delivered', timeoutMs: 15_000 })).toEqual({ state: 'delivered' });
  expect(await textsOf(alice)).toEqual(['new beginning']);
  expect((await alice.contacts())[0]).toMatchObject({ name: 'bob', alias: null, state: 'not-compared' });
});

test('removes mail in the inbox too, and erases what is left at the next start', async () => {
  const [alice, bob] = await makeFriends(await tempFolder());
  const [mine, his] = [
    await openMortal(alice.home, alice.key, null),
    await openMortal(bob.home, bob.key, null),
  ];
  await his.send('never read');
  await his.carry(alice.home);
  await mine.send('never sent');
  expect(await mine.inbox()).toHaveLength(1);
  const { database } = mine.context;
  const full = { ...mine.context, database: fullAt('VACUUM', database) };
  expect(await forget(full, { contact: 'bob' })).toEqual({ name: 'bob', erased: false });
  expect([await mine.inbox(), await readdir(join(alice.home, 'inbox', 'bad'))]).toEqual([[], []]);
  expect([mine.history(), contactsWithMail(database), isEraseDue(database)]).toEqual([[], [], true]);
  mine.drop();

  const again = await openMortal(alice.home, alice.key, null);
  expect(isEraseDue(again.context.database)).toBe(false);
  for (const client of [again, his]) client.drop();
});

test('can forget a blocked contact while a file of theirs waits', async () => {
  const [alice, bob] = await makeFriends(await tempFolder());
  const [mine, his] = [
    await openMortal(alice.home, alice.key, null),
    await openMortal(bob.home, bob.key, null),
  ];
  await his.send('never read');
  await his.carry(alice.home);
  await block(mine.context, { contact: 'bob' });
  await forget(mine.context, { contact: 'bob' });
  expect(await mine.inbox()).toEqual([]);
  for (const client of [mine, his]) client.drop();
});
