import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** Whether an identity key (33 bytes) must not come in, neither by a link nor as a successor of another key. */
export function isBarred(database: Database, identity: Bytes): boolean {
  return database.get('SELECT 1 AS found FROM barred WHERE identity = ?', [identity]) !== undefined;
}
