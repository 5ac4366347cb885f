import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** A link: the secret itself (16 bytes) is kept only for a card. Slot and proof keys 32 bytes, blob 4096. */
export type Invite = {
  readonly id: number;
  readonly pickupName: string;
  readonly slot: Bytes;
  readonly proof: Bytes;
  readonly epoch: number;
  readonly blob: Bytes;
  readonly oneTimeId: number;
  readonly kyberId: number;
  readonly createdAt: number;
  /** Set for a card, whose blob is sealed again and again; null for a link that works once. */
  readonly cardSecret: Bytes | null;
  /** The key of its voucher for a box (32 bytes); null for a link from before vouchers existed. */
  readonly voucher: Bytes | null;
  /** 1: it is past its life, and only a joiner who has already picked it up can still come in. */
  readonly closed: number;
};

/** The open invite that is the card. */
export type Card = Invite & { readonly cardSecret: Bytes };

const columns = `id, pickup_name AS pickupName, slot, proof, epoch, blob, one_time_id AS oneTimeId,
  kyber_id AS kyberId, created_at AS createdAt, card_secret AS cardSecret, voucher, closed`;

/** All links that a joiner can still come in by, oldest first, including closed ones. */
export function keptInvites(database: Database): readonly Invite[] {
  const sql = `SELECT ${columns} FROM invites ORDER BY id`;
  return database.remembered.of('invites', 'all', () => database.all<Invite>(sql));
}

/** All links that can still be picked up, oldest first. */
export function openInvites(database: Database): readonly Invite[] {
  return keptInvites(database).filter(({ closed }) => closed === 0);
}

/** Closes a link: nobody can pick it up any more. */
export function closeInvite(database: Database, id: number): void {
  database.run('UPDATE invites SET closed = 1 WHERE id = ?', [id]);
}

/** The card whose link names my identity of `epoch`, or null. */
export function openCard(database: Database, epoch: number): Card | null {
  const card = openInvites(database).find((invite) => invite.epoch === epoch && invite.cardSecret);
  return card?.cardSecret ? { ...card, cardSecret: card.cardSecret } : null;
}

/** Replaces the blob that is handed out for an invite. */
export function replaceBlob(database: Database, id: number, blob: Bytes): void {
  database.run('UPDATE invites SET blob = ? WHERE id = ?', [blob, id]);
}

/** Stores a new invite. */
export function addInvite(database: Database, invite: Omit<Invite, 'id' | 'closed'>): void {
  database.run(
    `INSERT INTO invites (pickup_name, slot, proof, epoch, blob, one_time_id, kyber_id, created_at, card_secret, voucher)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      invite.pickupName,
      invite.slot,
      invite.proof,
      invite.epoch,
      invite.blob,
      invite.oneTimeId,
      invite.kyberId,
      invite.createdAt,
      invite.cardSecret,
      invite.voucher,
    ],
  );
}

/** Removes an invite that was used, withdrawn or expired, and its unused one-time keys. */
export function removeInvite(database: Database, invite: Invite): void {
  database.run('DELETE FROM invites WHERE id = ?', [invite.id]);
  database.run("DELETE FROM prekeys WHERE kind = 'one-time' AND id = ?", [invite.oneTimeId]);
  database.run("DELETE FROM prekeys WHERE kind = 'kyber' AND id = ? AND keep = 0", [invite.kyberId]);
}

/** A single-use link that became a contact: the contact, and the time (ms since 1970) until which a second try of the link is reported. */
export type UsedLink = {
  readonly pickupName: string;
  /** The slot key that came with the link, 32 bytes; null when the link was used before slots were kept. */
  readonly slot: Bytes | null;
  readonly contactId: number;
  readonly until: number;
  /** 1 once a second try was reported. */
  readonly told: number;
};

/** Remembers the contact that a link led to. */
export function addUsedLink(database: Database, link: Omit<UsedLink, 'told'>): void {
  database.run('INSERT OR REPLACE INTO used_links VALUES (?, ?, ?, 0, ?)', [
    link.pickupName,
    link.contactId,
    link.until,
    link.slot,
  ]);
}

/** All used links that are remembered. */
export function usedLinks(database: Database): readonly UsedLink[] {
  return database.all<UsedLink>(
    'SELECT pickup_name AS pickupName, contact_id AS contactId, until, told, slot FROM used_links',
  );
}

/** Notes that a second try of a link was reported. */
export function markTold(database: Database, pickupName: string): void {
  database.run('UPDATE used_links SET told = 1 WHERE pickup_name = ?', [pickupName]);
}

/** Forgets the links that ended before `now`. */
export function deleteUsedLinks(database: Database, now: number): void {
  database.run('DELETE FROM used_links WHERE until < ?', [now]);
}
