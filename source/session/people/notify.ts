import { ChatError } from '../../core/errors.ts';
import { fold } from '../../core/fold.ts';
import { limits } from '../../core/limits.ts';
import { isMuteOver } from '../../core/notify-choice.ts';
import type { Contact } from '../../core/types.ts';
import { allContacts, changeContact, contactSummary, type ContactRow } from '../../store/contacts.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { findContact } from './find-contact.ts';
import { reportContact } from './show.ts';

type Change = Partial<Pick<ContactRow, 'muted' | 'mutedAt' | 'mutedUntil' | 'notifyWord'>>;

/**
 * Sets whether a contact's messages cause notifications, for `forMs` or until the next change; messages still arrive and count as unread.
 */
export function mute(
  context: Context,
  { contact, muted, forMs }: { readonly contact: string; readonly muted: boolean; readonly forMs?: number },
): Promise<Contact> {
  return change(context, contact, (now) => {
    const isTimed = muted && forMs !== undefined;
    const until = isTimed ? now + Math.min(forMs, limits.muteMs) : null;
    return { muted: muted ? 1 : 0, mutedAt: isTimed ? now : null, mutedUntil: until };
  });
}

/** Notifies of all messages of a contact, or with a word only of those that contain it; ends a mute. Throws ChatError notify-word. */
export async function notify(
  context: Context,
  { contact, word }: { readonly contact: string; readonly word: string | null },
): Promise<Contact> {
  const wanted = word?.trim() ?? null;
  if (wanted !== null && (fold(wanted).trim() === '' || [...wanted].length > limits.notifyWordLetters))
    throw new ChatError('notify-word');
  return change(context, contact, () => ({ muted: 0, mutedAt: null, mutedUntil: null, notifyWord: wanted }));
}

function change(context: Context, contact: string, make: (now: number) => Change): Promise<Contact> {
  return turn(context, (work) => {
    const { id } = findContact(work.database, contact);
    changeContact(work.database, id, make(work.now));
    work.touched.add(id);
    return reportContact(work.database, contactSummary(work.database, id));
  });
}

/** Clears the mutes that are over; part of the clockwork. */
export function endMutes(work: Work): void {
  for (const row of allContacts(work.database)) {
    if (!isMuteOver(row, work.now)) continue;
    changeContact(work.database, row.id, { muted: 0, mutedAt: null, mutedUntil: null });
    work.touched.add(row.id);
  }
}
