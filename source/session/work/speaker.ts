import type { ContactKey } from '../../store/contact-keys.ts';
import type { ContactRow } from '../../store/contacts.ts';

/** The speaker of a content: a key of a contact, pinned or about to be, to one of my epochs; epoch 0 when it may be somebody else's. */
export type Speaker = ContactKey & { readonly myEpoch: number };

/**
 * Tells whether the contact's newest key, or a newer one, speaks to the newest of mine that the contact is known to follow, or a newer one.
 * Anyone who has an older key of mine, from a backup say, can write to that key in the name of every contact. PROTOCOL.md "Rotation".
 */
export function speaksNow(
  contact: Pick<ContactRow, 'epoch' | 'namedEpoch'>,
  { epoch, myEpoch }: Pick<Speaker, 'epoch' | 'myEpoch'>,
): boolean {
  return epoch >= contact.epoch && myEpoch >= contact.namedEpoch;
}
