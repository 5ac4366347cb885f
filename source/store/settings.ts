import type { Database } from './database.ts';

/** Facts that the database itself remembers about its owner. */
type SettingKey =
  | 'name'
  | 'registration-id'
  | 'next-prekey-id'
  /** The beginning of all slot keys of this home, hex of 16 bytes. PROTOCOL.md §8. */
  | 'slot-gate'
  /** When this identity was revoked, ms since 1970. */
  | 'revoked-at'
  /** The time of the backup that this home was restored from, ms since 1970; kept until the contacts know. */
  | 'backed-up-at'
  /** Set until the contacts know that this home was restored. */
  | 'announce-due'
  /** The time and place of the last notice to contacts that this home can be reached again, as JSON. */
  | 'return-told'
  /** How many inbox files were set aside because of a fault of the program. */
  | 'bugs'
  /** The kinds of content that this home's last program could read, base64url of 32 bytes. */
  | 'kinds-read'
  /** The seed of the onion service's key, hex of 32 bytes. PROTOCOL.md "Onion service". */
  | 'onion-seed'
  /** The addresses where this home can be reached, or could be within the last days (session/keyring/my-places.ts). */
  | 'places';

/** Reads a setting; throws when it was never written, which is a bug. */
export function readSetting(database: Database, key: SettingKey): string {
  const value = settingOrNull(database, key);
  if (value === null) throw new Error(`the setting ${key} was never written`);
  return value;
}

/** Reads a setting; null when it was never written. */
export function settingOrNull(database: Database, key: SettingKey): string | null {
  const read = (): string | null =>
    database.get<{ value: string }>('SELECT value FROM settings WHERE key = ?', [key])?.value ?? null;
  return database.remembered.of('settings', key, read);
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

/** Returns an id that no prekey of any kind had before. */
export function takePreKeyId(database: Database): number {
  const id = Number(readSetting(database, 'next-prekey-id'));
  writeSetting(database, 'next-prekey-id', String(id + 1));
  return id;
}
