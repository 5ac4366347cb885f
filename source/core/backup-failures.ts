import { exits, type Failure } from './failure.ts';

const { operating, locked } = exits;

/** The part of core/failures.ts that is about backups and keys that were given up. */
export const backupFailures = {
  'backup-locked': {
    text: () => 'this is no backup of cryptochat, or it is damaged, or the passphrase is another one',
    hint: 'try again, or take another copy of the file; the three cannot be told apart',
    exit: locked,
  },
  'backup-damaged': {
    text: () => 'this backup is damaged; nothing of it was restored',
    hint: 'take another copy of the file, or an older backup',
    exit: operating,
  },
  'backup-newer': {
    text: () => 'this backup was made by a newer cryptochat',
    hint: 'update cryptochat',
    exit: operating,
  },
  'backup-place': {
    text: (folder) => `a backup does not belong into ${folder}, it would be lost with it`,
    hint: 'choose a file on another disk',
    exit: operating,
  },
  'home-revoked': {
    text: () => 'the key of this home was revoked: nothing can be sent with it any more',
    hint: 'make a new home with --home DIR, and give your contacts new links',
    exit: operating,
  },
} as const satisfies Record<string, Failure>;
