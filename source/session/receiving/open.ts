import type { Bytes } from '../../core/types.ts';
import { limits } from '../../core/limits.ts';
import { parseMessageName } from '../../core/message-name.ts';
import { isRejected, type Rejected } from '../../protocol/bytes.ts';
import { decodeContent } from '../../protocol/kinds/content.ts';
import { openEnvelope, type Inner } from '../../protocol/envelope.ts';
import { ratchetDecrypt } from '../../protocol/ratchet.ts';
import { findKey, type ContactKey } from '../../store/contact-keys.ts';
import { changeContact, contactOf, isContact } from '../../store/contacts.ts';
import { sealKeys } from '../../store/identities.ts';
import type { Invite } from '../../store/invites.ts';
import { markSeen } from '../../store/sessions.ts';
import { keepCame, type Came } from '../../store/wire.ts';
import { acceptHello } from './accept-hello.ts';
import { allowanceOf } from '../work/allowance.ts';
import { apply } from './apply.ts';
import { meet, meetReadable, type Readable } from './meet.ts';
import { composeQueued } from '../sending/compose.ts';
import { joinPart, partOf, type Speaker, type Work } from '../work/work.ts';
import { noteBug } from '../work/note-bug.ts';
import { savepoint } from '../../store/commit.ts';
import { isBegun, readsFor, writeChanges } from '../work/ratchet-reads.ts';
import { giveReserve } from '../kinds/reserve.ts';
import type { SlotOwner } from '../work/slots.ts';
import { noteSecondUser } from '../trust/second-user.ts';
import { tellOwed } from '../trust/tell-owed.ts';

/** An envelope from the inbox, its SHA-256, and the name of its file. */
export type Arrived = { readonly bytes: Bytes; readonly hash: Bytes; readonly name: string };

/**
 * The fate of an envelope: `good`; `unreadable`, so that a contact can be asked for it again; `unplaced`, which came through a link and
 * names a contact as its sender, as anybody with the link can; one in the name of a contact by a `stranger` (an identity key of 33 bytes);
 * or `refused`, because it breaks a rule. `myEpoch` is the key that it was sent to.
 */
export type Verdict =
  | { readonly kind: 'good' | 'refused' }
  | { readonly kind: 'unreadable'; readonly contactId: number; readonly myEpoch?: number }
  | { readonly kind: 'unplaced'; readonly contactId: number }
  | { readonly kind: 'stranger'; readonly sender: Bytes; readonly myEpoch: number };

const good: Verdict = { kind: 'good' };
const refused: Verdict = { kind: 'refused' };

/**
 * The middle of the receive line for one envelope: opens it, decrypts it in the session of the slot's owner, and
 * stores what it says. When the verdict is not `good`, the caller takes back everything.
 */
export async function openAndApply(
  work: Work,
  owner: Exclude<SlotOwner, { kind: 'blocked' }>,
  arrived: Arrived,
): Promise<Verdict> {
  const opened = openWithAny(work, arrived.bytes);
  if (isRejected(opened)) return refused;
  if (owner.kind === 'contact') {
    const { contactId } = owner;
    return opened ? openFrom(work, contactId, { ...opened, arrived }) : { kind: 'unreadable', contactId };
  }
  if (!opened) return refused;
  const came = await acceptHello(work, owner.invite, { ...opened, hash: arrived.hash });
  return came === 'accepted' ? good : readThroughLink(work, owner.invite, { ...opened, arrived, came });
}

async function openFrom(work: Work, contactId: number, opened: OpenedHere): Promise<Verdict> {
  const key = findKey(work.database, opened.inner.sender);
  // An envelope from another contact is here because someone mixed up the inbox; it says nothing about this contact.
  if (key && key.contactId !== contactId) return refused;
  const came = await readFrom(work, contactId, { key, opened });
  if (came === 'applied') heard(work, contactId, { myEpoch: opened.myEpoch, key });
  if (came === 'applied' || came === 'said') return good;
  if (came !== 'used' || !key || !showsSecondUser(key, opened)) return unreadVerdict(key, opened);
  noteSecondUser(work, { ...key, myEpoch: opened.myEpoch });
  return good;
}

/**
 * A message key that was used twice under a key that the contact has changed shows a second user of it, but not in a session that was never
 * answered: a home that was set back says its hello again in that one, and a hello may come under an older key.
 */
function showsSecondUser({ retiredAt }: ContactKey, { inner }: Opened): boolean {
  return retiredAt !== null && inner.type === 2;
}

function unreadVerdict(key: ContactKey | null, { inner, myEpoch }: Opened): Verdict {
  return key
    ? { kind: 'unreadable', contactId: key.contactId, myEpoch }
    : { kind: 'stranger', sender: inner.sender, myEpoch };
}

/**
 * A contact that comes again by a link writes through the link's slot until it knows another. News about its keys counts: both sides may
 * have changed theirs, and then neither takes the hello of the other. The rest may be asked for again, through a single-use link: if this
 * home was set back to a state before the hello, nothing that the contact sends can be read here, and no hello comes any more, because it
 * was answered.
 */
