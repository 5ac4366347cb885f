import { createHash } from 'node:crypto';
import { access, open, readdir, rename, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../core/limits.ts';
import { pickupName } from '../core/request.ts';
import { codeOf, ignoreMissing, listNames, readBounded, syncFolder } from '../disk/files.ts';
import { messageName, parseMessageName } from '../core/message-name.ts';
import { holdInbox, inboxFile, inboxFolder, storeFile } from './maildir.ts';
import { createSlotReader, type Amount, type SlotTable, type Usage } from './slots.ts';

export { roomFor, slotFor, type OpenSlot, type SlotTable, type Usage } from './slots.ts';

const blobBytes = limits.bucketBytes[0];
const takenPattern = /^([0-9a-f]{64})\.([0-9a-f]{32})$/;

/** The most that an inbox may hold in all, and the bytes beside it that share its part of the disk. */
type Room = { readonly most: () => Amount; readonly beside: () => number };

const wholeInbox: Room = {
  most: () => ({ files: Infinity, bytes: limits.inboxBytes }),
  beside: () => 0,
};

/** A place reserved in the inbox for a body on its way: `count` envelopes, or one, of `bytes` each. One object is one place. */
type Place = { readonly slotId: string; readonly bytes: number; readonly count?: number };

/** Counts of inbox/new, with the places that are reserved in it. */
type Counter = {
  readonly usage: () => Usage;
  /** Counts again from the folder if the last count is `limits.recountMs` old. */
  readonly recount: () => Promise<void>;
  readonly reserve: (place: Place) => void;
  /** Gives back an unused place. */
  readonly release: (place: Place) => void;
};

/** Everything the listener can do with an inbox: the only door between listener/ and inbox/. */
export type Intake = Counter & {
  /** The current slots of slots.json. */
  readonly slots: () => Promise<SlotTable>;
  /**
   * Stores envelopes, at most as many as it has room for, in their reserved place: all of them or none, in one file. PROTOCOL.md §8
   * "Storing". `full`: the disk did not take them, nothing is left.
   */
  readonly deliver: (place: Place, ...envelopes: Uint8Array[]) => Promise<'stored' | 'full'>;
  /** The blob of an invite for the first joiner, or again for the same one; `pickup` 32 bytes, `nonce` the header's text. */
  readonly handOut: (pickup: Uint8Array, nonce: string) => Promise<Uint8Array | null>;
  /** The file name of the link with this pickup key (32 bytes). */
  readonly linkName: (pickup: Uint8Array) => string;
  /** Writes listener.json. */
  readonly announce: (where: { host: string; port: number; build: string }) => Promise<void>;
  /** Removes listener.json, unless it belongs to another listener by now. */
  readonly leave: () => Promise<void>;
};

/** Opens the intake of an inbox that `prepareInbox` made, or of a box, holds it, and counts the files that wait there. */
export async function openIntake(inbox: string, room: Room = wholeInbox): Promise<Intake> {
  holdInbox(inbox);
  const counter = await createCounter(inbox, room);
  const nextName = await createNames(inbox);
  return {
    ...counter,
    slots: createSlotReader(inbox),
    async deliver(reserved, ...envelopes) {
      const place = { ...reserved, count: envelopes.length };
      counter.release(reserved);
      counter.reserve(place);
      const name = nextName(place);
      try {
        await storeFile(inbox, name, join(inboxFolder(inbox, 'new'), name), oneBehindTheOther(envelopes));
        counter.keep(place);
        return 'stored';
      } catch (error) {
        counter.release(place);
        if (['ENOSPC', 'EDQUOT'].includes(codeOf(error))) return 'full';
        throw error;
      }
    },
    handOut: (pickup, nonce) => handOut(inbox, pickupName(pickup), joinerName(nonce)),
    linkName: pickupName,
    async announce(where) {
      const startedAt = Date.now();
      const text = JSON.stringify({ version: 1, pid: process.pid, ...where, startedAt });
      await storeFile(
        inbox,
        `listener.${process.pid}.${startedAt}`,
        inboxFile(inbox, 'presence'),
        Buffer.from(text),
      );
    },
    async leave() {
      const presence = inboxFile(inbox, 'presence');
      const text = await readBounded(presence, limits.presenceBytes).catch(() => null);
      if (text?.includes(`"pid":${process.pid},`)) await unlink(presence);
    },
  };
}

/** Envelopes as one run of bytes; contiguous ones, the usual case, are not copied. */
function oneBehindTheOther(envelopes: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array()] = envelopes;
  const lie = envelopes.every(
    ({ buffer, byteOffset }, at) =>
      buffer === first.buffer && byteOffset === first.byteOffset + at * first.length,
  );
  if (!lie) return Buffer.concat(envelopes);
  return new Uint8Array(first.buffer, first.byteOffset, envelopes.length * first.length);
}

