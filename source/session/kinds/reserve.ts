import type { Bytes } from '../../core/types.ts';
import { verifyBundle } from '../../protocol/blob.ts';
import { decodeBundle } from '../../protocol/bundle.ts';
import { isRejected } from '../../protocol/bytes.ts';
import { contactKey, keepReserve } from '../../store/contact-keys.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import { currentIdentity } from '../../store/identities.ts';
import type { Database } from '../../store/database.ts';
import { lastDelivered } from '../../store/order.ts';
import { generationsOf } from '../../store/prekeys.ts';
import { newestSession } from '../../store/sessions.ts';
import { compose } from '../sending/compose.ts';
import type { BodyOf } from '../../protocol/kinds/table.ts';
import type { Kind, Speaker, Work } from '../work/work.ts';
import { frozenReason } from '../people/find-contact.ts';
import { reserveBody } from '../keyring/make-bundle.ts';

/** A contact's bundle, kept in case a session is lost: PROTOCOL.md "Recovery". */
export const reserve: Kind<BodyOf<'reserve'>> = {
  apply: (work, from, { body }) => applyReserve(work, from, body),
  again: reserveBody,
};

/**
 * Gives a contact my newest reserve bundle, from which it can begin a new session any time, unless it has that one already
 * or does not use my newest identity key yet. PROTOCOL.md "Recovery".
 */
export async function giveReserve(work: Work, contactId: number): Promise<void> {
  const contact = contactOf(work.database, contactId);
  const identity = currentIdentity(work.database);
  const generation = generationsOf(work.database, identity.epoch)[0]?.at ?? 0;
  if (contact.reserveGiven === generation || contact.namedEpoch < identity.epoch) return;
  if (frozenReason(contact) || !newestSession(work.database, contactId, contact.followedEpoch)) return;
  changeContact(work.database, contactId, { reserveGiven: generation });
  await compose(work, contactId, reserveBody(work), { note: String(generation) });
}

/** The generation of my reserve bundle (when it was made, ms since 1970) that a contact is known to have; 0 for none since the first. */
export function reserveKnown(database: Database, contactId: number): number {
  return Number(lastDelivered(database, contactId, 'reserve') ?? 0);
}

/** Keeps a reserve bundle that the contact's newest key has signed, no matter in which session it came. */
function applyReserve(work: Work, { contactId }: Speaker, said: { bundle: Bytes; signature: Bytes }): void {
  const { epoch } = contactOf(work.database, contactId);
  const { identity } = contactKey(work.database, contactId, epoch);
  const bundle = verifyBundle(said.bundle, said.signature, identity)
    ? decodeBundle(said.bundle, identity)
    : null;
  if (!bundle || isRejected(bundle) || bundle.epoch !== epoch) return;
  keepReserve(work.database, { contactId, epoch, sealKey: bundle.sealKey, reserve: said.bundle });
}
