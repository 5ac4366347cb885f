import type { KeptBox } from '../../core/lent.ts';
import type { Reached } from '../../inbox/mailboxes.ts';
import { allBoxes } from '../../store/boxes.ts';
import type { ContactRow } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { lentBy } from '../home/lent.ts';
import { labelOf } from '../people/find-contact.ts';
import { keptFor } from '../people/kept-for.ts';
import type { MailboxFacts, OwnPlace } from './facts.ts';

/** The facts about the boxes of this home elsewhere, from the database and from its listener's reports. */
export function gatherMailboxes(database: Database, reached: readonly Reached[]): readonly MailboxFacts[] {
  // Skip a box that joining with a link started: it is claimed again with that link, or forgotten.
  const own = allBoxes(database).filter(({ seal, contactId }) => seal !== null || contactId === null);
  return own.map(({ place, createdAt, seal }) => {
    const found = reached.find((one) => one.place === place);
    const { answeredAt = 0, tableAt = 0, reason = 'not contacted yet' } = found ?? {};
    return { place, createdAt, isGranted: seal !== null, answeredAt: answeredAt || null, tableAt, reason };
  });
}

/** The boxes that this home keeps, as far as they can be read, with the labels of the contacts who have them. */
export async function gatherLent(
  inbox: string,
  places: readonly OwnPlace[],
  contacts: readonly ContactRow[],
): Promise<readonly KeptBox[]> {
  const owners = await keptFor({ inbox, address: places.map(({ address }) => address).join(' ') }, contacts);
  const whose = new Map([...owners].map(([box, contact]) => [box, labelOf(contact)]));
  const lent = await lentBy({ inbox, vouchers: () => Promise.resolve([]) }, whose).catch(() => []);
  return lent.flatMap((one) => (one.kind === 'box' ? [one] : []));
}
