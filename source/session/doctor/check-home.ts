import type { Check } from '../../core/check.ts';
import { limits } from '../../core/limits.ts';
import type { Facts, MachineFacts } from './facts.ts';
import { check, countWords, spanWords } from './words.ts';

/** Checks everything about a home that is visible without opening it: disk, modes, passphrase, quarantine. */
export function checkHome(machine: MachineFacts): readonly Check[] {
  const others = [checkFolders(machine), checkPassphrase(machine), checkQuarantine(machine)];
  return [checkDisk(machine), ...others, ...checkCarried(machine)];
}

/** Checks the envelopes that the listener holds; empty when there are none. */
export function checkCarried({ carried, listener, trouble }: MachineFacts): readonly Check[] {
  if (carried === 0) return [];
  const left = `the listener holds ${countWords(carried, 'envelope')}`;
  if (listener === null)
    return [
      check('left', 'listener', 'note', [`${left}, but is not running`, 'cryptochat listen starts it']),
    ];
  if (trouble !== '') {
    const text = `${left}, and cannot send: ${trouble}`;
    return [check('left', 'listener', 'problem', [text, 'cryptochat sends them while it is open'])];
  }
  return [check('left', 'listener', 'ok', [`${left}, and sends while cryptochat is closed`])];
}

/** Checks whether there is room for arriving messages. */
export function checkDisk({ freeBytes, home }: MachineFacts): Check {
  const free = `${Math.floor(freeBytes / 2 ** 20)} MiB free`;
  if (freeBytes < limits.diskFullBytes)
    return check('disk', home, 'problem', [`the disk is full: ${free}`, 'free some space']);
  if (freeBytes < limits.diskScarceBytes) {
    const text = `the disk is nearly full: ${free}, and arriving messages can use a tenth of that`;
    return check('disk', home, 'note', [text, 'free some space']);
  }
  return check('disk', home, 'ok', [free]);
}

/** Checks whether only its owner can read keys/. */
export function checkFolders({ folders }: MachineFacts): Check {
  return folders === null
    ? check('folders', 'keys', 'ok', ['no other user can read or change them'])
    : check('folders', 'keys', 'problem', [folders.text, folders.hint]);
}

/** Checks whether a passphrase protects the disk. */
export function checkPassphrase({ passphrase }: MachineFacts): Check {
  if (passphrase) return check('passphrase', 'keys', 'ok', ['a passphrase locks them']);
  const words = [
    'no passphrase: anyone with this disk can read everything',
    'cryptochat passphrase sets one',
  ] as const;
  return check('passphrase', 'keys', 'note', words);
}

/** Checks for arrived files that could not be read. */
export function checkQuarantine({ quarantined }: MachineFacts): Check {
  if (quarantined === 0) return check('quarantine', 'inbox', 'ok', ['every file could be read']);
  const words = [
    `${countWords(quarantined, 'file')} could not be read and moved to inbox/bad; cryptochat asked the senders to send again`,
    'you can delete them',
  ] as const;
  return check('quarantine', 'inbox', 'note', words);
}

/** Checks whether the system reports new files; empty when no client runs. */
export function checkEvents({ hasEvents }: Facts): readonly Check[] {
  if (hasEvents === null) return [];
  if (hasEvents) return [check('events', 'inbox', 'ok', ['the system reports new files at once'])];
  const words = [
    'the system does not report new files: this user has no watches left, or the disk belongs to another machine; cryptochat checks the inbox every second',
    'raise fs.inotify.max_user_instances and fs.inotify.max_user_watches with sysctl',
  ] as const;
  return [check('events', 'inbox', 'note', words)];
}

/** Checks for files that a bug kept from being read; empty when there are none. */
export function checkBugs({ bugs }: Facts): readonly Check[] {
  if (bugs === 0) return [];
  const words = [
    `${countWords(bugs, 'file')} could not be read because of a bug in cryptochat; it asked the senders to send again`,
    'please report it; the details are in keys/errors.log, or in standard error',
  ] as const;
  return [check('bugs', 'this program', 'note', words)];
}

/** Checks whether this clock can be right: no contact was heard from at a later time than now. */
export function checkClock({ machine: { now }, people }: Facts): Check {
  const times = people.flatMap(({ lastHeardAt, lastAnsweredAt }) => [lastHeardAt ?? 0, lastAnsweredAt ?? 0]);
  const ahead = Math.max(0, ...times) - now;
  if (ahead <= limits.clockSlackMs) return check('clock', 'this machine', 'ok', ['the clock looks right']);
  const words = [
    `a contact was heard from ${spanWords(ahead)} in the future: this clock is slow, or it was fast then`,
    'set the clock of this machine',
  ] as const;
  return check('clock', 'this machine', 'problem', words);
}

/** Checks whether the identity was revoked. */
export function checkKey({ revoked }: Facts): Check {
  if (!revoked) return check('key', 'identity', 'ok', ['your key is in use']);
  const words = [
    'you revoked your key: you can no longer send',
    'make a new home and send new links',
  ] as const;
  return check('key', 'identity', 'problem', words);
}
