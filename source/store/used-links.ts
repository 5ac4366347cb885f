import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** A single-use link that became a contact: the contact, and the time (ms since 1970) until which a second try of the link is reported. */
export type UsedLink = {
  readonly pickupName: string;
  /** The slot key that came with the link, 32 bytes; null when the link was used before slots were kept. */
  readonly slot: Bytes | null;
  readonly contactId: number;
  readonly until: number;
  /** 1 once a second try was reported. */
  readonly told: number;
};

/** Remembers the contact that a link led to. */
export function addUsedLink(database: Database, link: Omit<UsedLink, 'told'>): void {
  database.run('INSERT OR REPLACE INTO used_links VALUES (?, ?, ?, 0, ?)', [
    link.pickupName,
    link.contactId,
    link.until,
    link.slot,
  ]);
}

/** All used links that are remembered. */
export function usedLinks(database: Database): readonly UsedLink[] {
  return database.all<UsedLink>(
    'SELECT pickup_name AS pickupName, contact_id AS contactId, until, told, slot FROM used_links',
  );
}

/** Notes that a second try of a link was reported. */
export function markTold(database: Database, pickupName: string): void {
  database.run('UPDATE used_links SET told = 1 WHERE pickup_name = ?', [pickupName]);
}

/** Forgets the links that ended before `now`. */
export function deleteUsedLinks(database: Database, now: number): void {
  database.run('DELETE FROM used_links WHERE until < ?', [now]);
}
