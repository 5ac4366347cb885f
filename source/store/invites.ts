import type { Bytes } from '../core/types.ts';
import type { Database } from './database.ts';

/** An open invite; the secret itself is not kept. Slot and proof keys 32 bytes, blob 4096. */
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
};

const columns = `id, pickup_name AS pickupName, slot, proof, epoch, blob, one_time_id AS oneTimeId,
  kyber_id AS kyberId, created_at AS createdAt`;

/** All open invites, oldest first. */
export function openInvites(database: Database): readonly Invite[] {
  return database.all<Invite>(`SELECT ${columns} FROM invites ORDER BY id`);
}

/** Stores a new invite. */
export function addInvite(database: Database, invite: Omit<Invite, 'id'>): void {
  database.run(
    `INSERT INTO invites (pickup_name, slot, proof, epoch, blob, one_time_id, kyber_id, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      invite.pickupName,
      invite.slot,
      invite.proof,
      invite.epoch,
      invite.blob,
      invite.oneTimeId,
      invite.kyberId,
      invite.createdAt,
    ],
  );
}

/** Removes an invite that was used, withdrawn, or has expired, and the one-time keys that nobody used. */
export function removeInvite(database: Database, invite: Invite): void {
  database.run('DELETE FROM invites WHERE id = ?', [invite.id]);
  database.run("DELETE FROM prekeys WHERE kind = 'one-time' AND id = ?", [invite.oneTimeId]);
  database.run("DELETE FROM prekeys WHERE kind = 'kyber' AND id = ? AND keep = 0", [invite.kyberId]);
}
