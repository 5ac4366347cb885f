import { limits } from '../../core/limits.ts';
import type { OpenLink } from '../../core/types.ts';
import { currentIdentity } from '../../store/identities.ts';
import { keptInvites, markTold, openInvites, usedLinks, type UsedLink } from '../../store/invites.ts';
import { withdrawCard } from './card.ts';
import { readInTurn, turn, type Context, type Work } from '../work/work.ts';
import { expireInvites, layOut, linkPlace, withdraw, type LinkAsk } from '../keyring/links.ts';
import { ChatError } from '../../core/errors.ts';
import { toBase64url } from '../../core/bytes.ts';
import { pickupName } from '../../core/request.ts';
import { byHand, handOut } from '../../inbox/deliver.ts';
import { inviteKeys } from '../../protocol/invitation.ts';
import { decodeLink, encodeLink } from '../../protocol/link.ts';
import { forLink, makeBundle } from '../keyring/make-bundle.ts';
import { printableLine } from '../../core/printable.ts';
import { triedLinks } from '../../inbox/invites.ts';
import { allContacts } from '../../store/contacts.ts';
import { labelOf } from '../people/find-contact.ts';
import { addNotice } from '../sending/notice.ts';

/** The links that people can still join with, oldest first; the list contains no secret. */
export function listLinks(context: Context): Promise<readonly OpenLink[]> {
  return readInTurn(context, (database) => {
    const { epoch } = currentIdentity(database);
    const open = openInvites(database).filter((one) => one.epoch === epoch);
    return open.map(({ cardSecret, createdAt }) => ({
      kind: cardSecret ? 'card' : 'single-use',
      createdAt,
      endsAt: cardSecret ? null : createdAt + limits.inviteLifeMs,
    }));
  });
}

/** Ends the card, or every open link; returns how many. */
export function withdrawLinks(
  context: Context,
  what: 'card' | 'all',
): Promise<{ readonly withdrawn: number }> {
  return turn(context, (work) => {
    if (what === 'card') return { withdrawn: withdrawCard(work) ? 1 : 0 };
    const { length } = openInvites(work.database);
    for (const link of keptInvites(work.database)) withdraw(work, link);
    return { withdrawn: length };
  });
}

/**
 * Makes a single-use link: keys for one session, sealed under the link's secret, and a slot for the joiner. It returns the link only once
 * everything behind it is on the disk. Throws ChatError address-bad or invites-many.
 */
export async function invite(context: Context, ask: LinkAsk = {}): Promise<{ readonly link: string }> {
  const link = await turn(context, (work) => makeLink(work, linkPlace(context, ask)));
  return { link };
}

/**
 * Takes the blob (base64url) of a new link out of the inbox, like a pickup: nobody else can pick it up after that. The blob of a card is
 * copied. PROTOCOL.md §14.
 */
export async function takeBlob({ paths }: Context, text: string): Promise<string> {
  const link = decodeLink(text);
  if (typeof link === 'string') throw new Error('a link of my own is none');
  const { pickup } = inviteKeys(link.secret, link.identity);
  const blob = await handOut(paths.inbox, pickupName(pickup), byHand);
  if (!blob) throw new ChatError('link-used');
  return toBase64url(blob);
}

function makeLink(work: Work, address: string): string {
  expireInvites(work);
  const open = openInvites(work.database).filter((one) => !one.cardSecret);
  if (open.length >= limits.openInvites) throw new ChatError('invites-many');
  const identity = currentIdentity(work.database);
  const secret = layOut(work, forLink(work, identity, makeBundle(work, identity)), { card: false });
  return encodeLink({ identity: identity.publicKey, secret, address, card: false });
}

/**
 * Reports, once for each link, that someone tried it after it was used: in the conversation with the contact that used it, or as an alert
 * when that contact is gone. For a link that was picked up but whose hello has not come yet, this is said once the hello has come.
 */
export async function noteTried(context: Context): Promise<void> {
  const tried = new Set(await triedLinks(context.paths.inbox));
  if (tried.size === 0) return;
  const news = await readInTurn(context, (database) =>
    usedLinks(database).filter((link) => link.told === 0 && tried.has(link.pickupName)),
  );
  if (news.length === 0) return;
  const alerts = await turn(context, (work) => news.filter((link) => !tell(work, link)).length);
  if (alerts === 0) return;
  const alert = printableLine(
    'someone tried an invite link that was used by a contact whom you have since deleted',
  );
  context.state.update((state) => ({ ...state, alert }));
}

/** Returns whether there was a conversation to say it in. */
function tell(work: Work, { pickupName: name, contactId }: UsedLink): boolean {
  markTold(work.database, name);
  const contact = allContacts(work.database).find(({ id }) => id === contactId);
  if (!contact) return false;
  const label = printableLine(labelOf(contact));
  addNotice(work, contactId, `someone tried an invite link that ${label} has already used`, 'tried link');
  return true;
}
