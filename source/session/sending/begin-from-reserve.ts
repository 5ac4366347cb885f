import { isRejected } from '../../protocol/bytes.ts';
import { decodeBundle, type Bundle } from '../../protocol/bundle.ts';
import { beginSession } from '../../protocol/ratchet.ts';
import { contactKeyOrNull, type ContactKey } from '../../store/contact-keys.ts';
import type { ContactRow } from '../../store/contacts.ts';
import type { SessionKey } from '../../store/sessions.ts';
import type { Work } from '../work/work.ts';
import { readsFor, writeChanges } from '../work/ratchet-reads.ts';

/**
 * Begins a new session with a contact from its reserve bundle, as my identity of `myEpoch`; answers the session, or null when there is no
 * bundle or that identity is gone.
 */
export async function beginFromReserve(
  work: Work,
  contact: ContactRow,
  myEpoch: number,
): Promise<SessionKey | null> {
  const theirs = contactKeyOrNull(work.database, contact.id, contact.epoch);
  const bundle = theirs && readReserve(theirs);
  if (!theirs || !bundle) return null;
  const session = { contactId: contact.id, myEpoch, theirEpoch: contact.epoch };
  const reads = readsFor(work, session, theirs.identity);
  if (!reads) return null;
  writeChanges(work, session, await beginSession(reads, bundle));
  return session;
}

function readReserve({ reserve, identity }: ContactKey): Bundle | null {
  const bundle = reserve && decodeBundle(reserve, identity);
  return bundle && !isRejected(bundle) ? bundle : null;
}
