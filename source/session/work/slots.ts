import type { Bytes } from '../../core/types.ts';
import { limits } from '../../core/limits.ts';
import type { Slot } from '../../inbox/slots.ts';
import { gateBytes, slotId } from '../../core/request.ts';
import { allContacts } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { keptInvites, usedLinks, type Invite } from '../../store/invites.ts';
import { oldSlots, slotVersion } from '../../store/old-slots.ts';
import { randomBytes } from 'node:crypto';
import { fromHex, toHex } from '../../core/bytes.ts';
import { concat } from '../../protocol/bytes.ts';
import { settingOrNull, writeSetting } from '../../store/settings.ts';

/** The owner of a slot. A blocked contact may drop nothing through its own slot; anything it did drop there is thrown away. */
export type SlotOwner =
  | { readonly kind: 'contact'; readonly contactId: number; readonly replaced: boolean }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'invite'; readonly invite: Invite };

type SlotOwners = ReadonlyMap<string, { readonly key: Bytes; readonly owner: SlotOwner }>;

const known = new WeakMap<Database, { readonly version: string; readonly owners: SlotOwners }>();

/** Everybody who has a slot, by slot id, with the key of the slot; read again only when that has changed. */
export function slotOwners(database: Database): SlotOwners {
  const version = slotVersion(database);
  const before = known.get(database);
  if (before?.version === version) return before.owners;
  const owners = readOwners(database);
  known.set(database, { version, owners });
  return owners;
}

function readOwners(database: Database): SlotOwners {
  const owners = new Map<string, { key: Bytes; owner: SlotOwner }>();
  const add = (key: Bytes, owner: SlotOwner): unknown => owners.set(slotId(key), { key, owner });
  for (const invite of keptInvites(database)) add(invite.slot, { kind: 'invite', invite });
  // A contact that asked through the card gets a slot when it is accepted.
  const contacts = allContacts(database).filter(({ request }) => request !== 'received');
  const states = new Map(contacts.map(({ id, state }) => [id, state]));
  const of = (contactId: number, replaced: boolean): SlotOwner =>
    states.get(contactId) === 'blocked' ? { kind: 'blocked' } : { kind: 'contact', contactId, replaced };
  for (const { slot, contactId } of oldSlots(database)) {
    if (states.has(contactId)) add(slot, of(contactId, true));
  }
  for (const { id, mySlot } of contacts) add(mySlot, of(id, false));
  return owners;
}

/** The contents of slots.json: the right to drop bytes, and how many. */
export function slotList(database: Database): readonly Slot[] {
  const allowed = [...slotOwners(database)].filter(([, { owner }]) => owner.kind !== 'blocked');
  const used = new Map(usedLinks(database).map(({ slot, pickupName }) => [slot && slotId(slot), pickupName]));
  return allowed.map(([id, { key, owner }]) => {
    if (owner.kind === 'invite') return { id, key, ...roomOf(owner.invite) };
    const link = used.get(id);
    return { id, key, files: limits.slotFiles, bytes: limits.slotBytes, ...(link && { link }) };
  });
}

function roomOf({ cardSecret, pickupName: link }: Invite): Omit<Slot, 'id' | 'key'> {
  return cardSecret
    ? { files: limits.cardSlotFiles, bytes: limits.cardSlotBytes, largest: limits.cardLargestBytes }
    : { files: limits.inviteSlotFiles, bytes: limits.inviteSlotBytes, link };
}

/** A slot key for a contact (32 bytes): this home's gate, then 16 bytes that are the contact's own. PROTOCOL.md §8. */
export function newSlotKey(database: Database): Bytes {
  const gate = settingOrNull(database, 'slot-gate') ?? renewGate(database);
  return concat(fromHex(gate), randomBytes(gateBytes));
}

/** Makes the gate of the slots to come; to be called with each new identity. Returns it in hex. */
export function renewGate(database: Database): string {
  const gate = toHex(randomBytes(gateBytes));
  writeSetting(database, 'slot-gate', gate);
  return gate;
}
