import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** Keeps a slot that was replaced, for what is still under way. */
export function retireSlot(
  database: Database,
  old: { slot: Bytes; contactId: number; retiredAt: number },
): void {
  database.run('INSERT OR IGNORE INTO old_slots VALUES (?, ?, ?)', [old.slot, old.contactId, old.retiredAt]);
}

/** Replaced slots that still work, and whose they are. */
export function oldSlots(database: Database): ReadonlyArray<{ slot: Bytes; contactId: number }> {
  return database.all('SELECT slot, contact_id AS contactId FROM old_slots');
}

/** Ends slots that were replaced before `before` (ms since 1970). */
export function deleteOldSlots(database: Database, before: number): void {
  database.run('DELETE FROM old_slots WHERE retired_at < ?', [before]);
}
