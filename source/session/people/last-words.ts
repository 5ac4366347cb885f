import { printable } from '../../core/printable.ts';
import type { ContactView } from '../../core/types.ts';
import type { Database } from '../../store/database.ts';
import { lastWords } from '../../store/messages.ts';

/** How many letters of a text to read and to keep: more than any list is wide. */
const read = 600;
const kept = 60;

/** The preview of a conversation in a list: the first words of its newest text that are not a quote, and whether they are mine. */
export function viewLastWords(
  database: Database,
  contactId: number,
): Pick<ContactView, 'lastWords' | 'lastIsMine'> {
  const last = lastWords(database, contactId, read);
  return {
    // Do not cut by columns: measuring takes longer than everything else here, and the screen measures again.
    lastWords: printable([...wordsOf(last?.text ?? '')].slice(0, kept).join('')),
    lastIsMine: last?.direction === 'out',
  };
}

/** The text in one line, without the quotes and fences that it begins with, unless there is nothing else. */
function wordsOf(text: string): string {
  const lines = text.split(/\r\n|[\n\u0085\u2028\u2029]/u).filter((line) => line.trim() !== '');
  const first = lines.findIndex((line) => !/^(?:>|```)/u.test(line));
  return lines.slice(Math.max(0, first)).join(' ').replaceAll(/\s+/gu, ' ').trim();
}
