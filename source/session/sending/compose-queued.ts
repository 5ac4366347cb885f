import { limits } from '../../core/limits.ts';
import type { Body } from '../../protocol/content.ts';
import { contactOf } from '../../store/contacts.ts';
import { identityOf } from '../../store/identities.ts';
import { unsentTo } from '../../store/unsent.ts';
import type { Unsent } from '../../store/unsent.ts';
import { composeAgain } from './compose.ts';
import type { Work } from '../context.ts';
import { reserveBody } from '../pairing/make-bundle.ts';
import { myProfile } from '../pairing/profile.ts';
import { reservePrefix } from '../recovery/reserve.ts';
import { revokeBody } from '../trust/revoke.ts';
import { rotateAgain, rotationIn } from '../trust/rotation.ts';

/**
 * Encrypts, in order, what is stored for a contact without an envelope: it was written while no session could send, or was
 * taken back because its reader cannot read it. A part at a time: the next one follows when these are on their way.
 */
export async function composeQueued(work: Work, contactId: number): Promise<void> {
  if (contactOf(work.database, contactId).state === 'blocked') return;
  for (const message of unsentTo(work.database, contactId, limits.composeAtOnce)) {
    const body = bodyOf(work, contactId, message);
    if (!(await composeAgain(work, contactId, { ...message, body }))) return;
  }
}

/** A text as it was; of the rest what holds now, and where nothing of it matters any more, only its seq. */
function bodyOf(work: Work, contactId: number, { kind, text }: Unsent): Body {
  if (kind === 'text') return { kind, text };
  const contact = contactOf(work.database, contactId);
  if (text === 'followed') return { kind: 'followed', epoch: contact.epoch };
  if (text.startsWith(reservePrefix)) return reserveBody(work);
  if (text === 'revoke') return revokeBody(work, contact);
  const known = identityOf(work.database, contact.followedEpoch);
  if (text === 'profile' && known) return { kind: 'profile', profile: myProfile(work, contactId, known) };
  const epoch = rotationIn(text);
  const next = epoch > contact.followedEpoch ? identityOf(work.database, epoch) : null;
  return next ? rotateAgain(work, contactId, next) : { kind: 'void' };
}
