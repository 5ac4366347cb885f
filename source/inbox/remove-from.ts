import { readdir } from 'node:fs/promises';
import { parseMessageName } from '../core/message-name.ts';
import { clearAway } from '../disk/clear-away.ts';
import { inboxFolder } from './maildir.ts';
import { pathIn } from './quarantine.ts';

/** Removes everything that came through these slots (ids, 16 hex digits) and is still unread in inbox/. */
export async function removeFrom(inbox: string, slotIds: ReadonlySet<string>): Promise<void> {
  for (const folder of ['new', 'bad'] as const) {
    const names = await readdir(inboxFolder(inbox, folder), 'latin1');
    const theirs = names.filter((name) => slotIds.has(parseMessageName(name)?.slotId ?? ''));
    for (const name of theirs) await clearAway(pathIn(inbox, folder, name));
  }
}
