import { addMessage, lastText } from '../../store/messages.ts';
import { newId } from './compose.ts';
import type { Work } from '../context.ts';

/** Puts a line of the program itself at the end of a conversation, unless it is there already; `text` must be printable. */
export function addNotice(work: Work, contactId: number, text: string): void {
  work.touched.add(contactId);
  if (lastText(work.database, contactId) === text) return;
  addMessage(work.database, {
    contactId,
    direction: 'in',
    id: newId(),
    kind: 'notice',
    seq: 0,
    text,
    state: 'received',
    sentAt: work.now,
    receivedAt: work.now,
  });
}
