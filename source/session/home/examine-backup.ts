import { boxIdOf, publicKeyOf } from '../../core/box.ts';
import { isAddress, parsePlace } from '../../core/place.ts';
import { fold } from '../../core/fold.ts';
import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { isProxySetting } from '../../core/way-out.ts';
import type { Bytes, ContactState } from '../../core/types.ts';
import { keyPairOf } from '../../keys/identity.ts';
import { isWholePreKey } from '../../keys/prekeys.ts';
import { decodeBundle } from '../../protocol/bundle.ts';
import { fromBase64url, sameBytes } from '../../core/bytes.ts';
import { isRejected } from '../../protocol/bytes.ts';
import { importKey } from '../../protocol/import-key.ts';
import { readRevocation } from '../../protocol/revoke.ts';
import {
  noStatement,
  readStatement,
  splitSigned,
  statementHash,
  type Statement,
} from '../../protocol/rotate.ts';
import { backupRows, type BackupRows } from '../../store/backup-rows.ts';
import type { CheckedBackup } from '../../store/backup.ts';

/**
 * Checks what the rows of a backup mean, as if each came off the wire: anyone who has the passphrase could have made them by hand, and a
 * home with a key of the wrong length breaks only when it is used. Throws ChatError backup-damaged, disk-failed.
 */
export function examineBackup(checked: CheckedBackup): void {
  const rows = backupRows(checked);
  const made = rows.identities.at(-1);
  const newest = made?.public ?? new Uint8Array();
  const rules: ReadonlyArray<() => boolean> = [
    () => areIdentities(rows.identities),
    () => areStatements(rows.statements, made),
    () => haveKeys(rows),
    () => arePreKeys(rows, Number(checked.notes.get('next-prekey-id'))),
    () => rows.contacts.every((contact) => isContact(contact)),
    () => arePinned(rows),
    () => rows.slots.every(({ slot }) => slot.length === 32),
    () => rows.barred.every(({ identity }) => importKey(identity) !== null),
    () => rows.boxes.every((box) => isBox(box)),
    () => areSettings(checked.notes, newest),
  ];
  if (!rules.every((isKept) => isKept())) throw new ChatError('backup-damaged');
}

function isBox({ place, seed, voucher, seal }: BackupRows['boxes'][number]): boolean {
  const areKeys = seed.length === 32 && voucher.length === 32 && (seal === null || seal.length === 32);
  return areKeys && parsePlace(place)?.box === boxIdOf(publicKeyOf(seed));
}

type Identity = BackupRows['identities'][number];
type Made = Pick<Identity, 'epoch' | 'public' | 'signed_statement'>;

function areIdentities(identities: readonly Identity[]): boolean {
  const last = identities.length - 1;
  return (
    last >= 0 &&
    identities.every(
      (identity, at) =>
        isKeyPair(identity) &&
        isEpoch(identity.epoch) &&
        (identity.retired_at === null) === (at === last) &&
        isMadeBy(identity, identities[at - 1]),
    )
  );
}

function isKeyPair({ public: publicKey, private: privateKey }: { public: Bytes; private: Bytes }): boolean {
  if (importKey(publicKey) === null || privateKey.length !== 32) return false;
  const pair = keyPairOf(privateKey);
  // A private key that libsignal still has to clamp would come out as another key than the one that is kept.
  return sameBytes(pair.publicKey, publicKey) && sameBytes(pair.privateKey, privateKey);
}

/** Tells whether a statement made this identity, and follows from the one before it, if that is still there. */
function isMadeBy(identity: Made, before: Made | undefined): boolean {
  const { epoch, signed_statement: signed, public: publicKey } = identity;
  if (epoch === 1 || signed === null) return epoch === 1 && signed === null;
  const said = readStatement(splitSigned(signed));
  if (isRejected(said)) return false;
  const isOwn = said.epoch === epoch && sameBytes(said.newKey, publicKey);
  return isOwn && (before === undefined || goesOn(said, before));
}

function goesOn({ epoch, oldKey, previous }: Statement, before: Made): boolean {
  if (before.epoch !== epoch - 1) return before.epoch < epoch;
  const { signed_statement: signed } = before;
  const chain = signed ? statementHash(signed.slice(0, -128)) : noStatement;
  return sameBytes(oldKey, before.public) && sameBytes(previous, chain);
}

/** Tells whether each statement follows from the one before it, and the last made the newest identity. */
function areStatements(statements: BackupRows['statements'], newest: Identity | undefined): boolean {
  const led = statements.map(({ epoch, signed }): Made => {
    const said = readStatement(splitSigned(signed));
    return { epoch, public: isRejected(said) ? new Uint8Array() : said.newKey, signed_statement: signed };
  });
  const last = led.at(-1);
  if (!newest || !last) return newest?.epoch === 1;
  const isNewest = last.epoch === newest.epoch && sameBytes(last.public, newest.public);
  return isNewest && led.every((one, at) => isMadeBy(one, led[at - 1]));
}

