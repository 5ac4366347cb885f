import { printableLine } from '../../core/printable.ts';
import type { Body } from '../../protocol/content.ts';
import { signRevocation } from '../../protocol/revoke.ts';
import { allContacts } from '../../store/contacts.ts';
import type { ContactRow } from '../../store/contacts.ts';
import { currentIdentity, identityOf } from '../../store/identities.ts';
import { openInvites } from '../../store/invites.ts';
import { writeSetting } from '../../store/settings.ts';
import { compose } from '../sending/compose.ts';
import { turn } from '../context.ts';
import type { Context, Work } from '../context.ts';
import { labelOf } from '../find-contact.ts';
import { frozenReason } from './frozen.ts';
import { withdraw } from '../pairing/invite.ts';
import { isRevoked } from './refuse-revoked.ts';

/**
 * Gives this identity up for good: every contact is sent a revocation, links are no longer handed out, and from now on nothing
 * else is sent; all in one transaction. A second time it tells nobody. Answers who is being told. PROTOCOL.md "Rotation".
 */
export function revoke(context: Context): Promise<{ readonly told: readonly string[] }> {
  return turn(context, async (work) => {
    if (isRevoked(work.database)) return { told: [] };
    writeSetting(work.database, 'revoked-at', String(work.now));
    for (const link of openInvites(work.database)) withdraw(work, link);
    const contacts = allContacts(work.database).filter((contact) => !frozenReason(contact));
    for (const contact of contacts) await compose(work, contact.id, revokeBody(work, contact));
    return { told: contacts.map((contact) => printableLine(labelOf(contact))) };
  });
}

/** A revocation of the newest key of mine that a contact is known to use: one that it does not know, it would ignore. */
export function revokeBody(work: Work, contact: ContactRow): Body {
  const mine = identityOf(work.database, contact.followedEpoch) ?? currentIdentity(work.database);
  const said = { time: work.now, identity: mine.publicKey };
  return { kind: 'revoke', revocation: signRevocation(said, mine.privateKey) };
}
