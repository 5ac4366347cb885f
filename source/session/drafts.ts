import { isContact } from '../store/contacts.ts';
import { allDrafts, keepDraft } from '../store/drafts.ts';
import type { Context } from './context.ts';
import { look, turn } from './context.ts';

/** What was begun to be written before this start. */
export function readDrafts(context: Context): Promise<ReadonlyMap<number, string>> {
  return look(context, allDrafts);
}

/** Keeps a draft; of a contact that is gone there is none. */
export function storeDraft(context: Context, contactId: number, text: string): Promise<void> {
  return turn(context, ({ database }) => {
    if (isContact(database, contactId)) keepDraft(database, contactId, text);
  });
}
