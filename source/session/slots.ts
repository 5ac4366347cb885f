import type { Bytes } from '../core/types.ts';
import { limits } from '../core/limits.ts';
import type { Slot } from '../inbox/slots.ts';
import { slotId } from '../protocol/invitation.ts';
import { allContacts } from '../store/contacts.ts';
import type { ContactRow } from '../store/contacts.ts';
import type { Database } from '../store/database.ts';
import { openInvites } from '../store/invites.ts';
import type { Invite } from '../store/invites.ts';
import { oldSlots } from '../store/old-slots.ts';

/** Who may drop bytes through a slot. */
export type SlotOwner =
  | { readonly kind: 'contact'; readonly contactId: number; readonly replaced: boolean }
  | { readonly kind: 'invite'; readonly invite: Invite };

/** Everybody who has a slot, by slot id, with the key of the slot. */
export function slotOwners(database: Database): ReadonlyMap<string, { key: Bytes; owner: SlotOwner }> {
  const owners = new Map<string, { key: Bytes; owner: SlotOwner }>();
  const add = (key: Bytes, owner: SlotOwner): unknown => owners.set(slotId(key), { key, owner });
  for (const invite of openInvites(database)) add(invite.slot, { kind: 'invite', invite });
  const contacts = allContacts(database).filter(mayWrite);
  const allowed = new Set(contacts.map((contact) => contact.id));
  for (const old of oldSlots(database)) {
    if (allowed.has(old.contactId))
      add(old.slot, { kind: 'contact', contactId: old.contactId, replaced: true });
  }
  for (const contact of contacts) {
    add(contact.mySlot, { kind: 'contact', contactId: contact.id, replaced: false });
  }
  return owners;
}

/** Who asked through the card gets a slot when they are accepted. */
function mayWrite({ state, request }: ContactRow): boolean {
  return state !== 'blocked' && request !== 'received';
}

/** What slots.json holds: the right to drop bytes, and how many. */
export function slotList(database: Database): readonly Slot[] {
  return [...slotOwners(database)].map(([id, { key, owner }]) =>
    owner.kind === 'invite'
      ? { id, key, ...roomOf(owner.invite) }
      : { id, key, files: limits.slotFiles, bytes: limits.slotBytes },
  );
}

function roomOf({ cardSecret }: Invite): Omit<Slot, 'id' | 'key'> {
  return cardSecret
    ? { files: limits.cardSlotFiles, bytes: limits.cardSlotBytes, largest: limits.cardLargestBytes }
    : { files: limits.inviteSlotFiles, bytes: limits.inviteSlotBytes };
}