async function createCounter(
  inbox: string,
  room: Room,
): Promise<Counter & { readonly keep: (place: Place) => void }> {
  let counted = await countFolder(inbox, room);
  let countedAt = performance.now();
  let counting: Promise<void> | null = null;
  // Places whose file may be missing from the listing being read; better to count them twice for a moment than never.
  const reserved = new Set<Place>();
  const settled = new Set<Place>();

  const count = async (): Promise<void> => {
    try {
      const fresh = await countFolder(inbox, room);
      for (const place of reserved) add(fresh, place, 1);
      counted = fresh;
    } finally {
      // Even when the count failed: files stored meanwhile are in the folder, where the next count finds them.
      for (const place of settled) reserved.delete(place);
      settled.clear();
      countedAt = performance.now();
      counting = null;
    }
  };
  return {
    usage: () => ({ ...counted, most: room.most() }),
    async recount() {
      if (performance.now() - countedAt >= limits.recountMs) counting ??= count();
      await counting;
    },
    reserve(place) {
      reserved.add(place);
      add(counted, place, 1);
    },
    release(place) {
      if (reserved.delete(place)) add(counted, place, -1);
    },
    keep(place) {
      if (counting) settled.add(place);
      else reserved.delete(place);
    },
  };
}

type Count = {
  files: number;
  bytes: number;
  readonly slots: Map<string, Amount>;
  readonly diskBytes: number;
};

async function countFolder(inbox: string, { beside }: Room): Promise<Count> {
  const folder = inboxFolder(inbox, 'new');
  const [names, disk] = await Promise.all([listNames(folder), statfs(folder)]);
  const waiting: Count = { files: 0, bytes: 0, slots: new Map(), diskBytes: 0 };
  for (const name of names) {
    const message = parseMessageName(name);
    if (message) add(waiting, message, 1);
  }
  const others = beside();
  const free = disk.bavail * disk.bsize + waiting.bytes + others;
  return { ...waiting, diskBytes: Math.floor(free * limits.inboxShareOfFreeSpace) - others };
}

function add(total: Count, { slotId, bytes, count = 1 }: Place, sign: 1 | -1): void {
  const slot = total.slots.get(slotId);
  const [files, size] = [sign * count, sign * count * bytes];
  total.slots.set(slotId, { files: (slot?.files ?? 0) + files, bytes: (slot?.bytes ?? 0) + size });
  total.files += files;
  total.bytes += size;
}

/**
 * Makes names in the order of delivery, even when the clock is set back, and after the names of an earlier listener: a key change or a
 * hello that is read after its successors is refused permanently.
 */
async function createNames(inbox: string): Promise<(place: Place) => string> {
  const waiting = await readdir(inboxFolder(inbox, 'new'));
  let time = waiting.reduce((latest, name) => Math.max(latest, (parseMessageName(name)?.time ?? -1) + 1), 0);
  let counter = 0;
  return (place) => {
    time = Math.max(time, Date.now());
    counter = (counter + 1) % 0x1_00_00_00;
    return messageName({ time, processId: process.pid, counter, ...place });
  };
}

/** N, the name of one joiner: hex of the first 16 bytes of SHA-256 of the nonce header, text as sent. */
export function joinerName(nonce: string): string {
  return createHash('sha256').update(nonce).digest('hex').slice(0, 32);
}

/** Invites that were handed out and not withdrawn since. */
export async function takenInvites(inbox: string): Promise<readonly string[]> {
  const names = await listNames(inboxFolder(inbox, 'taken'));
  return names.flatMap((name) => takenPattern.exec(name)?.[1] ?? []);
}

/**
 * Hands a card out to everybody, and an invite to the first joiner who asks; the same joiner gets the same bytes again, any other joiner
 * gets null. The rename decides: of any number of listeners one wins. It returns the bytes only when the rename is on the disk.
 */
export async function handOut(inbox: string, invite: string, joiner: string): Promise<Uint8Array | null> {
  const name = `${invite}.${joiner}`;
  if (!takenPattern.test(name)) return null;
  const card = await readBlob(join(inboxFolder(inbox, 'cards'), invite));
  if (card) return card;
  const taken = join(inboxFolder(inbox, 'taken'), name);
  await rename(join(inboxFolder(inbox, 'ready'), invite), taken).catch(ignoreMissing);
  const blob = await readBlob(taken);
  if (!blob) return noteTry(inbox, invite);
  // Even when the invite was taken before: that listener may have died before its own sync.
  await syncFolder(inboxFolder(inbox, 'taken'));
  await syncFolder(inboxFolder(inbox, 'ready'));
  return blob;
}

/** The joiner's name of a link whose blob was carried by hand. */
export const byHand = joinerName('by hand');

/**
 * Leaves one mark that a person asked for an invite that another person took. It keeps nothing about an invite that never existed, or
 * one that was carried by hand: its recipient may ask before the file is there.
 */
async function noteTry(inbox: string, invite: string): Promise<null> {
  const isCarried = (await readdir(inboxFolder(inbox, 'taken'))).includes(`${invite}.${byHand}`);
  if (isCarried) return null;
  const isUsed = await access(join(inboxFolder(inbox, 'used'), invite)).then(
    () => true,
    () => false,
  );
  if (!isUsed && !(await takenInvites(inbox)).includes(invite)) return null;
  const mark = await open(join(inboxFolder(inbox, 'tried'), invite), 'wx', 0o600).catch(() => null);
  await mark?.close();
  return null;
}

async function readBlob(path: string): Promise<Uint8Array | null> {
  const bytes = await readBounded(path, blobBytes).catch(ignoreMissing);
  return bytes?.length === blobBytes ? bytes : null;
}
