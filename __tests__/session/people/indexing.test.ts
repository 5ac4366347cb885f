import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTurns } from '../../../source/core/turns.ts';
import { createIndexing } from '../../../source/session/people/indexing.ts';
import type { Context } from '../../../source/session/work/work.ts';
import { emptyIndex, indexedAfter } from '../../../source/store/found-texts.ts';
import { add, conversation } from '../../support/conversation.ts';

test('keys and sockets have their turn while a long history is indexed', async () => {
  const { database, contactId } = await conversation();
  database.run('BEGIN');
  for (let seq = 1; seq <= 3000; seq += 1)
    add(database, { contactId, seq, text: `a lighthouse, number ${seq}, at the end of the pier` });
  emptyIndex(database);
  database.run('COMMIT');
  const own = { database, takeTurn: createTurns(), checkHeld: () => undefined, config: { address: '' } };
  const context = { ...own, finish: () => Promise.resolve() } as unknown as Context;
  const failed: unknown[] = [];
  const indexing = createIndexing(context, (error) => failed.push(error));
  indexing.ring();
  let free = 0;
  while (indexedAfter(database) > 0) {
    await setImmediate();
    free += 1;
  }
  await indexing.close();
  expect(failed).toEqual([]);
  expect(free).toBeGreaterThan(3);
});
