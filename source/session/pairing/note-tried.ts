import { printableLine } from '../../core/printable.ts';
import { triedLinks } from '../../inbox/used-links.ts';
import { allContacts } from '../../store/contacts.ts';
import { markTold, usedLinks, type UsedLink } from '../../store/used-links.ts';
import { readInTurn, turn, type Context, type Work } from '../work/work.ts';
import { labelOf } from '../people/find-contact.ts';
import { addNotice } from '../sending/notice.ts';

/**
 * Says, once for each link, that somebody tried it after it was used: in the conversation with the contact that used it, or as an alert
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
  const alert = printableLine('somebody tried a link that a contact used whom you have forgotten since');
  context.state.update((state) => ({ ...state, alert }));
}

/** Answers whether there was a conversation to say it in. */
function tell(work: Work, { pickupName, contactId }: UsedLink): boolean {
  markTold(work.database, pickupName);
  const contact = allContacts(work.database).find(({ id }) => id === contactId);
  if (!contact) return false;
  const name = printableLine(labelOf(contact));
  addNotice(work, contactId, `somebody tried a link that ${name} has used already`, 'tried link');
  return true;
}
