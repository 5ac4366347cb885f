import type { Check } from '../../core/check.ts';
import { limits } from '../../core/limits.ts';
import type { Facts, MachineFacts } from './facts.ts';
import { check, countWords, spanWords } from './words.ts';

/** Checks what can be seen of a home without opening it: disk, modes, passphrase, quarantine. */
export function checkHome(machine: MachineFacts): readonly Check[] {
  const others = [checkFolders(machine), checkPassphrase(machine), checkQuarantine(machine)];
  return [checkDisk(machine), ...others, ...checkCarried(machine)];
}

/** Checks what was left to the listener; says nothing if nothing was. */
export function checkCarried({ carried, listener, trouble }: MachineFacts): readonly Check[] {
  if (carried === 0) return [];
  const left = `${countWords(carried, 'envelope')} ${carried === 1 ? 'is' : 'are'} left to the listener`;
  if (listener === null)
    return [check('left', 'listener', 'note', [`${left}, and none runs`, 'cryptochat listen starts it'])];
  if (trouble !== '') {
    const text = `${left}, and it cannot send them: ${trouble}`;
    return [check('left', 'listener', 'problem', [text, 'cryptochat sends them while it is open'])];
  }
  return [check('left', 'listener', 'ok', [`${left}, which sends them while no other cryptochat runs`])];
}

/** Checks whether there is room for what arrives. */
export function checkDisk({ freeBytes, home }: MachineFacts): Check {
  const free = `${Math.floor(freeBytes / 2 ** 20)} MiB are free`;
  if (freeBytes < limits.diskFullBytes)
    return check('disk', home, 'problem', [`the disk is full: ${free}`, 'free some space']);
  if (freeBytes < limits.diskScarceBytes) {
    const text = `the disk is nearly full: ${free}, and what arrives may take a tenth of that`;
    return check('disk', home, 'note', [text, 'free some space']);
  }
  return check('disk', home, 'ok', [free]);
}

/** Checks whether keys/ is for its owner alone. */
export function checkFolders({ folders }: MachineFacts): Check {
  return folders === null
    ? check('folders', 'keys', 'ok', ['nobody else on this machine can read or change it'])
    : check('folders', 'keys', 'problem', [folders.text, folders.hint]);
}

/** Checks whether the disk alone is enough to read everything. */
export function checkPassphrase({ passphrase }: MachineFacts): Check {
  if (passphrase) return check('passphrase', 'keys', 'ok', ['a passphrase locks it']);
  const words = [
    'no passphrase: who has the disk can read everything',
    'cryptochat passphrase sets one',
  ] as const;
  return check('passphrase', 'keys', 'note', words);
}

/** Checks whether something came that could not be read. */
export function checkQuarantine({ quarantined }: MachineFacts): Check {
  if (quarantined === 0) return check('quarantine', 'inbox', 'ok', ['nothing was put aside']);
  const words = [
    `${countWords(quarantined, 'file')} could not be read and lie in inbox/bad; what a contact sent was asked for again`,
    'they may be deleted',
  ] as const;
  return check('quarantine', 'inbox', 'note', words);
}

/** Checks whether arriving files are noticed at once; says nothing where no client runs. */
export function checkEvents({ hasEvents }: Facts): readonly Check[] {
  if (hasEvents === null) return [];
  if (hasEvents) return [check('events', 'inbox', 'ok', ['the system tells at once what arrives'])];
  const words = [
    'no event tells what arrives: none are left for this user, or the disk is of another machine; the inbox is looked into every second',
    'more are allowed by sysctl fs.inotify.max_user_instances and fs.inotify.max_user_watches',
  ] as const;
  return [check('events', 'inbox', 'note', words)];
}

/** Checks whether the program stumbled over a file; says nothing if it did not. */
export function checkBugs({ bugs }: Facts): readonly Check[] {
  if (bugs === 0) return [];
  const words = [
    `${countWords(bugs, 'file')} that came could not be read by a fault of this program; what a contact sent was asked for again`,
    'report it: where it happened is in keys/errors.log, or where standard error went',
  ] as const;
  return [check('bugs', 'this program', 'note', words)];
}

/** Checks whether this clock can be right: nobody was heard in the future. */
export function checkClock({ machine: { now }, people }: Facts): Check {
  const times = people.flatMap(({ lastHeardAt, lastAnsweredAt }) => [lastHeardAt ?? 0, lastAnsweredAt ?? 0]);
  const ahead = Math.max(0, ...times) - now;
  if (ahead <= limits.clockSlackMs)
    return check('clock', 'this machine', 'ok', ['nobody was heard in the future']);
  const words = [
    `somebody was heard ${spanWords(ahead)} in the future: this clock is behind, or it was ahead then`,
    'set the clock of this machine',
  ] as const;
  return check('clock', 'this machine', 'problem', words);
}

/** Checks whether the identity may still be used. */
export function checkKey({ revoked }: Facts): Check {
  if (!revoked) return check('key', 'identity', 'ok', ['your key is in use']);
  const words = [
    'you have revoked your key: nothing is sent any more',
    'make a new home, and give out new links',
  ] as const;
  return check('key', 'identity', 'problem', words);
}
