import { isRejected } from '../../protocol/bytes.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { readRevocation } from '../../protocol/revoke.ts';
import type { Bytes } from '../../core/types.ts';
import { findKey } from '../../store/contact-keys.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import type { Work } from '../context.ts';

/**
 * Takes the word of a contact that one of its own keys is to be trusted no more: whoever has that key could have made all
 * that came after it, so sending stops. Answers the line that the conversation shows, null when it is there. PROTOCOL.md "Rotation".
 */
export function applyRevocation(work: Work, contactId: number, revocation: Bytes): string | null {
  const said = readRevocation(revocation);
  const key = isRejected(said) ? null : findKey(work.database, said.identity);
  if (key?.contactId !== contactId) return 'a revocation came that fits no key of theirs; it was ignored';
  if (contactOf(work.database, contactId).state === 'revoked') return null;
  changeContact(work.database, contactId, { state: 'revoked' });
  return `their key was revoked by themselves, sending is stopped; ask for a new link another way\n${fingerprint(key.identity)}`;
}
