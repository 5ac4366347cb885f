import { sealBlob } from '../../protocol/blob.ts';
import { inviteKeys } from '../../protocol/invitation.ts';
import { encodeLink } from '../../protocol/link.ts';
import { currentIdentity } from '../../store/identities.ts';
import { openCard, replaceBlob, type Card } from '../../store/invites.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { layOut, linkPlace, type LinkAsk, withdraw } from '../keyring/links.ts';
import { forLink, lastingBundle } from '../keyring/make-bundle.ts';

/** A request for the card: the address in it, and whether a new card must replace the old one. */
type CardAsk = LinkAsk & { readonly anew?: boolean | undefined };

/**
 * The card: a link that any number of people can ask with. There is at most one; `anew` replaces it.
 * Throws ChatError address-bad. PROTOCOL.md "Invite link".
 */
export async function giveCard(context: Context, ask: CardAsk): Promise<{ readonly link: string }> {
  const link = await turn(context, (work) => {
    const address = linkPlace(context, ask);
    if (ask.anew) withdrawCard(work);
    const identity = currentIdentity(work.database);
    const secret =
      openCard(work.database, identity.epoch)?.cardSecret ??
      layOut(work, forLink(work, identity, lastingBundle(work, identity)), { card: true });
    return encodeLink({ identity: identity.publicKey, secret, address, card: true });
  });
  return { link };
}

/** Ends the card, if there is one, inside a transaction; returns whether there was. */
export function withdrawCard(work: Work): boolean {
  const card = currentCard(work);
  if (card) withdraw(work, card);
  return card !== null;
}

/** Seals the card's blob again, with the newest lasting prekeys: those before them live for a few weeks only. */
export function sealCardAgain(work: Work): void {
  const card = currentCard(work);
  if (!card) return;
  const identity = currentIdentity(work.database);
  const keys = inviteKeys(card.cardSecret, identity.publicKey);
  const bundle = forLink(work, identity, lastingBundle(work, identity));
  const blob = sealBlob(bundle, identity.privateKey, keys.blob);
  replaceBlob(work.database, card.id, blob);
  work.after.offered.push({ name: card.pickupName, blob, card: true });
}

function currentCard(work: Work): Card | null {
  return openCard(work.database, currentIdentity(work.database).epoch);
}
