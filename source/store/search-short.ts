import type { Database } from './database.ts';

// The index knows each text by all its groups of three characters. One or two letters in a text are therefore the beginning of such a
// group, or they stand at the very end of the text: an index of the last two characters knows these.

/** More groups or endings than these cost more than to read all texts. */
const mostTerms = 256;
const mostEndings = 2_000;

/** The last two characters of a text, as in the index of migrations.ts. */
const ending = 'lower(substr(coalesce(folded, text), -2))';

/** The groups of three that begin with some letters, and the endings that contain them. */
type Terms = { readonly terms: readonly string[]; readonly endings: readonly string[] };

/** SQLite reads the first two as the third; nothing comes after the last. */
const unlikeOthers = /[\uFFFE\uFFFF\uFFFD\u{10FFFF}]/u;

/** The terms for one or two folded letters; null when there are too many, or the index cannot tell. */
export function termsWith(database: Database, letters: string): Terms | null {
  if (unlikeOthers.test(letters)) return null;
  const terms = database
    .all<{ term: string }>('SELECT term FROM temp.found_terms WHERE term >= ? AND term < ? LIMIT ?', [
      letters,
      after(letters),
      mostTerms + 1,
    ])
    .map(({ term }) => term);
  const endings = endingsWith(database, letters);
  return terms.length > mostTerms || !endings ? null : { terms, endings };
}

/** The first string behind all those that begin with some letters. */
function after(letters: string): string {
  const points = [...letters].map((letter) => letter.codePointAt(0) ?? 0);
  const last = points.pop() ?? 0;
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}

/** All endings that contain some letters; null when there are too many different ones. */
function endingsWith(database: Database, letters: string): readonly string[] | null {
  if ([...letters].length > 1) return [letters];
  const all = database.all<{ ending: string }>(
    `SELECT ending FROM (
       WITH RECURSIVE each (ending) AS (
         SELECT (SELECT min(${ending}) FROM messages WHERE kind = 'text')
         UNION ALL
         SELECT (SELECT min(${ending}) FROM messages WHERE kind = 'text' AND ${ending} > each.ending) FROM each
         WHERE each.ending IS NOT NULL)
       SELECT ending FROM each WHERE ending IS NOT NULL LIMIT ?)`,
    [mostEndings + 1],
  );
  if (all.length > mostEndings) return null;
  return all.flatMap(({ ending: one }) => (one.includes(letters) ? [one] : []));
}

/** The `last` rows with one of the terms, the newest first, of those after `after` and up to `upTo`. */
export function findByTerms(
  database: Database,
  { contactId, last }: { readonly contactId: number | null; readonly last: number },
  { terms, endings, after: from, upTo }: Terms & { readonly after: number; readonly upTo: number },
): readonly number[] {
  const ofOne = contactId === null ? '' : 'AND m.contact_id = ?';
  const one = contactId === null ? [] : [contactId];
  const match = terms.map((term) => `"${term.replaceAll('"', '""')}"`).join(' OR ');
  const begun =
    terms.length === 0
      ? []
      : database.all<{ row: number }>(
          `SELECT m.row AS row FROM found_texts JOIN messages m ON m.row = found_texts.rowid
           WHERE found_texts MATCH ? AND found_texts.rowid > ? AND found_texts.rowid <= ? ${ofOne}
           ORDER BY found_texts.rowid DESC LIMIT ?`,
          [match, from, upTo, ...one, last],
        );
  const ended = database.all<{ row: number }>(
    `SELECT row FROM messages m WHERE kind = 'text' AND ${ending} IN (SELECT value FROM json_each(?))
     AND row > ? AND row <= ? ${ofOne} ORDER BY row DESC LIMIT ?`,
    [JSON.stringify(endings), from, upTo, ...one, last],
  );
  const rows = new Set([...begun, ...ended].map(({ row }) => row));
  return [...rows].toSorted((a, b) => b - a).slice(0, last);
}
