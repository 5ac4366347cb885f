import { createDecipheriv } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

const pageBytes = 4096;
/** At the end of a page: the IV, and its HMAC-SHA512. SQLCipher 4. */
const reservedBytes = 16 + 64;
/** In place of the first bytes of the file, which are those of every SQLite file. */
const saltBytes = 16;
const logHead = 32;
const frameHead = 24;

/** Every page of a database file and of its log, decrypted with the raw key: those that nothing uses any more too. */
export function decryptPages(file: string, key: Uint8Array): readonly Buffer[] {
  const database = readFileSync(file);
  const log = existsSync(`${file}-wal`) ? readFileSync(`${file}-wal`) : Buffer.alloc(0);
  const frames = Math.max(0, Math.floor((log.length - logHead) / (frameHead + pageBytes)));
  const pages = Array.from({ length: database.length / pageBytes }, (_, at) =>
    decrypt(database.subarray(at * pageBytes, (at + 1) * pageBytes), key, at === 0),
  );
  const logged = Array.from({ length: frames }, (_, at) => {
    const start = logHead + at * (frameHead + pageBytes);
    const isFirst = log.readUInt32BE(start) === 1;
    return decrypt(log.subarray(start + frameHead, start + frameHead + pageBytes), key, isFirst);
  });
  return [...pages, ...logged];
}

function decrypt(page: Buffer, key: Uint8Array, isFirst: boolean): Buffer {
  const end = pageBytes - reservedBytes;
  const decipher = createDecipheriv('aes-256-cbc', key, page.subarray(end, end + 16)).setAutoPadding(false);
  return Buffer.concat([decipher.update(page.subarray(isFirst ? saltBytes : 0, end)), decipher.final()]);
}