function haveKeys({ identities, sealKeys, prekeys }: BackupRows): boolean {
  const newest = identities.at(-1)?.epoch;
  const has = (kind: string): boolean => prekeys.some((one) => one.kind === kind && one.epoch === newest);
  const seals = sealKeys.some(({ epoch }) => epoch === newest);
  return seals && has('signed') && has('kyber') && sealKeys.every((key) => isKeyPair(key));
}

function arePreKeys({ identities, prekeys }: BackupRows, next: number): boolean {
  const signers = new Map(identities.map(({ epoch, public: key }) => [epoch, key]));
  return prekeys.every((key) => {
    const signer = signers.get(key.epoch);
    return signer !== undefined && key.keep === 1 && key.id < next && isWholePreKey(key, signer);
  });
}

const states: Readonly<Record<ContactState, true>> = {
  requested: true,
  'not-compared': true,
  compared: true,
  'changed-signed': true,
  conflict: true,
  revoked: true,
  blocked: true,
};

type Contact = BackupRows['contacts'][number];

function isContact(contact: Contact): boolean {
  const { address, request = null, state_before_block: before = null, rival = null } = contact;
  const rules = [
    isName(contact.name),
    isName(contact.alias),
    address === '' || isAddress(address),
    isState(contact.state),
    before === null || isState(before),
    [null, 'sent', 'received'].includes(request),
    rival === null || importKey(rival) !== null,
    hasLength(contact.statement_hash, 32),
    hasLength(contact.their_slot, 32),
    hasLength(contact.my_slot, 32),
    hasLength(contact.stored_mark, 8),
    hasLength(contact.acked_mark, 8),
    isEpoch(contact.epoch),
    isEpoch(contact.followed_epoch),
    areLaterColumns(contact),
    contact.id > 0 && contact.next_seq > 0 && contact.stored_up_to >= 0,
  ];
  return !rules.includes(false);
}

/** Checks the columns that no earlier backup has. */
function areLaterColumns(contact: Contact): boolean {
  const { named_epoch: named = 1, stranger = null, muted = 0, notify_word: word = null } = contact;
  const rules = [
    isEpoch(named),
    stranger === null || importKey(stranger) !== null,
    hasLength(contact.abilities, 32),
    hasLength(contact.told_abilities, 32),
    hasLength(contact.my_reset, 16),
    hasLength(contact.their_reset, 16),
    hasLength(contact.proof, 32),
    isNotifyWord(word),
    muted === 0 || muted === 1,
  ];
  return !rules.includes(false);
}

/** Tells whether a word could have been chosen with /notify. */
function isNotifyWord(word: string | null): boolean {
  return word === null || (fold(word).trim() !== '' && [...word].length <= limits.notifyWordLetters);
}

function isState(state: string): boolean {
  return Object.hasOwn(states, state);
}

function isName(name: string | null): boolean {
  return name === null || Buffer.byteLength(name) <= limits.nameBytes;
}

/** A missing value passes; the schema decides whether it can be missing. */
function hasLength(bytes: Bytes | null | undefined, length: number): boolean {
  return bytes === null || bytes === undefined || bytes.length === length;
}

/** Tells whether every pinned key is one, and every contact has the one it is known by. */
function arePinned({ contacts, contactKeys }: BackupRows): boolean {
  const pinned = new Set(contactKeys.map((key) => `${key.contact_id} ${key.epoch}`));
  const areKeys = contactKeys.every(
    ({ identity, seal_key: sealKey, epoch, reserve = null }) =>
      isEpoch(epoch) &&
      importKey(identity) !== null &&
      importKey(sealKey) !== null &&
      (reserve === null || !isRejected(decodeBundle(reserve, identity))),
  );
  return areKeys && contacts.every(({ id, epoch }) => pinned.has(`${id} ${epoch}`));
}

function isEpoch(epoch: number): boolean {
  return epoch >= 1 && epoch <= 0xff_ff_ff_ff;
}

function areSettings(notes: ReadonlyMap<string, string>, identity: Bytes): boolean {
  const textOf = (key: string): string => notes.get(key) ?? '';
  const isNumber = (key: string, most: number): boolean =>
    /^[1-9]\d{0,15}$/u.test(textOf(key)) && Number(textOf(key)) <= most;
  const revocation = readRevocation(fromBase64url(textOf('revocation')) ?? new Uint8Array());
  const rules = [
    textOf('name') !== '' && isName(textOf('name')),
    isNumber('registration-id', 16_383),
    isNumber('next-prekey-id', 0xff_ff_ff),
    /^(?:[0-9a-f]{32})?$/u.test(textOf('slot-gate')),
    isProxySetting(textOf('proxy')),
    /^(?:[0-9a-f]{64})?$/u.test(textOf('onion-seed')),
    !isRejected(revocation) && sameBytes(revocation.identity, identity),
  ];
  return !rules.includes(false);
}
