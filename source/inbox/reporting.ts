import { statfsSync } from 'node:fs';
import { limits } from '../core/limits.ts';
import { inboxFolder } from './maildir.ts';

/** What the system reports of the changes in an inbox. */
export type Reporting = {
  /** A change was reported. */
  readonly came: () => void;
  /** Changes in some folder are not reported. */
  readonly failed: () => void;
  /** How often (ms) to look all the same for what should be reported: rarely once reports have come. */
  readonly lookMs: () => number;
};

/** Notes what the system reports of an inbox; a disk that another machine may change is not relied on. */
export function createReporting(inbox: string, typeOf = typeOfDisk): Reporting {
  let [isProven, isPartial] = [false, isOfAnotherMachine(inbox, typeOf)];
  return {
    came: () => void (isProven = true),
    failed: () => void (isPartial = true),
    lookMs: () => (isProven && !isPartial ? limits.lookReportedMs : limits.lookUnreportedMs),
  };
}

/** False when the inbox is gone or has been replaced, as far as a quick look shows. */
export function isInboxHere(inbox: string): boolean {
  try {
    inboxFolder(inbox, 'new');
    return true;
  } catch {
    return false;
  }
}

/** Numbers that statfs reports for file systems that another machine may change without an event. See statfs(2). */
const remoteTypes: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x01021997, // 9P
  0x65735546, // FUSE: sshfs, GlusterFS, virtiofs
  0x00c36400, // Ceph
  0x5346414f, // AFS
  0x786f4256, // VirtualBox
  0x0bd00bd0, // Lustre
  0x01161970, // GFS2
  0x7461636f, // OCFS2
]);

/** Tells whether another machine may change a folder without an event. */
export function isOfAnotherMachine(folder: string, typeOf = typeOfDisk): boolean {
  try {
    // Some systems report it as a negative number.
    return remoteTypes.has(typeOf(folder) >>> 0);
  } catch {
    return false;
  }
}

function typeOfDisk(folder: string): number {
  return statfsSync(folder).type;
}
