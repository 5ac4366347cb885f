import { ChatError } from '../core/errors.ts';
import { fold } from '../core/fold.ts';
import { limits } from '../core/limits.ts';
import type { Message } from '../core/types.ts';
import { searchTexts } from '../store/search.ts';
import { look } from './context.ts';
import type { Context } from './context.ts';
import { findContact } from './find-contact.ts';

/** The messages that hold a text, the newest last; nothing becomes read by it. Throws ChatError search-empty, contact-unknown. */
export async function search(
  context: Context,
  ask: { readonly text: string; readonly contact?: string; readonly last?: number },
): Promise<readonly Message[]> {
  const { text, contact, last = limits.historyRows } = ask;
  if (fold(text).trim() === '') throw new ChatError('search-empty');
  if ([...text].length > limits.searchLetters)
    throw new ChatError('search-long', String(limits.searchLetters));
  return look(context, (database) => {
    const contactId = contact === undefined ? null : findContact(database, contact).id;
    return searchTexts(database, { text, contactId, last });
  });
}
