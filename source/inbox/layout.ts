import { join } from 'node:path';

/** The folders of an inbox and of a box, by their names in the program. PROTOCOL.md §9. */
export const folders = {
  tmp: 'tmp',
  new: 'new',
  bad: 'bad',
  invites: 'invites',
  ready: join('invites', 'ready'),
  taken: join('invites', 'taken'),
  cards: join('invites', 'cards'),
  used: join('invites', 'used'),
  tried: join('invites', 'tried'),
  out: 'out',
} as const;

/** The folders in an inbox, relative to it, each parent before its children. */
export const inboxFolders: readonly string[] = Object.values(folders);

/** The folders of a box, which send nothing out. */
export const boxFolders: readonly string[] = inboxFolders.filter((folder) => folder !== folders.out);

/** Files with a fixed name in inbox/. PROTOCOL.md §9. */
export const inboxFiles = {
  slots: 'slots.json',
  presence: 'listener.json',
  vouchers: 'vouchers.json',
  mailboxes: 'mailboxes.json',
  reach: 'reach.json',
  carry: 'carry.json',
  port: 'port.json',
  trouble: 'trouble.json',
} as const;
