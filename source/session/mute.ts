import type { Contact } from '../core/types.ts';
import { changeContact, contactSummary } from '../store/contacts.ts';
import type { Context } from './context.ts';
import { turn } from './context.ts';
import { findContact } from './find-contact.ts';
import { reportContact } from './show.ts';

/** Whether messages of a contact are told of; they come and count all the same. */
export function mute(
  context: Context,
  ask: { readonly contact: string; readonly muted: boolean },
): Promise<Contact> {
  return turn(context, (work) => {
    const { id } = findContact(work.database, ask.contact);
    changeContact(work.database, id, { muted: ask.muted ? 1 : 0 });
    work.touched.add(id);
    return reportContact(work.database, contactSummary(work.database, id));
  });
}
