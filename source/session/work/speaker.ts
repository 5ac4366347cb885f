import type { ContactKey } from '../../store/contact-keys.ts';
import type { ContactRow } from '../../store/contacts.ts';

/** Who says something: a key of a contact, pinned or about to be, to one of my epochs; epoch 0 when it may be another's. */
export type Speaker = ContactKey & { readonly myEpoch: number };

/**
 * Whether it is said by the contact's newest key, or a newer one, to the newest of mine that it is known to follow, or a newer one. Who has an older key of
 * mine, of a backup say, can write to that one in the name of every contact. PROTOCOL.md "Rotation".
 */
export function speaksNow(
  contact: Pick<ContactRow, 'epoch' | 'namedEpoch'>,
  { epoch, myEpoch }: Pick<Speaker, 'epoch' | 'myEpoch'>,
): boolean {
  return epoch >= contact.epoch && myEpoch >= contact.namedEpoch;
}
