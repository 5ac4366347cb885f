import type { Bytes } from '../core/types.ts';
import { ChatError } from '../core/errors.ts';
import { readBackup, type BackupFile } from './backup.ts';

type Keys = { readonly epoch: number; readonly public: Bytes; readonly private: Bytes };

/** The rows of a backup that need checks beyond their types, named after their tables. */
export type BackupRows = {
  /** By epoch, the oldest first. */
  readonly identities: ReadonlyArray<Keys & { retired_at: number | null; signed_statement: Bytes | null }>;
  /** By epoch, the oldest first. */
  readonly statements: ReadonlyArray<{ readonly epoch: number; readonly signed: Bytes }>;
  readonly sealKeys: readonly Keys[];
  readonly prekeys: ReadonlyArray<{
    readonly kind: string;
    readonly id: number;
    readonly epoch: number;
    readonly record: Bytes;
    readonly public: Bytes;
    readonly signature: Bytes | null;
    readonly keep: number;
  }>;
  readonly contacts: ReadonlyArray<{
    readonly id: number;
    readonly name: string;
    readonly alias: string | null;
    readonly state: string;
    readonly address: string;
    readonly epoch: number;
    readonly statement_hash: Bytes | null;
    readonly their_slot: Bytes;
    readonly my_slot: Bytes;
    readonly next_seq: number;
    readonly stored_up_to: number;
    readonly followed_epoch: number;
    readonly stored_mark?: Bytes;
    readonly acked_mark?: Bytes;
    readonly rival?: Bytes | null;
    readonly request?: string | null;
    readonly state_before_block?: string | null;
    readonly named_epoch?: number;
    readonly abilities?: Bytes | null;
    readonly told_abilities?: Bytes | null;
    readonly my_reset?: Bytes | null;
    readonly their_reset?: Bytes | null;
    readonly stranger?: Bytes | null;
    readonly proof?: Bytes | null;
    readonly muted?: number;
    readonly notify_word?: string | null;
  }>;
  readonly contactKeys: ReadonlyArray<{
    readonly contact_id: number;
    readonly epoch: number;
    readonly identity: Bytes;
    readonly seal_key: Bytes;
    readonly reserve?: Bytes | null;
  }>;
  readonly slots: ReadonlyArray<{ readonly slot: Bytes }>;
  readonly barred: ReadonlyArray<{ readonly identity: Bytes }>;
  readonly boxes: ReadonlyArray<{
    readonly place: string;
    readonly seed: Bytes;
    readonly voucher: Bytes;
    readonly seal: Bytes | null;
  }>;
};

/** More rows of each table than any home has, and few enough to hold in memory. */
const mostRows = 100_000;

/** Queries that find faulty rows in tables too large to return. */
const faults = [
  `SELECT 1 FROM messages WHERE direction NOT IN ('in', 'out') OR kind NOT GLOB '[a-z]*' OR state NOT GLOB '[a-z]*'
     OR seq < 0 OR place < 0 OR octet_length(id) <> 16`,
  'SELECT 1 FROM seen WHERE octet_length(hash) <> 32',
  'SELECT 1 FROM base_keys WHERE octet_length(base_key) <> 33',
  "SELECT 1 FROM numbers WHERE seq < coalesce((SELECT max(id) FROM contacts), 0) AND name = 'contacts'",
  "SELECT 1 FROM numbers WHERE seq < coalesce((SELECT max(row) FROM messages), 0) AND name = 'messages'",
];

/** The same for tables that an older backup lacks. */
const faultsOfLater: Readonly<Record<string, readonly string[]>> = {
  marks: ['SELECT 1 FROM marks WHERE seq < 0 OR octet_length(mark) <> 8'],
  kept_contents: ['SELECT 1 FROM kept_contents WHERE epoch < 1 OR my_epoch < 1'],
};

/** Reads the rows of a backup whose shape has been checked. Throws ChatError backup-damaged, disk-failed. */
export function backupRows(backup: BackupFile): BackupRows {
  return readBackup(backup, (ask) => {
    const there = new Set(ask('SELECT name FROM sqlite_schema').map(({ name }) => name));
    const all = (table: string, order = ''): readonly never[] => {
      const rows = there.has(table) ? ask(`SELECT * FROM ${table} ${order} LIMIT ${mostRows + 1}`) : [];
      if (rows.length > mostRows) throw new ChatError('backup-damaged');
      return rows as readonly never[];
    };
    const laterFaults = Object.entries(faultsOfLater).flatMap(([table, more]) =>
      there.has(table) ? more : [],
    );
    for (const fault of [...faults, ...laterFaults])
      if (ask(`${fault} LIMIT 1`).length > 0) throw new ChatError('backup-damaged');
    return {
      identities: all('identities', 'ORDER BY epoch'),
      statements: all('statements', 'ORDER BY epoch'),
      sealKeys: all('seal_keys'),
      prekeys: all('prekeys'),
      contacts: all('contacts'),
      contactKeys: all('contact_keys'),
      slots: all('old_slots'),
      barred: all('barred'),
      boxes: all('boxes'),
    };
  });
}
