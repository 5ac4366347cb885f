import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** A box of this home at another listener: its place, the seed of its key, and the voucher that it is claimed with (32 bytes each). */
type BoxRow = {
  readonly id: number;
  readonly place: string;
  readonly seed: Bytes;
  readonly voucher: Bytes;
  /** The key agreed with the host (32 bytes); null until the host has granted the box. */
  readonly seal: Bytes | null;
  readonly createdAt: number;
  /** The contact whose link it came with; 0 before that contact exists, null for a box that was lent. */
  readonly contactId: number | null;
};

/** A lent right to make boxes here: its key (32 bytes), and the size of each box. */
type VoucherRow = {
  readonly key: Bytes;
  readonly files: number;
  readonly bytes: number;
  readonly boxes: number;
  readonly days: number;
};

/** All boxes of this home, oldest first, including those whose claim was not answered yet. */
export function allBoxes(database: Database): readonly BoxRow[] {
  const sql =
    'SELECT id, place, seed, voucher, seal, created_at AS createdAt, contact_id AS contactId FROM boxes ORDER BY id';
  return database.remembered.of('boxes', 'all', () => database.all<BoxRow>(sql));
}

/** The places of the boxes that were granted, oldest first. */
export function boxPlaces(database: Database): readonly string[] {
  return allBoxes(database).flatMap(({ place, seal }) => (seal ? [place] : []));
}

/** Stores a box before it is claimed: after a crash the same box is claimed again. */
export function addBox(database: Database, box: Omit<BoxRow, 'id' | 'seal'>): void {
  database.run('INSERT INTO boxes (place, seed, voucher, created_at, contact_id) VALUES (?, ?, ?, ?, ?)', [
    box.place,
    box.seed,
    box.voucher,
    box.createdAt,
    box.contactId,
  ]);
}

/** Notes that the host has granted the box at this place. */
export function grantBox(database: Database, place: string, seal: Bytes): void {
  database.run('UPDATE boxes SET seal = ? WHERE place = ?', [seal, place]);
}

/** Notes whose link brought the box at this place. */
export function setBoxContact(database: Database, place: string, contactId: number): void {
  database.run('UPDATE boxes SET contact_id = ? WHERE place = ?', [contactId, place]);
}

/** Forgets the boxes that came with the link of a contact; returns whether there were any. */
export function dropBoxesOf(database: Database, contactId: number): boolean {
  const before = allBoxes(database).length;
  database.run('DELETE FROM boxes WHERE contact_id = ?', [contactId]);
  return allBoxes(database).length < before;
}

/** Forgets boxes that were begun with a link before `before`, and whose claim was never answered. */
export function dropBegunBoxes(database: Database, before: number): void {
  database.run('DELETE FROM boxes WHERE contact_id = 0 AND seal IS NULL AND created_at < ?', [before]);
}

/** Forgets the box at this place. */
export function removeBox(database: Database, place: string): void {
  database.run('DELETE FROM boxes WHERE place = ?', [place]);
}

/** All vouchers that were lent. */
export function allVouchers(database: Database): readonly VoucherRow[] {
  const sql = 'SELECT key, files, bytes, boxes, days FROM vouchers ORDER BY created_at, key';
  return database.remembered.of('vouchers', 'all', () => database.all<VoucherRow>(sql));
}

/** Stores a voucher. */
export function addVoucher(database: Database, voucher: VoucherRow, now: number): void {
  const { key, files, bytes, boxes, days } = voucher;
  const sql = 'INSERT INTO vouchers (key, files, bytes, boxes, days, created_at) VALUES (?, ?, ?, ?, ?, ?)';
  database.run(sql, [key, files, bytes, boxes, days, now]);
}

/** Takes the voucher with this key back. */
export function removeVoucher(database: Database, key: Bytes): void {
  database.run('DELETE FROM vouchers WHERE key = ?', [key]);
}
