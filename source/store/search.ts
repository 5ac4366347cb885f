import { fold } from '../core/fold.ts';
import type { Message } from '../core/types.ts';
import type { Database } from './database.ts';
import { columns } from './messages.ts';
import { indexedAfter } from './found-texts.ts';

/** A search query; `contactId` null for all conversations, at most the `last` messages. */
type Wanted = { readonly text: string; readonly contactId: number | null; readonly last: number };

/** The index knows texts by three characters in a row. */
const leastIndexed = 3;
/** Rows to read at once where the index does not help. */
const scanRows = 1000;

/**
 * The texts that contain `text`, regardless of case, accents and vowel points, in the order they were stored: the `last` ones. About 1 ms
 * for 100,000.
 */
export function searchTexts(database: Database, wanted: Wanted): readonly Message[] {
  const text = wanted.text.toWellFormed().replaceAll('\0', '');
  const needle = fold(text);
  if ([...needle].length < leastIndexed) return scan(database, wanted, { needle, upTo: null });
  const after = indexedAfter(database);
  const found = findIndexed(database, { ...wanted, text: needle });
  const last = wanted.last - found.length;
  const older = after === 0 || last <= 0 ? [] : scan(database, { ...wanted, last }, { needle, upTo: after });
  return [...older, ...found];
}

/** Searches for one string of the query language, in which nothing is an operator. */
function findIndexed(database: Database, { text, contactId, last }: Wanted): readonly Message[] {
  const ofOne = contactId === null ? '' : 'AND m.contact_id = ?';
  const phrase = `"${text.replaceAll('"', '""')}"`;
  return database
    .all<Message>(
      `SELECT ${columns} FROM found_texts JOIN messages m ON m.row = found_texts.rowid
       WHERE found_texts MATCH ? ${ofOne} ORDER BY found_texts.rowid DESC LIMIT ?`,
      contactId === null ? [phrase, last] : [phrase, contactId, last],
    )
    .toReversed();
}

/** Reads one text after the other, the newest first: 100,000 in 0.1 to 0.2 s, where LIKE takes four times as long and folds less. */
function scan(
  database: Database,
  { contactId, last }: Wanted,
  { needle, upTo }: { readonly needle: string; readonly upTo: number | null },
): readonly Message[] {
  const found: number[] = [];
  const ofOne = contactId === null ? '' : 'AND contact_id = ?';
  const sql = `SELECT row, text FROM messages WHERE kind = 'text' AND row <= ? ${ofOne} ORDER BY row DESC LIMIT ?`;
  for (let before = upTo ?? Number.MAX_SAFE_INTEGER; found.length < last;) {
    const values = contactId === null ? [before, scanRows] : [before, contactId, scanRows];
    const rows = database.all<{ row: number; text: string }>(sql, values);
    for (const { row, text } of rows) if (fold(text).includes(needle)) found.push(row);
    if (rows.length < scanRows) break;
    before = (rows.at(-1)?.row ?? 1) - 1;
  }
  return found
    .slice(0, last)
    .toReversed()
    .flatMap((row) => database.all<Message>(`SELECT ${columns} FROM messages m WHERE m.row = ?`, [row]));
}
