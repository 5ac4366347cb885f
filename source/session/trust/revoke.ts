import { printableLine } from '../../core/printable.ts';
import { allContacts } from '../../store/contacts.ts';
import { openInvites } from '../../store/invites.ts';
import { writeSetting } from '../../store/settings.ts';
import { turn, type Context } from '../work/work.ts';
import { labelOf } from '../people/find-contact.ts';
import { close, withdraw } from '../keyring/links.ts';
import { isRevoked } from '../keyring/revoked.ts';
import { tellOwed } from './tell-owed.ts';

/**
 * Revokes this identity: every contact is sent a revocation until it names it, a blocked one after the block; links are no longer handed
 * out, but anyone who has picked one up still comes in and is told; from now on no text is sent; all in one transaction. A second call
 * tells nobody. Returns which contacts are being told. PROTOCOL.md "Rotation".
 */
export function revoke(context: Context): Promise<{ readonly told: readonly string[] }> {
  return turn(context, async (work) => {
    if (isRevoked(work.database)) return { told: [] };
    writeSetting(work.database, 'revoked-at', String(work.now));
    for (const link of openInvites(work.database)) (link.cardSecret ? withdraw : close)(work, link);
    const contacts = allContacts(work.database);
    for (const { id } of contacts) await tellOwed(work, id, 'behind');
    const told = contacts.filter(({ state }) => state !== 'blocked');
    return { told: told.map((contact) => printableLine(labelOf(contact))) };
  });
}
