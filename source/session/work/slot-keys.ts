import { randomBytes } from 'node:crypto';
import type { Bytes } from '../../core/types.ts';
import { fromHex, toHex } from '../../core/bytes.ts';
import { concat } from '../../protocol/bytes.ts';
import { gateBytes } from '../../core/request.ts';
import type { Database } from '../../store/database.ts';
import { settingOrNull, writeSetting } from '../../store/settings.ts';

/** A slot key for a contact (32 bytes): this home's gate, then 16 bytes that are the contact's own. PROTOCOL.md §8. */
export function newSlotKey(database: Database): Bytes {
  const gate = settingOrNull(database, 'slot-gate') ?? renewGate(database);
  return concat(fromHex(gate), randomBytes(gateBytes));
}

/** Makes the gate of the slots to come; to be called with each new identity. Answers it in hex. */
export function renewGate(database: Database): string {
  const gate = toHex(randomBytes(gateBytes));
  writeSetting(database, 'slot-gate', gate);
  return gate;
}
