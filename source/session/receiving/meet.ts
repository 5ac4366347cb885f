import type { Bytes } from '../../core/types.ts';
import { isRejected } from '../../protocol/bytes.ts';
import { decodeContent, type ReadBody } from '../../protocol/kinds/content.ts';
import type { Inner } from '../../protocol/envelope.ts';
import { ratchetDecrypt, type Opened } from '../../protocol/ratchet.ts';
import type { ContactKey } from '../../store/contact-keys.ts';
import type { Work } from '../work/work.ts';
import { nearOnly } from '../work/allowance.ts';
import { isBegun, readsFor, readsForStranger, writeChanges } from '../work/ratchet-reads.ts';
import { introduces } from '../trust/follow-keys.ts';
import type { Speaker } from '../work/speaker.ts';

/** An envelope under `key`, one of the contact's, or under a key that is not the contact's (null). */
type Stranger = { readonly inner: Inner; readonly myEpoch: number; readonly key: ContactKey | null };

/** The speaker, the plaintext, and whether it began a session; `isContact` is false when it shows that two claim to be the contact. */
type Met = {
  readonly from: Speaker;
  readonly plaintext: Bytes;
  readonly began: boolean;
  readonly isContact: boolean;
};

type Readable = Opened & { readonly kind: 'opened' };
type Said = { readonly inner: Inner; readonly myEpoch: number; readonly body: ReadBody };

/**
 * Reads a message where the contact is not expected to write: under a key that is not the contact's, under one that it changed long ago, or
 * through a link. The message counts only if it holds news about the contact's keys that proves itself: that they lead to this one, or a
 * revocation. Answers the speaker and the plaintext once the session is stored; null for anything else. PROTOCOL.md "Rotation".
 */
export async function meet(
  work: Work,
  contactId: number,
  { inner, myEpoch, key }: Stranger,
): Promise<Met | null> {
  const opened = await open(work, contactId, { inner, myEpoch, key });
  const content = opened && decodeContent(opened.plaintext);
  if (!content || isRejected(content) || !provesItself(content.body)) return null;
  const said = { inner, myEpoch, body: content.body };
  const came = key ? 'followed' : introducedBy(work, contactId, said);
  const known = came && (key ?? newKey(contactId, said));
  if (!known) return null;
  const { plaintext } = opened;
  const began = isBegun(opened.changes);
  // No session of somebody who only claims to be the contact takes the place of the contact's own, and nothing is acknowledged.
  if (came === 'fork') return { from: { ...known, myEpoch, epoch: 0 }, plaintext, began, isContact: false };
  writeChanges(work, { contactId, myEpoch, theirEpoch: known.epoch }, opened.changes);
  return { from: { ...known, myEpoch }, plaintext, began, isContact: true };
}

/** With a stranger there is no session, so only a first message can be read. */
async function open(
  work: Work,
  contactId: number,
  { inner, myEpoch, key }: Stranger,
): Promise<Readable | null> {
  if (!key && inner.type !== 3) return null;
  const reads = key
    ? readsFor(work, { contactId, myEpoch, theirEpoch: key.epoch }, inner.sender)
    : readsForStranger(work, myEpoch, inner.sender);
  const opened = reads && (await ratchetDecrypt(reads, inner, nearOnly));
  return opened?.kind === 'opened' ? opened : null;
}

function provesItself({ kind }: ReadBody): boolean {
  return kind === 'rotate' || kind === 'reset' || kind === 'revoke';
}

function introducedBy(work: Work, contactId: number, said: Said): 'followed' | 'fork' | null {
  const { inner, myEpoch, body } = said;
  return 'keys' in body ? introduces(work, { contactId, myEpoch, keys: body.keys }, inner.sender) : null;
}

/** The key that statements introduce: it is pinned when they are followed. */
function newKey(contactId: number, { inner, body }: Said): ContactKey | null {
  if (!('keys' in body)) return null;
  const { epoch, sealKey } = body.keys.profile;
  return {
    contactId,
    epoch,
    identity: inner.sender,
    sealKey,
    retiredAt: null,
    reserve: null,
    firstSeq: null,
  };
}
