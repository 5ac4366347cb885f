import type { Bytes, ContactState } from '../../core/types.ts';
import { sameBytes } from '../../core/bytes.ts';
import { isRejected } from '../../protocol/bytes.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { areSignedBy, bundleIn, type Keys } from '../../protocol/keys.ts';
import { readStatement, type SignedStatement, type Statement } from '../../protocol/rotate.ts';
import {
  contactKey,
  contactKeyOrNull,
  findKey,
  keepReserve,
  pinKey,
  type ContactKey,
} from '../../store/contact-keys.ts';
import { changeContact, contactOf, type ContactRow } from '../../store/contacts.ts';
import { identityOf } from '../../store/identities.ts';
import { takeSigned } from './take-profile.ts';
import { addNotice } from '../sending/notice.ts';
import type { Work } from '../work/work.ts';
import { inConflict } from '../people/find-contact.ts';
import { readChain, type Chain, type Following, type Step } from './read-chain.ts';

/** Keys, the contact that sent them, and the epoch of mine that they were sent to. */
type Said = { readonly contactId: number; readonly myEpoch: number; readonly keys: Keys };

/**
 * Tells whether keys lead to `sender`, an identity key (33 bytes) that is not one of the contact's: they do (`followed`), or they show that
 * one of the contact's keys has two successors (`fork`); null when they do neither.
 */
export function introduces(work: Work, said: Said, sender: Bytes): 'followed' | 'fork' | null {
  const contact = contactOf(work.database, said.contactId);
  const chain = readChain(work, contact, said.keys.statements);
  if (chain.came === 'fork') return chain.came;
  const leads = chain.came === 'followed' && sameBytes(chain.newest, sender);
  return leads && areProved(work, said, chain) ? 'followed' : null;
}

/**
 * Follows a contact's chain of identity keys as far as its statements lead, and takes over how to write to the newest, inside the
 * transaction that received them; says so when keys are refused, or show two successors of one key. All of it proves itself, so it does not
 * matter in which session it came. PROTOCOL.md "Rotation".
 */
export function followKeys(work: Work, said: Said): Following {
  const { contactId, keys } = said;
  const before = contactOf(work.database, contactId);
  const chain = readChain(work, before, keys.statements);
  const leads = chain.came === 'known' || chain.came === 'followed';
  const came = leads && !areProved(work, said, chain) ? 'refused' : chain.came;
  if (came === 'fork') freeze(work, before, chain);
  if (came === 'refused') addNotice(work, contactId, refused, 'refused key');
  if (came !== 'known' && came !== 'followed') return came;
  // A sender that had only old statements about itself proves nothing about its newest key.
  if (keys.profile.epoch < before.epoch) return 'known';
  moveOn(work, before, { chain, sealKey: keys.profile.sealKey });
  takeSigned(work, contactId, keys.profile);
  // The same keys may come again later, with a bundle that is older than the one here.
  if (contactKey(work.database, contactId, contactOf(work.database, contactId).epoch).reserve === null)
    keepBundle(work, contactId, keys);
  return came;
}

/** Makes the bundle that keys bring the reserve bundle of a contact, if it is one of its newest key. */
export function keepBundle(work: Work, contactId: number, keys: Keys): void {
  const { epoch } = contactOf(work.database, contactId);
  const { identity } = contactKey(work.database, contactId, epoch);
  const bundle = keys.profile.epoch === epoch ? bundleIn(keys, identity) : null;
  if (!bundle || isRejected(bundle)) return;
  keepReserve(work.database, { contactId, epoch, sealKey: keys.profile.sealKey, reserve: keys.bundle });
}

const refused = 'a key change arrived that does not fit their earlier keys; it was ignored';

/**
 * Tells whether keys are signed, for the key of mine that they were sent to, by the key they lead to; or by an older one when they lead
 * nowhere new.
 */
function areProved({ database }: Work, { contactId, myEpoch, keys }: Said, chain: Chain): boolean {
  const { epoch } = keys.profile;
  const older = chain.came === 'known' ? contactKeyOrNull(database, contactId, epoch)?.identity : undefined;
  const signer = epoch === chain.epoch ? chain.newest : older;
  const reader = identityOf(database, myEpoch)?.publicKey;
  return signer !== undefined && reader !== undefined && areSignedBy(keys, signer, reader);
}

/**
 * The contact whose pinned key leads to `newest` by these statements; `newest` is pinned then, with `sealKey`; null when there is no such
 * contact. A contact is in conflict from then on if they show a second successor of one of its keys.
 */
export function followTo(
  work: Work,
  statements: readonly SignedStatement[],
  { newest, sealKey }: { readonly newest: Bytes; readonly sealKey: Bytes },
): ContactRow | null {
  for (const { contactId } of keysBehind(work, statements)) {
    const contact = contactOf(work.database, contactId);
    const chain = readChain(work, contact, statements);
    if (chain.came === 'fork' && contact.state !== 'blocked') freeze(work, contact, chain);
    if (chain.came !== 'followed' || !sameBytes(chain.newest, newest)) continue;
    moveOn(work, contact, { chain, sealKey });
    return contactOf(work.database, contact.id);
  }
  return null;
}

/** The pinned keys that well-signed statements change, in their order. */
export function keysBehind(work: Work, statements: readonly SignedStatement[]): ContactKey[] {
  return statements.flatMap((signed) => {
    const said = readStatement(signed);
    return (!isRejected(said) && findKey(work.database, said.oldKey)) || [];
  });
}

function moveOn(
  work: Work,
  before: ContactRow,
  { chain, sealKey }: { readonly chain: Chain; readonly sealKey: Bytes },
): void {
  for (const step of chain.steps) {
    say(work, contactOf(work.database, before.id), step.said);
    follow(work, before.id, step, sealKey);
  }
}

function freeze(work: Work, contact: ContactRow, { newest, epoch }: Chain): void {
  changeContact(work.database, contact.id, { state: inConflict(contact), rival: newest });
  const known = fingerprint(contactKey(work.database, contact.id, epoch).identity);
  addNotice(
    work,
    contact.id,
    `two different new keys; sending is stopped\n${known}\n${fingerprint(newest)}`,
    'two keys',
  );
}

function follow(work: Work, contactId: number, { said, hash }: Step, sealKey: Bytes): void {
  const { state } = contactOf(work.database, contactId);
  const changed: ContactState = state === 'compared' ? 'changed-signed' : state;
  pinKey(work.database, { contactId, epoch: said.epoch, identity: said.newKey, sealKey }, work.now);
  changeContact(work.database, contactId, {
    state: changed,
    epoch: said.epoch,
    statementHash: hash,
    keyChangedAt: work.now,
    stranger: null,
  });
}

/** How many lines in an hour a contact has that changes its key again and again: the newest ones, with a count on them. */
const mostLines = 8;

function say(work: Work, before: ContactRow, { epoch, oldKey, newKey }: Statement): void {
  const cause = before.state === 'compared' ? 'signed by the key you verified' : 'signed by their old key';
  const keys = `${fingerprint(oldKey)} →\n${fingerprint(newKey)}`;
  addNotice(work, before.id, `new key, ${cause}\n${keys}`, `new key ${epoch % mostLines}`);
}
