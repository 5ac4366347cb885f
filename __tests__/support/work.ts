import { kinds } from '../../source/session/kinds/table.ts';
import type { Work } from '../../source/session/work/work.ts';
import type { Database } from '../../source/store/database.ts';

/** A piece of work on a database that no client is open on. */
export function workOn(database: Database, now = 1000): Work {
  return {
    database,
    kinds,
    registrationId: 1,
    now,
    address: '127.0.0.1:8080',
    touched: new Set(),
    owed: new Set(),
    heard: new Set(),
    recalled: new Set(),
    outgoing: new Set(),
    withdrawn: new Set(),
    after: { slots: false, publicKey: false, boxes: false, offered: [] },
  };
}
