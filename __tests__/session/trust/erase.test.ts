import { expect, test } from 'vitest';
import { ChatError } from '../../../source/core/errors.ts';
import { erase } from '../../../source/session/trust/erase.ts';
import type { Database } from '../../../source/store/database.ts';
import { isEraseDue } from '../../../source/store/forget.ts';
import { openMortal } from '../../support/mortal-client.ts';
import type { MortalClient } from '../../support/mortal-client.ts';
import { openFriends, textsOf } from '../../support/open-friends.ts';
import { tempFolder } from '../../support/temp-home.ts';
import { makeFriends } from '../../support/two-homes.ts';
import { until } from '../../support/until.ts';

/** A database that fails at statements that begin like this. */
function failingAt(start: string, database: Database): Database {
  return {
    ...database,
    run(sql, values) {
      if (sql.startsWith(start)) throw new ChatError('disk-full');
      return database.run(sql, values);
    },
  };
}

function saidIn(client: MortalClient): readonly string[] {
  return client.history().flatMap(({ kind, text }) => (kind === 'text' ? [text] : []));
}

test('a deleted message is gone from the screen, the history and the search, and stays with the other person', async () => {
  const { alice, bob } = await openFriends();
  const [{ id } = { id: 0 }] = await alice.contacts();
  await alice.openConversation(id);
  const [theirs] = (await alice.read({})).filter(({ text }) => text === 'hello');
  expect(await alice.erase({ row: theirs?.row ?? 0 })).toEqual({ erased: true });
  expect(await textsOf(alice)).toEqual(['hello to you']);
  expect(await alice.search({ text: 'hello' })).toHaveLength(1);
  await until('the screen shows it no more', () =>
    alice.state
      .get()
      .conversations.get(id)
      ?.messages.every(({ text }) => text !== 'hello'),
  );
  expect(await textsOf(bob)).toEqual(['hello', 'hello to you']);

  const sent = await bob.send({ contact: 'alice', text: 'another' });
  expect(await bob.wait({ ...sent, want: 'delivered', timeoutMs: 15_000 })).toEqual({ state: 'delivered' });
  const rest = await alice.read({});
  expect(rest.every(({ missingBefore }) => missingBefore === 0)).toBe(true);
  expect(rest.map(({ text }) => text)).not.toContain('hello');
});

test('refuses a message that does not exist, or no longer does', async () => {
  const { alice } = await openFriends();
  const [{ row } = { row: 0 }] = await alice.read({});
  await alice.erase({ row });
  await expect(alice.erase({ row })).rejects.toMatchObject({ code: 'message-unknown' });
  await expect(alice.erase({ row: 999_999 })).rejects.toMatchObject({ code: 'message-unknown' });
});

test('a deleted message without an envelope goes out as nothing, and does not hold up what follows', async () => {
  const [alice, bob] = await makeFriends(await tempFolder());
  const [mine, his] = [
    await openMortal(alice.home, alice.key, null),
    await openMortal(bob.home, bob.key, null),
  ];
  for (const text of ['one', 'two', 'three']) await mine.send(text);
  const { database } = mine.context;
  database.run('DELETE FROM outbox');
  const row = database.get<{ row: number }>("SELECT row FROM messages WHERE text = 'two'")?.row ?? 0;
  expect(await erase(mine.context, { row })).toEqual({ erased: true });
  await mine.send('four');
  while (await mine.carry(bob.home)) await his.receive(0);
  expect(saidIn(his).slice(-3)).toEqual(['one', 'three', 'four']);
  expect(his.history().every(({ missingBefore }) => missingBefore === 0)).toBe(true);
  for (const client of [mine, his]) client.drop();
});

test('deletes all or nothing, and clears what remains at the next start', async () => {
  const [alice] = await makeFriends(await tempFolder());
  const mine = await openMortal(alice.home, alice.key, null);
  await mine.send('to be deleted');
  const { database } = mine.context;
  const { row } = database.get<{ row: number }>("SELECT row FROM messages WHERE text = 'to be deleted'") ?? {
    row: 0,
  };

  const half = { ...mine.context, database: failingAt('INSERT OR IGNORE INTO settings', database) };
  await expect(erase(half, { row })).rejects.toMatchObject({ code: 'disk-full' });
  expect(saidIn(mine)).toContain('to be deleted');

  const full = { ...mine.context, database: failingAt('VACUUM', database) };
  expect(await erase(full, { row })).toEqual({ erased: false });
  expect([saidIn(mine).includes('to be deleted'), isEraseDue(database)]).toEqual([false, true]);
  mine.drop();
  const again = await openMortal(alice.home, alice.key, null);
  expect(isEraseDue(again.context.database)).toBe(false);
  again.drop();
});

test('empties only the log at once in a very large file', async () => {
  const [alice] = await makeFriends(await tempFolder());
  const mine = await openMortal(alice.home, alice.key, null);
  await mine.send('to be deleted');
  const { database } = mine.context;
  const { row } = database.get<{ row: number }>("SELECT row FROM messages WHERE text = 'to be deleted'") ?? {
    row: 0,
  };
  const large: Database = {
    ...database,
    get: (sql, values) =>
      database.get(sql.includes('pragma_page_count') ? 'SELECT 1 << 40 AS bytes' : sql, values),
  };
  const statements: string[] = [];
  const watched: Database = {
    ...large,
    run(sql, values) {
      statements.push(sql);
      return database.run(sql, values);
    },
  };
  expect(await erase({ ...mine.context, database: watched }, { row })).toEqual({ erased: false });
  expect(statements).not.toContain('VACUUM');
  expect(isEraseDue(database)).toBe(true);
  mine.drop();
});
