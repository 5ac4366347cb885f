import { isRejected } from '../../protocol/bytes.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { readRevocation } from '../../protocol/revoke.ts';
import type { Bytes } from '../../core/types.ts';
import { findKey } from '../../store/contact-keys.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import type { Kind, Speaker, Work } from '../work/work.ts';
import type { BodyOf } from '../../protocol/kinds/table.ts';
import { addNotice } from '../sending/notice.ts';
import { nameKeys } from '../trust/tell-owed.ts';

const misfit = 'a revocation arrived that fits none of their keys; it was ignored';

/** A revocation: PROTOCOL.md "Rotation". */
export const revoke: Kind<BodyOf<'revoke'>> = {
  apply: (work, from, { body }) => applyRevocation(work, from, body.revocation),
};

/**
 * Accepts a contact's word that one of its own keys must no longer be trusted: anyone who has that key could have made everything that came
 * after it, so sending stops. The revocation proves itself, no matter in which session it came, and is answered each time. PROTOCOL.md
 * "Rotation".
 */
async function applyRevocation(work: Work, from: Speaker, revocation: Bytes): Promise<void> {
  const { contactId } = from;
  const said = readRevocation(revocation);
  const key = isRejected(said) ? null : findKey(work.database, said.identity);
  if (key?.contactId !== contactId) return addNotice(work, contactId, misfit, 'refused revocation');
  if (contactOf(work.database, contactId).state !== 'revoked') {
    changeContact(work.database, contactId, { state: 'revoked' });
    const line = 'they revoked their key; sending is stopped. Ask for a new link over another channel';
    addNotice(work, contactId, `${line}\n${fingerprint(key.identity)}`);
  }
  await nameKeys(work, from);
}
