import { ChatError } from '../../core/errors.ts';
import type { Database } from '../../store/database.ts';
import { settingOrNull } from '../../store/settings.ts';
import type { Work } from '../work/work.ts';

/** Tells whether this identity was revoked. */
export function isRevoked(database: Database): boolean {
  return settingOrNull(database, 'revoked-at') !== null;
}

/** Throws ChatError home-revoked when this identity was given up. */
export function refuseRevoked({ database }: Pick<Work, 'database'>): void {
  if (isRevoked(database)) throw new ChatError('home-revoked');
}
