import { indexedAfter, foldTexts } from './folded-texts.ts';

/**
 * The schema as numbered steps: entry n brings a database from version n to n + 1. Never change a released step. AUTOINCREMENT where an id
 * is remembered outside the table: a number must not come back after its row was deleted.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE identities (
    epoch INTEGER PRIMARY KEY, public BLOB NOT NULL, private BLOB NOT NULL,
    created_at INTEGER NOT NULL, retired_at INTEGER,
    signed_statement BLOB
  ) STRICT;
  CREATE TABLE seal_keys (
    id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL REFERENCES identities ON DELETE CASCADE,
    public BLOB NOT NULL, private BLOB NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE prekeys (
    kind TEXT NOT NULL, id INTEGER NOT NULL, epoch INTEGER NOT NULL REFERENCES identities ON DELETE CASCADE,
    record BLOB NOT NULL, public BLOB NOT NULL, signature BLOB, keep INTEGER NOT NULL,
    created_at INTEGER NOT NULL, PRIMARY KEY (kind, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE base_keys (
    kyber_id INTEGER NOT NULL, signed_id INTEGER NOT NULL, base_key BLOB NOT NULL,
    PRIMARY KEY (kyber_id, signed_id, base_key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, alias TEXT, state TEXT NOT NULL, address TEXT NOT NULL,
    epoch INTEGER NOT NULL, statement_hash BLOB, their_slot BLOB NOT NULL, my_slot BLOB NOT NULL UNIQUE,
    next_seq INTEGER NOT NULL DEFAULT 1, stored_up_to INTEGER NOT NULL DEFAULT 0,
    receipt_due INTEGER NOT NULL DEFAULT 0, read_row INTEGER NOT NULL DEFAULT 0,
    followed_epoch INTEGER NOT NULL, created_at INTEGER NOT NULL, last_heard_at INTEGER,
    last_activity_at INTEGER NOT NULL, key_changed_at INTEGER
  ) STRICT;
  CREATE TABLE contact_keys (
    contact_id INTEGER NOT NULL REFERENCES contacts ON DELETE CASCADE, epoch INTEGER NOT NULL,
    identity BLOB NOT NULL UNIQUE, seal_key BLOB NOT NULL, retired_at INTEGER,
    PRIMARY KEY (contact_id, epoch)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sessions (
    contact_id INTEGER NOT NULL REFERENCES contacts ON DELETE CASCADE, my_epoch INTEGER NOT NULL,
    their_epoch INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY (contact_id, my_epoch, their_epoch)
  ) STRICT;
  CREATE TABLE old_slots (
    slot BLOB PRIMARY KEY, contact_id INTEGER NOT NULL REFERENCES contacts ON DELETE CASCADE,
    retired_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE invites (
    id INTEGER PRIMARY KEY, pickup_name TEXT NOT NULL UNIQUE, slot BLOB NOT NULL UNIQUE, proof BLOB NOT NULL,
    epoch INTEGER NOT NULL, blob BLOB NOT NULL, one_time_id INTEGER NOT NULL, kyber_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE messages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, contact_id INTEGER NOT NULL REFERENCES contacts ON DELETE CASCADE,
    direction TEXT NOT NULL, id BLOB NOT NULL, kind TEXT NOT NULL, seq INTEGER NOT NULL, place INTEGER NOT NULL,
    text TEXT NOT NULL, state TEXT NOT NULL, sent_at INTEGER NOT NULL, received_at INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX messages_by_id ON messages (contact_id, direction, id);
  CREATE UNIQUE INDEX messages_by_seq ON messages (contact_id, direction, seq) WHERE seq > 0;
  CREATE INDEX messages_by_place ON messages (contact_id, place, seq);
  CREATE INDEX messages_unread ON messages (contact_id, row) WHERE direction = 'in' AND kind = 'text';
  CREATE INDEX messages_queued ON messages (contact_id) WHERE direction = 'out' AND kind = 'text' AND state = 'queued';

  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, contact_id INTEGER NOT NULL REFERENCES contacts ON DELETE CASCADE,
    message_row INTEGER REFERENCES messages ON DELETE CASCADE, envelope BLOB NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX outbox_by_contact ON outbox (contact_id, id);
  CREATE INDEX outbox_by_message ON outbox (message_row);
  CREATE TABLE seen (hash BLOB PRIMARY KEY, contact_id INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE contacts ADD COLUMN request TEXT;
  ALTER TABLE contacts ADD COLUMN compared_at INTEGER;
  ALTER TABLE contacts ADD COLUMN rival BLOB;
  ALTER TABLE contacts ADD COLUMN state_before_block TEXT;
  ALTER TABLE contacts ADD COLUMN unknown_since INTEGER;
  ALTER TABLE contacts ADD COLUMN stored_mark BLOB NOT NULL DEFAULT x'0000000000000000';
  ALTER TABLE contacts ADD COLUMN acked_up_to INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE contacts ADD COLUMN acked_mark BLOB NOT NULL DEFAULT x'0000000000000000';
  ALTER TABLE contacts ADD COLUMN acked_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE contacts ADD COLUMN reset_at INTEGER;
  ALTER TABLE contacts ADD COLUMN reset_due INTEGER;
  ALTER TABLE contacts ADD COLUMN set_back_at INTEGER;
  ALTER TABLE contacts ADD COLUMN stale_at INTEGER;
  ALTER TABLE contacts ADD COLUMN reserve_given INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE contact_keys ADD COLUMN reserve BLOB;
  ALTER TABLE invites ADD COLUMN card_secret BLOB;
  CREATE TABLE barred (identity BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;

  DROP INDEX messages_by_id;
  CREATE UNIQUE INDEX messages_by_id ON messages (contact_id, direction, id) WHERE kind = 'text';
  CREATE INDEX messages_of_id ON messages (id);
  CREATE INDEX messages_waiting ON messages (contact_id, seq) WHERE direction = 'out' AND state = 'queued';

  CREATE VIEW texts AS SELECT row, text FROM messages WHERE kind = 'text';
  CREATE VIRTUAL TABLE found_texts USING fts5 (text, content = 'texts', content_rowid = 'row',
    tokenize = 'trigram remove_diacritics 1');
  INSERT INTO found_texts (found_texts, rank) VALUES ('secure-delete', 1);
  INSERT INTO found_texts (found_texts) VALUES ('rebuild');
  CREATE TRIGGER text_added AFTER INSERT ON messages WHEN new.kind = 'text'
  BEGIN INSERT INTO found_texts (rowid, text) VALUES (new.row, new.text); END;
  CREATE TRIGGER text_removed AFTER DELETE ON messages WHEN old.kind = 'text' AND old.row > ${indexedAfter}
  BEGIN INSERT INTO found_texts (found_texts, rowid, text) VALUES ('delete', old.row, old.text); END;
  CREATE TRIGGER text_hidden AFTER UPDATE OF kind, text ON messages WHEN old.kind = 'text' AND old.row > ${indexedAfter}
  BEGIN INSERT INTO found_texts (found_texts, rowid, text) VALUES ('delete', old.row, old.text); END;
  CREATE TRIGGER text_changed AFTER UPDATE OF kind, text ON messages WHEN old.kind = 'text' AND new.kind = 'text'
  BEGIN INSERT INTO found_texts (rowid, text) VALUES (new.row, new.text); END;
  `,
  // contact_id refers to nothing: a try of a link is reported even when its contact was deleted.
  `
  CREATE TABLE used_links (
    pickup_name TEXT PRIMARY KEY, contact_id INTEGER NOT NULL, until INTEGER NOT NULL, told INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // The network's view of a text is deleted with the text, whether the text is hidden, changed or deleted.
  `
  ALTER TABLE messages ADD COLUMN delivered_at INTEGER;
  CREATE TABLE wire (
    message_row INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE, ratchet INTEGER NOT NULL,
    bytes INTEGER NOT NULL, envelope BLOB, head TEXT, status INTEGER, tries INTEGER, accepted_at INTEGER
  ) STRICT;
  CREATE INDEX wire_kept ON wire (message_row) WHERE envelope IS NOT NULL;
  CREATE TRIGGER wire_forgotten AFTER UPDATE OF kind, text ON messages WHEN new.kind <> 'text' OR new.text <> old.text
  BEGIN DELETE FROM wire WHERE message_row = old.row; END;
  `,
  'ALTER TABLE contacts ADD COLUMN muted INTEGER NOT NULL DEFAULT 0;',
  'ALTER TABLE outbox ADD COLUMN ratchet INTEGER;',
  'ALTER TABLE contacts ADD COLUMN told_address TEXT;',
  `
  CREATE TABLE drafts (
    contact_id INTEGER PRIMARY KEY REFERENCES contacts ON DELETE CASCADE, text TEXT NOT NULL
  ) STRICT;
  `,
  // The program's line on a topic, and how often it was repeated.
  `
  CREATE TABLE told (
    contact_id INTEGER NOT NULL REFERENCES contacts ON DELETE CASCADE, topic TEXT NOT NULL,
    message_row INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE, times INTEGER NOT NULL,
    PRIMARY KEY (contact_id, topic)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX told_by_message ON told (message_row);
  `,
  'ALTER TABLE wire ADD COLUMN proof TEXT;',
  // Everything owed to a contact is kept as a state and repeated until the contact names it: keys, resets, hellos, lost messages.
  `
  ALTER TABLE contacts ADD COLUMN named_epoch INTEGER NOT NULL DEFAULT 0;
  UPDATE contacts SET named_epoch = followed_epoch;
  ALTER TABLE contacts ADD COLUMN revoke_named INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE contacts ADD COLUMN abilities BLOB;
  ALTER TABLE contacts ADD COLUMN told_abilities BLOB;
  ALTER TABLE contacts ADD COLUMN my_reset BLOB;
  ALTER TABLE contacts ADD COLUMN their_reset BLOB;
  ALTER TABLE contacts ADD COLUMN stranger BLOB;
  ALTER TABLE contacts ADD COLUMN again_from INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE contacts ADD COLUMN again_to INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE contacts ADD COLUMN proof BLOB;
  ALTER TABLE contact_keys ADD COLUMN first_seq INTEGER;
  ALTER TABLE outbox ADD COLUMN what TEXT NOT NULL DEFAULT 'content';
  ALTER TABLE outbox ADD COLUMN address TEXT;
  ALTER TABLE outbox ADD COLUMN slot BLOB;
  ALTER TABLE messages ADD COLUMN again INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX messages_again ON messages (contact_id, seq) WHERE direction = 'out' AND again = 1;
  CREATE INDEX messages_undelivered ON messages (contact_id, seq)
    WHERE direction = 'out' AND state IN ('queued', 'sent');
  CREATE TRIGGER text_shown AFTER UPDATE OF kind ON messages WHEN old.kind <> 'text' AND new.kind = 'text'
  BEGIN INSERT INTO found_texts (rowid, text) VALUES (new.row, new.text); END;
  CREATE TABLE paces (
    contact_id INTEGER NOT NULL REFERENCES contacts ON DELETE CASCADE, what TEXT NOT NULL, at INTEGER NOT NULL,
    pause INTEGER NOT NULL, PRIMARY KEY (contact_id, what)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE marks (
    contact_id INTEGER NOT NULL REFERENCES contacts ON DELETE CASCADE, seq INTEGER NOT NULL, mark BLOB NOT NULL,
    PRIMARY KEY (contact_id, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE kept_contents (
    message_row INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE, epoch INTEGER NOT NULL,
    my_epoch INTEGER NOT NULL, content BLOB NOT NULL
  ) STRICT;
  `,
  // A joiner who picked a link up in time can come in later; and its listener proves that a link was used.
  `
  ALTER TABLE invites ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE used_links ADD COLUMN slot BLOB;
  `,
  foldTexts,
  // The proof of a key is needed for longer than earlier keys are kept.
  `
  CREATE TABLE statements (epoch INTEGER PRIMARY KEY, signed BLOB NOT NULL) STRICT;
  INSERT INTO statements SELECT epoch, signed_statement FROM identities WHERE signed_statement IS NOT NULL;
  `,
  // The kind of a message's content gets its own column, and so does the body if it may go out again.
  `
  ALTER TABLE messages ADD COLUMN what TEXT;
  ALTER TABLE messages ADD COLUMN body BLOB;
  UPDATE messages SET what = CASE WHEN text = '' THEN 'erased' WHEN instr(text, ' ') > 0 THEN substr(text, 1, instr(text, ' ') - 1)
    ELSE text END WHERE kind = 'hidden';
  UPDATE messages SET text = iif(what = 'reserve', substr(text, 9), '') WHERE kind = 'hidden';
  `,
  // This home's boxes at other listeners, and others' rights to have one here.
  `
  CREATE TABLE boxes (
    id INTEGER PRIMARY KEY, place TEXT NOT NULL UNIQUE, seed BLOB NOT NULL, voucher BLOB NOT NULL, seal BLOB,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE vouchers (
    key BLOB PRIMARY KEY, files INTEGER NOT NULL, bytes INTEGER NOT NULL, boxes INTEGER NOT NULL,
    days INTEGER NOT NULL, created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  ALTER TABLE messages ADD COLUMN in_box INTEGER NOT NULL DEFAULT 0;
  `,
  // A link also lets its joiner make a box.
  `
  ALTER TABLE invites ADD COLUMN voucher BLOB;
  ALTER TABLE boxes ADD COLUMN contact_id INTEGER;
  `,
  // A mute may end by itself, and a contact may be announced only when a word is in its message. PROTOCOL.md §9.
  `
  ALTER TABLE contacts ADD COLUMN muted_at INTEGER;
  ALTER TABLE contacts ADD COLUMN muted_until INTEGER;
  ALTER TABLE contacts ADD COLUMN notify_word TEXT;
  `,
  // The end of each text, for searches of one or two letters. The index ended at a NUL: where there is one, it is made again.
  `
  INSERT INTO found_texts (found_texts) SELECT 'delete-all'
    WHERE EXISTS (SELECT 1 FROM messages WHERE kind = 'text' AND instr(CAST(text AS BLOB), x'00') > 0);
  INSERT OR REPLACE INTO settings SELECT 'indexed-after', CAST(max(row) AS TEXT) FROM messages
    WHERE EXISTS (SELECT 1 FROM messages WHERE kind = 'text' AND instr(CAST(text AS BLOB), x'00') > 0) HAVING count(*) > 0;
  CREATE INDEX messages_ending ON messages (lower(substr(coalesce(folded, text), -2))) WHERE kind = 'text';
  `,
];
