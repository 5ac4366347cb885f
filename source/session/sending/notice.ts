import { limits } from '../../core/limits.ts';
import { addMessage, lastText } from '../../store/messages.ts';
import { isLast, lastTold, rememberTold, removeNotice } from '../../store/notices.ts';
import { newId } from './compose.ts';
import type { Work } from '../work/work.ts';

/** The topic of the line that says that something cannot be read: a line that explains the cause removes it. */
export const unreadableTopic = 'unreadable';
/** The topic of the line about an unanswered request for it: an answer removes the line. */
export const unheardTopic = 'unheard';

/**
 * Puts a line of the program itself at the end of a conversation, unless it is there already; `text` must be printable. For an event that
 * somebody else can cause as often as they like, `topic` names the subject: a line on that topic from within `limits.noticeAgainMs` is
 * taken away, and the new line says how often the event happened. docs/decisions "One line with a count".
 */
export function addNotice(work: Work, contactId: number, text: string, topic: string | null = null): void {
  work.touched.add(contactId);
  if (topic !== null) return tellAgain(work, contactId, { text, topic });
  if (lastText(work.database, contactId) !== text) put(work, contactId, text);
}

/** Removes the line on a topic, because it is no longer true. */
export function unsay(work: Work, contactId: number, topic: string): void {
  const told = lastTold(work.database, contactId, topic);
  if (told) removeNotice(work.database, told.row);
}

function tellAgain(work: Work, contactId: number, { text, topic }: { text: string; topic: string }): void {
  const { database, now } = work;
  const before = lastTold(database, contactId, topic);
  const isSame =
    before !== null &&
    (Math.abs(now - before.at) < limits.noticeAgainMs || isLast(database, contactId, before.row));
  const times = isSame ? before.times + 1 : 1;
  if (isSame) removeNotice(database, before.row);
  rememberTold(database, { contactId, topic, row: put(work, contactId, counted(text, times)), times });
}

/** The count goes at the end of the first line: the lines below hold keys. */
function counted(text: string, times: number): string {
  if (times === 1) return text;
  const first = firstLine(text);
  return `${first} (${times} times)${text.slice(first.length)}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function put(work: Work, contactId: number, text: string): number {
  return addMessage(work.database, {
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
