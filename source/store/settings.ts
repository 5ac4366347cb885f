import type { Database } from './database.ts';

/** What the database itself remembers of its owner. */
export type SettingKey = 'name' | 'registration-id' | 'next-prekey-id';

/** Reads a setting; throws when it was never written, which is a bug. */
export function readSetting(database: Database, key: SettingKey): string {
  const row = database.get<{ value: string }>('SELECT value FROM settings WHERE key = ?', [key]);
  if (!row) throw new Error(`the setting ${key} was never written`);
  return row.value;
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
