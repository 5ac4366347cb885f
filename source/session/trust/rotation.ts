import { makeKeyPair } from '../../keys/identity.ts';
import type { Rotation } from '../../core/types.ts';
import { printableLine } from '../../core/printable.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { encodeSigned, signStatement } from '../../protocol/rotate.ts';
import { allContacts, changeContact, contactOf } from '../../store/contacts.ts';
import { addIdentity, addSealKey, currentIdentity, type Identity } from '../../store/identities.ts';
import { openInvites } from '../../store/invites.ts';
import { retireSlot } from '../../store/old-slots.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { labelOf } from '../people/find-contact.ts';
import { makeLastingPreKeys } from '../keyring/make-bundle.ts';
import { chainOf } from '../keyring/profile.ts';
import { newSlotKey, renewGate } from '../work/slots.ts';
import { refuseRevoked } from '../keyring/revoked.ts';
import { tellOwed } from './tell-owed.ts';

/**
 * Makes a new identity key, signed by the old one, with new seal key, prekeys and slots, and queues the statement for every contact, all in
 * one transaction. Open links are no longer handed out; anyone who has picked one up may still say hello. PROTOCOL.md "Rotation".
 */
export function rotate(context: Context): Promise<Rotation> {
  return turn(context, async (work) => {
    refuseRevoked(work);
    const identity = makeSuccessor(work);
    for (const link of openInvites(work.database)) work.withdrawn.add(link.pickupName);
    // A contact that asked through the card hears of a new key when it is accepted, a blocked one when it is unblocked.
    const contacts = allContacts(work.database).filter(({ request }) => request !== 'received');
    for (const { id } of contacts) {
      replaceSlot(work, id);
      await tellOwed(work, id, 'behind');
    }
    work.after.slots = true;
    work.after.publicKey = true;
    return {
      fingerprint: fingerprint(identity.publicKey),
      epoch: identity.epoch,
      told: contacts
        .filter(({ state }) => state !== 'blocked')
        .map((contact) => printableLine(labelOf(contact))),
    };
  });
}

function makeSuccessor(work: Work): Identity {
  const old = currentIdentity(work.database);
  const pair = makeKeyPair();
  const epoch = old.epoch + 1;
  const signed = signStatement(
    { epoch, time: work.now, oldKey: old.publicKey, newKey: pair.publicKey, previous: chainOf(old) },
    old.privateKey,
    pair.privateKey,
  );
  const identity: Identity = {
    epoch,
    ...pair,
    createdAt: work.now,
    retiredAt: null,
    signedStatement: encodeSigned(signed),
  };
  addIdentity(work.database, identity);
  addSealKey(work.database, { epoch, ...makeKeyPair() }, work.now);
  makeLastingPreKeys(work, identity);
  renewGate(work.database);
  return identity;
}

function replaceSlot(work: Work, contactId: number): void {
  const { mySlot } = contactOf(work.database, contactId);
  retireSlot(work.database, { slot: mySlot, contactId, retiredAt: work.now });
  changeContact(work.database, contactId, { mySlot: newSlotKey(work.database) });
  work.after.slots = true;
}