async function readThroughLink(
  work: Work,
  { cardSecret }: Invite,
  opened: OpenedHere & { readonly came: Readable | null },
): Promise<Verdict> {
  const { inner, myEpoch, came } = opened;
  const key = findKey(work.database, inner.sender);
  const met = came && !isShut(work, key) ? meetReadable(work, null, { inner, myEpoch, key, came }) : null;
  const speaker = met?.from ?? key;
  if (!speaker || isShut(work, speaker)) return refused;
  const { contactId } = speaker;
  if (!met) return cardSecret === null ? { kind: 'unplaced', contactId } : refused;
  await applyRead(work, met.from, { ...opened, ...met });
  if (met.isContact) heard(work, contactId, { myEpoch, key });
  return good;
}

function isShut(work: Work, from: { readonly contactId: number } | null): boolean {
  return from !== null && contactOf(work.database, from.contactId).state === 'blocked';
}

/**
 * Reads an envelope: under a key that the contact has, in its session; under another key, or one that it changed long ago, only what proves
 * itself.
 */
async function readFrom(
  work: Work,
  contactId: number,
  { key, opened }: { readonly key: ContactKey | null; readonly opened: OpenedHere },
): Promise<'applied' | 'said' | 'used' | 'unreadable'> {
  if (key && !isExpired(work, key)) return decryptAndApply(work, key, opened);
  const met = await meet(work, contactId, { ...opened, key });
  if (!met) return 'unreadable';
  await applyRead(work, met.from, { ...opened, ...met });
  return met.isContact ? 'applied' : 'said';
}

/** Tries my seal keys, newest first; the one that fits tells which of my epochs is meant. */
function openWithAny(work: Work, bytes: Bytes): Opened | Rejected | null {
  for (const seal of sealKeys(work.database)) {
    const inner = openEnvelope(bytes, seal.privateKey);
    if (isRejected(inner)) return inner;
    if (inner) return { inner, myEpoch: seal.epoch };
  }
  return null;
}

function isExpired(work: Work, key: ContactKey): boolean {
  return key.retiredAt !== null && key.retiredAt < work.now - limits.retiredKeyLifeMs;
}

/** An envelope that a seal key of mine opened: its content, and the epoch of mine that it was sent to. */
type Opened = { readonly inner: Inner; readonly myEpoch: number };
type OpenedHere = Opened & { readonly arrived: Arrived };

async function decryptAndApply(
  work: Work,
  key: ContactKey,
  opened: OpenedHere,
): Promise<'applied' | 'used' | 'unreadable'> {
  const session = { contactId: key.contactId, myEpoch: opened.myEpoch, theirEpoch: key.epoch };
  const reads = readsFor(work, session, key.identity);
  const result = reads && (await ratchetDecrypt(reads, opened.inner, allowanceOf(work, key.contactId)));
  if (result?.kind !== 'opened') return result?.kind ?? 'unreadable';
  writeChanges(work, session, result.changes);
  const { plaintext, changes } = result;
  await applyRead(
    work,
    { ...key, myEpoch: opened.myEpoch },
    { ...opened, plaintext, began: isBegun(changes) },
  );
  return 'applied';
}

async function applyRead(
  work: Work,
  from: Speaker,
  { inner, arrived, plaintext, began }: OpenedHere & { readonly plaintext: Bytes; readonly began: boolean },
): Promise<void> {
  markSeen(work.database, { hash: arrived.hash, contactId: from.contactId, at: work.now });
  const content = decodeContent(plaintext);
  if (isRejected(content)) return;
  const row = await apply(work, from, { content, bytes: plaintext, began });
  if (row !== null) keepCame(work.database, { row, ratchet: inner.type, ...asStored(arrived) });
}

/** The request as the listener stored it: its body, in a file whose name says when that was. */
function asStored({ bytes, name }: Arrived): Omit<Came, 'row' | 'ratchet'> {
  return { envelope: bytes, file: name, at: parseMessageName(name)?.time ?? null };
}

/**
 * Notes that a contact was heard from. An envelope of theirs under a newer epoch of mine shows that they follow it, unless it comes under a
 * `key` that they had changed: a thief of that key must not keep them from learning my newest key.
 */
function heard(
  work: Work,
  contactId: number,
  { myEpoch, key }: { readonly myEpoch: number; readonly key: ContactKey | null },
): void {
  const contact = contactOf(work.database, contactId);
  const isNamed = key === null || key.retiredAt === null;
  const namedEpoch = Math.max(contact.namedEpoch, isNamed ? myEpoch : 0);
  const followedEpoch = Math.max(contact.followedEpoch, myEpoch);
  changeContact(work.database, contactId, { lastHeardAt: work.now, namedEpoch, followedEpoch });
  work.touched.add(contactId);
  work.heard.add(contactId);
}

/**
 * Tells contacts that were heard from everything they do not know about me yet. Messages that waited for a session that can send (my key of
 * the old one was deleted, or they were silent for 30 days) go out now.
 */
export async function answerHeard(work: Work): Promise<void> {
  for (const contactId of work.heard) {
    if (!isContact(work.database, contactId)) continue;
    // A failure with one contact must not undo the contents of all others.
    const part = partOf(work);
    const answer = async (): Promise<true> => {
      await tellOwed(part, contactId);
      await composeQueued(part, contactId);
      await giveReserve(part, contactId);
      return true;
    };
    const isGood = await savepoint(work.database, answer, (bug) => noteBug(work.database, bug));
    if (isGood) joinPart(work, part);
  }
}
