import { limits } from '../../core/limits.ts';
import { printableLine } from '../../core/printable.ts';
import { allContacts, changeContact, type ContactRow } from '../../store/contacts.ts';
import { deleteSetting, settingOrNull } from '../../store/settings.ts';
import { readInTurn, turn, type Context, type Work } from '../work/work.ts';
import { frozenReason, labelOf } from '../people/find-contact.ts';
import { addNotice } from '../sending/notice.ts';
import { reset } from '../kinds/recover.ts';

/** The age of a backup from which the keys of its reserve bundles may be gone. */
const healsForMs = limits.generationMs * (limits.generations - 1);

/** Tells every contact, once, that this home was restored, if it was. PROTOCOL.md §12. */
export async function announceIfDue(context: Context): Promise<void> {
  const isDue = await readInTurn(context, (database) => settingOrNull(database, 'announce-due') !== null);
  if (isDue) await turn(context, announceRestored);
}

async function announceRestored(work: Work): Promise<void> {
  const madeAt = Number(settingOrNull(work.database, 'backed-up-at'));
  for (const contact of allContacts(work.database)) {
    // Contacts may have a newer bundle of mine, whose keys were lost with the old home.
    changeContact(work.database, contact.id, { reserveGiven: 0 });
    if (!frozenReason(contact)) addNotice(work, contact.id, restoredLine(work, contact, madeAt));
  }
  await announce(work);
  deleteSetting(work.database, 'announce-due');
  deleteSetting(work.database, 'backed-up-at');
}

function restoredLine({ now }: Work, contact: ContactRow, madeAt: number): string {
  const name = printableLine(labelOf(contact));
  const from = `this home was restored from a backup of ${new Date(madeAt).toISOString().slice(0, 10)}`;
  if (now - madeAt > healsForMs)
    return `${from}, which is too old to be sure of ${name}: if nothing arrives, ask ${name} for a new link`;
  return `${from}; what ${name} sent since then arrives again. If you rotated your key after this backup, or nothing arrives, ask ${name} for a new link`;
}

/** Tells every contact, in a new session, where this home stands after it was restored from a backup. */
export async function announce(work: Work): Promise<void> {
  for (const contact of allContacts(work.database)) {
    if (!frozenReason(contact)) await reset(work, contact);
  }
}
