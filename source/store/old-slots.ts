import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** Keeps a slot that was replaced, for envelopes that are still under way. */
export function retireSlot(
  database: Database,
  old: { slot: Bytes; contactId: number; retiredAt: number },
): void {
  database.run('INSERT OR IGNORE INTO old_slots VALUES (?, ?, ?)', [old.slot, old.contactId, old.retiredAt]);
}

/** Replaced slots that still work, and their contacts. */
export function oldSlots(database: Database): ReadonlyArray<{ slot: Bytes; contactId: number }> {
  return database.all('SELECT slot, contact_id AS contactId FROM old_slots');
}

/**
 * Ends slots that were replaced before `before` (ms since 1970). Slots of a contact that does not use my identity of `epoch` yet, and
 * may not know a newer slot, stay until they were replaced before `longest`.
 */
export function deleteOldSlots(
  database: Database,
  { before, longest, epoch }: { readonly before: number; readonly longest: number; readonly epoch: number },
): void {
  database.run(
    `DELETE FROM old_slots WHERE retired_at < ? AND (retired_at < ? OR EXISTS (
       SELECT 1 FROM contacts WHERE id = contact_id AND named_epoch >= ?))`,
    [before, longest, epoch],
  );
}

/**
 * A number that differs from before whenever contacts, their slots or links have changed, even within a transaction and after a rollback.
 */
export function slotVersion(database: Database): string {
  const sql = 'SELECT CAST(version AS TEXT) AS version FROM temp.slot_version';
  return database.get<{ version: string }>(sql)?.version ?? '';
}
