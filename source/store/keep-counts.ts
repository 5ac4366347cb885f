const isQueued = (row: 'new' | 'old'): string => `(${row}.state = 'queued')`;
const readRow = '(SELECT read_row FROM main.contacts WHERE id = new.contact_id)';

/** One message changes a count by one; what changes more at once, or happens seldom, drops the counts of that contact. */
const changes = [
  `INSERT ON main.messages WHEN new.kind = 'text' AND new.direction = 'out' AND new.state = 'queued'
   BEGIN UPDATE counts SET queued = queued + 1 WHERE contact_id = new.contact_id; END`,
  `INSERT ON main.messages WHEN new.kind = 'text' AND new.direction = 'in' AND new.row > ${readRow}
   BEGIN UPDATE counts SET unread = unread + 1 WHERE contact_id = new.contact_id; END`,
  `UPDATE OF state ON main.messages
   WHEN new.kind = 'text' AND new.direction = 'out' AND ${isQueued('old')} <> ${isQueued('new')}
   BEGIN UPDATE counts SET queued = queued + ${isQueued('new')} - ${isQueued('old')} WHERE contact_id = new.contact_id; END`,
  `UPDATE OF kind, direction, contact_id, row ON main.messages
   BEGIN DELETE FROM counts WHERE contact_id IN (old.contact_id, new.contact_id); END`,
  'DELETE ON main.messages BEGIN DELETE FROM counts WHERE contact_id = old.contact_id; END',
  'UPDATE OF id, read_row ON main.contacts BEGIN DELETE FROM counts WHERE contact_id IN (old.id, new.id); END',
  'DELETE ON main.contacts BEGIN DELETE FROM counts WHERE contact_id = old.id; END',
];

/**
 * Statements that keep the counts of this connection, no matter which code changes a message: counting thousands of waiting messages for
 * every frame costs more than the frame.
 */
export const keepCounts = [
  'CREATE TEMP TABLE counts (contact_id INTEGER PRIMARY KEY, queued INTEGER NOT NULL, unread INTEGER NOT NULL)',
  ...changes.map((change, n) => `CREATE TEMP TRIGGER counts_${n} AFTER ${change}`),
].join(';\n');
