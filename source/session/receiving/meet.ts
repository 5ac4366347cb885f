import type { Bytes } from '../../core/types.ts';
import { isRejected } from '../../protocol/bytes.ts';
import { decodeContent, type ReadBody } from '../../protocol/kinds/content.ts';
import type { Inner } from '../../protocol/envelope.ts';
import { ratchetDecrypt, type Opened } from '../../protocol/ratchet.ts';
import type { ContactKey } from '../../store/contact-keys.ts';
import type { Speaker, Work } from '../work/work.ts';
import { nearOnly } from '../work/allowance.ts';
import { isBegun, readsFor, readsForStranger, writeChanges } from '../work/ratchet-reads.ts';
import { introduces, keysBehind } from '../trust/follow-keys.ts';

/** An envelope under `key`, a contact's, or under a key that nobody here is known by (null). */
type Stranger = { readonly inner: Inner; readonly myEpoch: number; readonly key: ContactKey | null };

/** The speaker, the plaintext, and whether it began a session; `isContact` is false when it shows that two claim to be the contact. */
type Met = {
  readonly from: Speaker;
  readonly plaintext: Bytes;
  readonly began: boolean;
  readonly isContact: boolean;
};

/** A ratchet message that was decrypted. */
export type Readable = Opened & { readonly kind: 'opened' };
type NewKey = ContactKey & { readonly came: 'followed' | 'fork' };
type Said = { readonly inner: Inner; readonly myEpoch: number; readonly body: ReadBody };

/**
 * Reads a message where the contact is not expected to write: under a key that is not the contact's, or under one that it changed long ago.
 * Returns the same as meetReadable().
 */
export async function meet(work: Work, contactId: number, stranger: Stranger): Promise<Met | null> {
  const came = await open(work, stranger);
  return came && meetReadable(work, contactId, { ...stranger, came });
}

/**
 * A message that came where the contact is not expected to write counts only if it holds news about the contact's keys that proves itself:
 * that they lead to this one, or a revocation. Through a link (`slotOf` is null) an unknown key speaks for the contact whose key it
 * follows. Returns the speaker and the plaintext once the session is stored; null for anything else. PROTOCOL.md "Rotation".
 */
export function meetReadable(
  work: Work,
  slotOf: number | null,
  { inner, myEpoch, key, came }: Stranger & { readonly came: Readable },
): Met | null {
  const body = proofIn(came.plaintext);
  if (!body) return null;
  const said = { inner, myEpoch, body };
  const known = key ? { ...key, came: 'followed' } : introducedBy(work, slotOf, said);
  if (!known) return null;
  const { plaintext } = came;
  const began = isBegun(came.changes);
  // The session of somebody who only claims to be the contact never replaces the contact's own, and nothing is acknowledged.
  if (known.came === 'fork')
    return { from: { ...known, myEpoch, epoch: 0 }, plaintext, began, isContact: false };
  const { contactId, epoch } = known;
  writeChanges(work, { contactId, myEpoch, theirEpoch: epoch }, came.changes);
  return { from: { ...known, myEpoch }, plaintext, began, isContact: true };
}

/** With a stranger there is no session, so only a first message can be read. */
async function open(work: Work, { inner, myEpoch, key }: Stranger): Promise<Readable | null> {
  if (!key && inner.type !== 3) return null;
  const reads = key
    ? readsFor(work, { contactId: key.contactId, myEpoch, theirEpoch: key.epoch }, inner.sender)
    : readsForStranger(work, myEpoch, inner.sender);
  const opened = reads && (await ratchetDecrypt(reads, inner, nearOnly));
  return opened?.kind === 'opened' ? opened : null;
}

/** The content of a message, if it is of a kind that proves itself. */
function proofIn(plaintext: Bytes): ReadBody | null {
  const content = decodeContent(plaintext);
  if (isRejected(content)) return null;
  const { kind } = content.body;
  return kind === 'rotate' || kind === 'reset' || kind === 'revoke' ? content.body : null;
}

/** The key that statements lead to, which is pinned when they are followed, of the contact with that slot or else of the one they begin at. */
function introducedBy(work: Work, slotOf: number | null, { inner, myEpoch, body }: Said): NewKey | null {
  if (!('keys' in body)) return null;
  const { keys } = body;
  const contactId = slotOf ?? keysBehind(work, keys.statements)[0]?.contactId;
  if (contactId === undefined) return null;
  const came = introduces(work, { contactId, myEpoch, keys }, inner.sender);
  const { epoch, sealKey } = keys.profile;
  const unheard = { retiredAt: null, reserve: null, firstSeq: null };
  return came && { contactId, epoch, identity: inner.sender, sealKey, ...unheard, came };
}
