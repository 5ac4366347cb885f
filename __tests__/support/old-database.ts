import Sqlcipher, { setLogger } from '@signalapp/sqlcipher';
import type { Bytes } from '../../source/core/types.ts';
import { migrations } from '../../source/store/migrations.ts';

/** Makes a database as a program of an earlier version left it, with what `sql` writes. */
export function makeOldDatabase(file: string, key: Bytes, version: number, sql: string): void {
  setLogger(() => undefined);
  const connection = new Sqlcipher(file);
  connection.pragma('cipher_log_level = NONE');
  connection.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
  for (const migration of migrations.slice(0, version)) connection.exec(migration);
  connection.exec(sql);
  connection.pragma(`user_version = ${version}`);
  connection.close();
}
