import { expect, test } from 'vitest';
import { allDrafts, keepDraft } from '../../source/store/drafts.ts';
import { forgetContact } from '../../source/store/forget.ts';
import { newContact, tempDatabase } from '../support/temp-database.ts';

test('keeps a draft until it is empty, and removes it with its contact', async () => {
  const database = await tempDatabase();
  const [bob, carol] = [newContact(database).id, newContact(database).id];
  keepDraft(database, bob, 'hel');
  keepDraft(database, bob, 'hello');
  keepDraft(database, carol, 'hi');
  expect(allDrafts(database)).toEqual(
    new Map([
      [bob, 'hello'],
      [carol, 'hi'],
    ]),
  );
  keepDraft(database, bob, '');
  forgetContact(database, carol);
  expect(allDrafts(database)).toEqual(new Map());
});
