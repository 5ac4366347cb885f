import { makeKeyPair } from '../../keys/identity.ts';
import type { Rotation } from '../../core/types.ts';
import { printableLine } from '../../core/printable.ts';
import { signBundle } from '../../protocol/blob.ts';
import { encodeBundle } from '../../protocol/bundle.ts';
import type { Bundle } from '../../protocol/bundle.ts';
import { concat } from '../../protocol/bytes.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import type { Body } from '../../protocol/content.ts';
import { signStatement } from '../../protocol/rotate.ts';
import type { Rotate } from '../../protocol/rotate.ts';
import { allContacts, changeContact, contactOf } from '../../store/contacts.ts';
import type { ContactRow } from '../../store/contacts.ts';
import { addIdentity, addSealKey, currentIdentity, identityOf } from '../../store/identities.ts';
import type { Identity } from '../../store/identities.ts';
import { openInvites } from '../../store/invites.ts';
import { retireSlot } from '../../store/old-slots.ts';
import { compose } from '../sending/compose.ts';
import type { Route } from '../sending/compose.ts';
import type { Context, Work } from '../context.ts';
import { turn } from '../context.ts';
import { labelOf } from '../find-contact.ts';
import { lastingBundle, makeBundle, makeLastingPreKeys } from '../pairing/make-bundle.ts';
import { chainOf } from '../pairing/profile.ts';
import { newSlotKey, renewGate } from '../slot-keys.ts';
import { refuseRevoked } from './refuse-revoked.ts';

/** What the history calls a hidden message that tells a new key, with its epoch. */
export const rotatePrefix = 'rotate ';

/**
 * Makes a new identity key, signed by the old one, with new seal key, prekeys and slots, and queues the statement for every
 * contact, all in one transaction. Open links are no longer handed out; who has picked one up may still say hello.
 * PROTOCOL.md "Rotation".
 */
export function rotate(context: Context): Promise<Rotation> {
  return turn(context, async (work) => {
    refuseRevoked(work);
    const identity = makeSuccessor(work);
    for (const link of openInvites(work.database)) work.withdrawn.add(link.pickupName);
    const contacts = allContacts(work.database).filter(isToFollow);
    for (const contact of contacts) await composeRotate(work, contact, identity);
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

/** Who asked through the card hears of a new key when they are accepted. */
function isToFollow({ request }: ContactRow): boolean {
  return request !== 'received';
}

/** Tells a contact once more, in a session that it has begun with an older key of mine, every statement after that key. */
export async function tellRotatesIn(work: Work, route: Route): Promise<void> {
  const { contactId, myEpoch } = route.session;
  const last = currentIdentity(work.database).epoch;
  for (let epoch = myEpoch + 1; epoch <= last; epoch += 1) {
    const identity = identityOf(work.database, epoch);
    if (!identity) return;
    const hiddenAs = `${rotatePrefix}${epoch}`;
    await compose(work, contactId, rotateAgain(work, contactId, identity), { hiddenAs, route });
  }
}

/** Sends a contact every statement after `fromEpoch`, oldest first. */
export async function composeRotates(work: Work, contactId: number, fromEpoch: number): Promise<void> {
  const last = currentIdentity(work.database).epoch;
  for (let epoch = fromEpoch + 1; epoch <= last; epoch += 1) {
    const identity = identityOf(work.database, epoch);
    if (identity) await composeRotate(work, contactOf(work.database, contactId), identity);
  }
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
    signedStatement: concat(signed.statement, signed.byOld, signed.byNew),
  };
  addIdentity(work.database, identity);
  addSealKey(work.database, { epoch, ...makeKeyPair() }, work.now);
  makeLastingPreKeys(work, identity);
  renewGate(work.database);
  return identity;
}

/** A contact that is blocked is told when it is unblocked: until then only that there is something to tell is kept. */
async function composeRotate(work: Work, { id, state }: ContactRow, identity: Identity): Promise<void> {
  const hiddenAs = `${rotatePrefix}${identity.epoch}`;
  replaceSlot(work, id);
  const body: Body =
    state === 'blocked'
      ? { kind: 'void' }
      : rotateBody(work, id, { identity, bundle: makeBundle(work, identity) });
  await compose(work, id, body, { hiddenAs });
}

/** Which epoch a hidden message of mine announces, 0 for one that is no key change. */
export function rotationIn(text: string): number {
  return text.startsWith(rotatePrefix) ? Number(text.slice(rotatePrefix.length)) : 0;
}

function replaceSlot(work: Work, contactId: number): void {
  const { mySlot } = contactOf(work.database, contactId);
  retireSlot(work.database, { slot: mySlot, contactId, retiredAt: work.now });
  changeContact(work.database, contactId, { mySlot: newSlotKey(work.database) });
  work.after.slots = true;
}

/**
 * What a contact that was told of a new identity before is told again: the same slot, and keys that nothing need be made for.
 * It can have this made as often as it likes.
 */
export function rotateAgain(work: Work, contactId: number, identity: Identity): Body {
  return rotateBody(work, contactId, { identity, bundle: lastingBundle(work, identity) });
}

type Successor = { readonly identity: Identity; readonly bundle: Bundle };

/** What one contact is told of a new identity: its slot, and a bundle. */
function rotateBody(work: Work, contactId: number, { identity, bundle: made }: Successor): Body {
  const slotKey = contactOf(work.database, contactId).mySlot;
  const bundle = encodeBundle(made);
  const bundleSignature = signBundle(bundle, identity.privateKey);
  return { kind: 'rotate', rotate: { ...splitStatement(identity), slotKey, bundle, bundleSignature } };
}

/** The parts of what an identity keeps of its statement; throws for the first identity, which is a bug. */
export function splitStatement(
  identity: Pick<Identity, 'signedStatement'>,
): Pick<Rotate, 'statement' | 'byOld' | 'byNew'> {
  const signed = identity.signedStatement;
  if (!signed) throw new Error('the first identity has no statement');
  return { statement: signed.slice(0, -128), byOld: signed.slice(-128, -64), byNew: signed.slice(-64) };
}
