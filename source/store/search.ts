import { fold } from '../core/fold.ts';
import type { Message } from '../core/types.ts';
import type { Database } from './database.ts';
import { columns } from './messages.ts';
import { indexedAfter } from './found-texts.ts';
import { findByTerms, termsWith } from './search-short.ts';

/** A search query; `contactId` null for all conversations, at most the `last` messages. */
type Wanted = { readonly text: string; readonly contactId: number | null; readonly last: number };

/** The index knows texts by three characters in a row. */
const leastIndexed = 3;
/** Rows to read at once where the index does not help. */
const scanRows = 1000;
/** A common letter is found in this many rows; only after them is the index asked for a rare one. */
const newestRows = 10_000;

/** A range of rows: those after `after`, up to `upTo`. */
type Rows = { readonly after: number; readonly upTo: number };

/**
 * The texts that contain `text`, regardless of case, accents and vowel points, in the order they were stored: the `last` ones. About 1 ms
 * for 100,000, and 10 ms for one or two letters where the index helps.
 */
export function searchTexts(database: Database, wanted: Wanted): readonly Message[] {
  const text = wanted.text.toWellFormed().replaceAll('\0', '');
  const needle = fold(text);
  const ask = { ...wanted, text: needle };
  const rows = [...needle].length < leastIndexed ? findShort(database, ask) : findLong(database, ask);
  const sql = `SELECT ${columns} FROM messages m WHERE m.row = ?`;
  return rows.toReversed().flatMap((row) => database.all<Message>(sql, [row]));
}

/** The rows that contain three letters or more, the newest first. */
function findLong(database: Database, wanted: Wanted): readonly number[] {
  const after = indexedAfter(database);
  const found = findIndexed(database, wanted);
  return [...found, ...scan(database, without(wanted, found), { after: 0, upTo: after })];
}

/**
 * The rows that contain one or two letters, the newest first. Where the newest rows do not have enough of them, the index is asked for all
 * of its terms that begin with these letters, and the texts for those that end with them.
 */
function findShort(database: Database, wanted: Wanted): readonly number[] {
  const newest = { after: Math.max(0, lastRow(database) - newestRows), upTo: Number.MAX_SAFE_INTEGER };
  const found = [...scan(database, wanted, newest)];
  const upTo = newest.after;
  if (found.length >= wanted.last || upTo === 0) return found;
  const after = Math.min(indexedAfter(database), upTo);
  const terms = termsWith(database, wanted.text);
  if (!terms) return [...found, ...scan(database, without(wanted, found), { after: 0, upTo })];
  found.push(...findByTerms(database, without(wanted, found), { ...terms, after, upTo }));
  return [...found, ...scan(database, without(wanted, found), { after: 0, upTo: after })];
}

function without(wanted: Wanted, found: readonly number[]): Wanted {
  return { ...wanted, last: wanted.last - found.length };
}

function lastRow(database: Database): number {
  return database.get<{ row: number | null }>('SELECT max(row) AS row FROM messages')?.row ?? 0;
}

/** Searches for one string of the query language, in which nothing is an operator. */
function findIndexed(database: Database, { text, contactId, last }: Wanted): readonly number[] {
  const ofOne = contactId === null ? '' : 'AND m.contact_id = ?';
  const phrase = `"${text.replaceAll('"', '""')}"`;
  return database
    .all<{ row: number }>(
      `SELECT m.row AS row FROM found_texts JOIN messages m ON m.row = found_texts.rowid
       WHERE found_texts MATCH ? ${ofOne} ORDER BY found_texts.rowid DESC LIMIT ?`,
      contactId === null ? [phrase, last] : [phrase, contactId, last],
    )
    .map(({ row }) => row);
}

/** Reads one text after the other, the newest first: 100,000 in 0.1 to 0.2 s, where LIKE takes four times as long and folds less. */
function scan(
  database: Database,
  { text: needle, contactId, last }: Wanted,
  { after, upTo }: Rows,
): readonly number[] {
  const found: number[] = [];
  const ofOne = contactId === null ? '' : 'AND contact_id = ?';
  const sql = `SELECT row, text FROM messages WHERE kind = 'text' AND row > ? AND row <= ? ${ofOne} ORDER BY row DESC LIMIT ?`;
  for (let before = upTo; found.length < last && before > after;) {
    const values = contactId === null ? [after, before] : [after, before, contactId];
    const rows = database.all<{ row: number; text: string }>(sql, [...values, scanRows]);
    for (const { row, text } of rows) if (fold(text).includes(needle)) found.push(row);
    if (rows.length < scanRows) break;
    before = (rows.at(-1)?.row ?? 1) - 1;
  }
  return found.slice(0, Math.max(0, last));
}
