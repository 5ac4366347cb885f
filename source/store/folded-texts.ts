/** Texts up to this row are not in the index, and cannot be taken out of it: SQLite would call the index damaged. */
export const indexedAfter =
  "coalesce((SELECT CAST(value AS INTEGER) FROM settings WHERE key = 'indexed-after'), 0)";

/** A step of the schema: the index knows a text by the result of core/fold.ts. It indexes existing texts again. */
export const foldTexts = `
  ALTER TABLE messages ADD COLUMN folded TEXT;
  DROP TRIGGER text_added;
  DROP TRIGGER text_removed;
  DROP TRIGGER text_hidden;
  DROP TRIGGER text_changed;
  DROP TRIGGER text_shown;
  DROP VIEW texts;
  CREATE VIEW texts AS SELECT row, coalesce(folded, text) AS text FROM messages WHERE kind = 'text';
  CREATE TRIGGER text_added AFTER INSERT ON messages WHEN new.kind = 'text'
  BEGIN INSERT INTO found_texts (rowid, text) VALUES (new.row, coalesce(new.folded, new.text)); END;
  CREATE TRIGGER text_removed AFTER DELETE ON messages WHEN old.kind = 'text' AND old.row > ${indexedAfter}
  BEGIN INSERT INTO found_texts (found_texts, rowid, text) VALUES ('delete', old.row, coalesce(old.folded, old.text)); END;
  CREATE TRIGGER text_hidden AFTER UPDATE OF kind, text ON messages WHEN old.kind = 'text' AND old.row > ${indexedAfter}
  BEGIN INSERT INTO found_texts (found_texts, rowid, text) VALUES ('delete', old.row, coalesce(old.folded, old.text)); END;
  CREATE TRIGGER text_changed AFTER UPDATE OF kind, text ON messages WHEN new.kind = 'text' AND new.row > ${indexedAfter}
  BEGIN INSERT INTO found_texts (rowid, text) VALUES (new.row, coalesce(new.folded, new.text)); END;
  INSERT INTO found_texts (found_texts) VALUES ('delete-all');
  INSERT OR REPLACE INTO settings SELECT 'indexed-after', CAST(max(row) AS TEXT) FROM messages HAVING count(*) > 0;
  `;

/** Makes the list of the index's terms, for one connection. SQLite, fts5vocab. */
export const listTerms = 'CREATE VIRTUAL TABLE temp.found_terms USING fts5vocab(main, found_texts, row)';
