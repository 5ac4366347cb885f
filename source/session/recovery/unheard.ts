import { contactOf } from '../../store/contacts.ts';
import { settingOrNull } from '../../store/settings.ts';
import type { Work } from '../context.ts';

/**
 * Whether this home was restored, and nothing of a contact could be read since: then an unknown key in its name may be one
 * that the lost home had followed, and whose statement comes again.
 */
export function isUnheard({ database }: Work, contactId: number): boolean {
  const restoredAt = settingOrNull(database, 'restored-at');
  return restoredAt !== null && (contactOf(database, contactId).lastHeardAt ?? 0) <= Number(restoredAt);
}
