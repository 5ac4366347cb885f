import { lutimesSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { watch } from 'chokidar';
import { every } from '../core/every.ts';
import { limits } from '../core/limits.ts';
import { listNames } from '../disk/files.ts';
import { inboxFolder } from './maildir.ts';
import { isOfAnotherMachine } from './reporting.ts';

/** The way in which arrivals are noticed: the system reports them, or the folder is read every second. */
export type Noticing = 'events' | 'clock';

/** A running watch; `close` ends it. */
export type InboxWatch = { readonly close: () => Promise<void> };

/** Actions for a possible arrival, and for a change in the way that arrivals are noticed. */
type Heard = { readonly ring: () => void; readonly noticed: (how: Noticing) => void };

/**
 * Rings whenever there may be something in inbox/new: at once, when the watcher is ready, at every change, and every `limits.scanEveryMs`.
 * The watcher is a hint, the folder is the truth: files written before `ready` are never announced. If no events come (none left for
 * this user, a disk of another machine, a change without an event) it rings every second.
 */
export async function watchInbox(inbox: string, { ring, noticed }: Heard): Promise<InboxWatch> {
  const folder = resolve(inboxFolder(inbox, 'new'));
  const events = createEvents(noticed, isOfAnotherMachine(folder));
  // Everything in the folder is ignored and only the folder's own raw events ring: otherwise each file would be checked and remembered (at
  // 100,000 files 2.9 s and 50 MB). The defaults would also walk through a planted link.
  const watcher = watch(folder, {
    followSymlinks: false,
    depth: 0,
    ignoreInitial: true,
    ignored: (path) => resolve(path) !== folder,
  });
  watcher.on('raw', () => {
    events.came();
    ring();
  });
  const periodMs = (): number => (events.areProven() ? limits.lookSeldomMs : limits.lookEveryMs);
  const looking = every(periodMs, () => {
    if (events.isSilent(versionOf(folder))) ring();
  });
  watcher.on('ready', () => {
    events.begin();
    touch(folder);
    ring();
  });
  watcher.on('error', () => {
    events.fail();
    looking.renew();
    ring();
  });
  const scanning = every(limits.scanEveryMs, ring);
  ring();
  return {
    async close() {
      looking.stop();
      scanning.stop();
      await watcher.close();
    },
  };
}

/**
 * Decides whether events can be relied on: not when the watcher failed, nor when the folder changed and no event had come by the next
 * look.
 */
function createEvents(noticed: (how: Noticing) => void, isDeaf: boolean) {
  let how: Noticing = 'events';
  let [failed, begun, proven, heard, waits, seen] = [isDeaf, false, false, false, false, ''];
  const tell = (now: Noticing): void => {
    if (now !== how) noticed(now);
    how = now;
    proven &&= now === 'events';
  };
  if (failed) tell('clock');
  return {
    begin: () => void (begun = true),
    came: () => void (heard = proven = true),
    /** True while every change had its event, and there was one. */
    areProven: () => proven && how === 'events' && !waits,
    fail(): void {
      failed = true;
      tell('clock');
    },
    /** Call it at each look with the folder's version; true when the folder has to be read because events are missing. */
    isSilent(version: string): boolean {
      const changed = begun && seen !== '' && version !== seen;
      if (waits && !heard) tell('clock');
      else if (heard && !failed) tell('events');
      waits = changed && !heard;
      heard = false;
      seen = version;
      return changed || how === 'clock';
    },
  };
}

/** Changes only the folder's time: if that causes an event, later ones can be expected. */
function touch(folder: string): void {
  try {
    lutimesSync(folder, new Date(), new Date());
  } catch {
    // Then the folder is still checked every second.
  }
}

/** A folder gets a new version whenever something in it is made, renamed or removed. */
function versionOf(folder: string): string {
  const found = statSync(folder, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.ino} ${found.mtimeNs}` : 'gone';
}

/**
 * Everything in inbox/new, oldest first, of any kind; one character is one byte of the name, so any name can be given to
 * `takeEnvelopes`. Never shown: a name that is not a message's is a stranger's text.
 */
export async function listNew(inbox: string): Promise<readonly string[]> {
  // libuv sorts a long listing already, and sorting a sorted list costs 2 ms.
  return (await listNames(inboxFolder(inbox, 'new'))).toSorted();
}
