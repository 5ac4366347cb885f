import type { Database } from './database.ts';

/** What the database itself remembers of its owner. */
export type SettingKey =
  | 'name'
  | 'registration-id'
  | 'next-prekey-id'
  /** What the slot keys of this home begin with, hex of 16 bytes. PROTOCOL.md §8. */
  | 'slot-gate'
  /** When this identity was given up, ms since 1970. */
  | 'revoked-at'
  /** When the backup was made that this home was restored from, ms since 1970; until the contacts have heard. */
  | 'backed-up-at'
  /** Whether the contacts are still to hear that this home was restored. */
  | 'announce-due'
  /** When and where the contacts were told last that this home can be reached again, as JSON. */
  | 'return-told'
  /** How many files of the inbox a fault of the program set aside. */
  | 'bugs'
  /** The kinds of content that the program reads which had this home last, base64url of 32 bytes. */
  | 'kinds-read'
  /** Where this home can be reached, and where it could be within the last days (session/keyring/my-places.ts). */
  | 'places';

/** Reads a setting; throws when it was never written, which is a bug. */
export function readSetting(database: Database, key: SettingKey): string {
  const value = settingOrNull(database, key);
  if (value === null) throw new Error(`the setting ${key} was never written`);
  return value;
}

/** Reads a setting, null when it was never written. */
export function settingOrNull(database: Database, key: SettingKey): string | null {
  return database.get<{ value: string }>('SELECT value FROM settings WHERE key = ?', [key])?.value ?? null;
}

/** Removes a setting. */
export function deleteSetting(database: Database, key: SettingKey): void {
  database.run('DELETE FROM settings WHERE key = ?', [key]);
}

/** Writes a setting. */
export function writeSetting(database: Database, key: SettingKey, value: string): void {
  database.run('INSERT INTO settings VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', [
    key,
    value,
  ]);
}

/** Hands out an id that no prekey had before, of any kind. */
export function takePreKeyId(database: Database): number {
  const id = Number(readSetting(database, 'next-prekey-id'));
  writeSetting(database, 'next-prekey-id', String(id + 1));
  return id;
}
