import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { encodeLink } from '../../protocol/link.ts';
import { currentIdentity } from '../../store/identities.ts';
import { openInvites } from '../../store/invites.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { forLink, makeBundle } from '../keyring/make-bundle.ts';
import { expireInvites, layOut, linkAddress } from '../keyring/links.ts';

/**
 * Makes a single-use link: keys for one session, sealed under the link's secret, and a slot for the joiner. The link
 * answers only once everything behind it is on the disk. Throws ChatError address-bad or invites-many.
 */
export async function invite(context: Context, address?: string): Promise<{ readonly link: string }> {
  const link = await turn(context, (work) => makeLink(work, linkAddress(context, address)));
  return { link };
}

function makeLink(work: Work, address: string): string {
  expireInvites(work);
  const open = openInvites(work.database).filter((one) => !one.cardSecret);
  if (open.length >= limits.openInvites) throw new ChatError('invites-many');
  const identity = currentIdentity(work.database);
  const secret = layOut(work, forLink(work, identity, makeBundle(work, identity)), { card: false });
  return encodeLink({ identity: identity.publicKey, secret, address, card: false });
}
