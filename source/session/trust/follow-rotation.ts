import type { ContactState } from '../../core/types.ts';
import { isRejected, sameBytes } from '../../protocol/bytes.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { beginSession } from '../../protocol/ratchet.ts';
import { noStatement, readRotateBundle, readStatement, statementHash } from '../../protocol/rotate.ts';
import type { Rotate, Statement } from '../../protocol/rotate.ts';
import type { Bundle } from '../../protocol/bundle.ts';
import { isBarred } from '../../store/barred.ts';
import { contactKey, contactKeyOrNull, findKey, pinKey } from '../../store/contact-keys.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import type { ContactRow } from '../../store/contacts.ts';
import { currentIdentity, identityOf } from '../../store/identities.ts';
import type { Identity } from '../../store/identities.ts';
import { hasUnsent } from '../../store/unsent.ts';
import { compose } from '../sending/compose.ts';
import { composeQueued } from '../sending/compose-queued.ts';
import type { Work } from '../context.ts';
import { inConflict } from './frozen.ts';
import { readsFor, writeChanges } from '../ratchet-reads.ts';
import { rotatePrefix } from './rotation.ts';

const refused = 'a key change came that does not fit the keys before it; it was ignored';

/**
 * Follows a contact's rotation, inside the transaction that received it: moves the pin, begins the new session and
 * answers in it. Answers the line that the conversation shows. PROTOCOL.md "Rotation".
 */
export async function followRotation(work: Work, contactId: number, rotate: Rotate): Promise<string> {
  const contact = contactOf(work.database, contactId);
  const said = readStatement(rotate);
  if (isRejected(said)) return refused;
  if (isFork(work, contact, said)) return freeze(work, contact, said);
  const bundle = readRotateBundle(rotate, said.newKey);
  if (!fits(work, contact, said) || isRejected(bundle) || bundle.epoch !== said.epoch) return refused;
  moveThePin(work, contact, { said, rotate, bundle });
  const mine = knownIdentity(work, contact);
  const session = { contactId, myEpoch: mine.epoch, theirEpoch: said.epoch };
  const reads = readsFor(work, session, said.newKey);
  if (!reads) throw new Error('my identity is gone');
  writeChanges(work, session, await beginSession(reads, bundle));
  await compose(work, contactId, { kind: 'followed', epoch: said.epoch });
  await composeQueued(work, contactId);
  const cause = contact.state === 'compared' ? 'signed by the one you compared' : 'signed by the one before';
  return `new key, ${cause}\n${fingerprint(said.oldKey)} →\n${fingerprint(said.newKey)}`;
}

/** Mine that the contact knows, or will when it reads what is on its way: not one whose statement still waits here. */
function knownIdentity(work: Work, { id, followedEpoch }: ContactRow): Identity {
  const known = hasUnsent(work.database, id, rotatePrefix) ? identityOf(work.database, followedEpoch) : null;
  return known ?? currentIdentity(work.database);
}

function fits(work: Work, contact: ContactRow, said: Statement): boolean {
  const pinned = contactKey(work.database, contact.id, contact.epoch);
  return (
    said.epoch === contact.epoch + 1 &&
    sameBytes(said.oldKey, pinned.identity) &&
    sameBytes(said.previous, contact.statementHash ?? noStatement) &&
    findKey(work.database, said.newKey) === null &&
    !isBarred(work.database, said.newKey)
  );
}

/** Whether one key was given two different successors: then nobody can tell which is the person. */
function isFork(work: Work, contact: ContactRow, said: Statement): boolean {
  const before = contactKeyOrNull(work.database, contact.id, said.epoch - 1);
  const successor = contactKeyOrNull(work.database, contact.id, said.epoch);
  if (!before || !successor) return false;
  return sameBytes(before.identity, said.oldKey) && !sameBytes(successor.identity, said.newKey);
}

function freeze(work: Work, contact: ContactRow, said: Statement): string {
  changeContact(work.database, contact.id, { state: inConflict(contact), rival: said.newKey });
  const known = contactKey(work.database, contact.id, said.epoch);
  return `two different new keys, sending is stopped\n${fingerprint(known.identity)}\n${fingerprint(said.newKey)}`;
}

function moveThePin(
  work: Work,
  contact: ContactRow,
  next: { said: Statement; rotate: Rotate; bundle: Bundle },
): void {
  const { said, rotate, bundle } = next;
  const state: ContactState = contact.state === 'compared' ? 'changed-signed' : contact.state;
  const key = { contactId: contact.id, epoch: said.epoch, identity: said.newKey, sealKey: bundle.sealKey };
  pinKey(work.database, key, work.now);
  changeContact(work.database, contact.id, {
    state,
    epoch: said.epoch,
    statementHash: statementHash(rotate.statement),
    theirSlot: rotate.slotKey,
    keyChangedAt: work.now,
  });
}
