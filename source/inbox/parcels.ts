import { randomUUID } from 'node:crypto';
import { statSync, watch } from 'node:fs';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord, parseJson } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import {
  decodeDone,
  decodeParcel,
  doneBytes,
  encodeDone,
  encodeParcel,
  parcelBytes,
  type Done,
  type Parcel,
} from '../core/parcel.ts';
import { clearAway, renameOver } from '../disk/clear-away.ts';
import { codeOf, ignoreMissing, readBounded, syncFolder, writeSynced } from '../disk/files.ts';
import { followFile } from './follow-file.ts';
import { checkInbox, ensureStored, inboxFile, inboxFolder, storeFile } from './maildir.ts';

// The files that a client uses to leave mail to its listener for posting, and to learn what was taken. PROTOCOL.md "Parcels".

/** The type of a file in out/: a parcel, or the note that it was taken. */
type ParcelKind = 'parcel' | 'done';

/** A file in out/: its lane (32 hex digits) and its number there. */
export type ParcelName = { readonly lane: string; readonly number: number; readonly kind: ParcelKind };

const namePattern = /^(?<lane>[0-9a-f]{32})\.(?<number>\d{10})\.(?<kind>parcel|done)$/u;

/** The name of a file in out/. */
export function parcelName({ lane, number, kind }: ParcelName): string {
  return `${lane}.${String(number).padStart(10, '0')}.${kind}`;
}

function parseName(name: string): ParcelName | null {
  const { lane = '', number = '', kind } = namePattern.exec(name)?.groups ?? {};
  return kind === undefined ? null : { lane, number: Number(number), kind: kind as ParcelKind };
}

/** Everything in out/ that has such a name, in the order of numbers. */
export async function listParcels(inbox: string): Promise<readonly ParcelName[]> {
  const names = await readdir(inboxFolder(inbox, 'out'));
  return names.flatMap((name) => parseName(name) ?? []).toSorted((one, other) => one.number - other.number);
}

/** How many parcels wait in an inbox for its listener; 0 when that cannot be read. */
export async function countParcels(inbox: string): Promise<number> {
  const all = await listParcels(inbox).catch(() => []);
  const done = new Set(all.filter(({ kind }) => kind === 'done').map(({ number }) => number));
  return all.filter(({ kind, number }) => kind === 'parcel' && !done.has(number)).length;
}

/** Calls `changed` when a parcel is left in out/, and `failed` when that is not reported; returns the function that ends this. */
export function watchParcels(
  inbox: string,
  { changed, failed }: { readonly changed: () => void; readonly failed: () => void },
): () => void {
  try {
    const watcher = watch(inboxFolder(inbox, 'out'), { persistent: false }, changed);
    watcher.on('error', failed);
    return () => watcher.close();
  } catch {
    failed();
    return () => undefined;
  }
}

/** A different text whenever something in out/ was made, renamed or removed, as far as the file system reports it. */
export function parcelsVersion(inbox: string): string {
  const { mtimeNs, ctimeNs } = statSync(inboxFolder(inbox, 'out'), { bigint: true });
  return `${mtimeNs} ${ctimeNs}`;
}

/** Writes parcels, each whole or not at all, and resolves when they are on the disk. On a failure, earlier ones may be there. */
export async function writeParcels(
  inbox: string,
  parcels: ReadonlyArray<{ readonly lane: string; readonly number: number; readonly parcel: Parcel }>,
): Promise<void> {
  await Promise.all(
    parcels.map(async ({ parcel, ...name }) => {
      const part = join(inboxFolder(inbox, 'tmp'), `parcel.${randomUUID()}`);
      try {
        await writeSynced(part, encodeParcel(parcel));
        checkInbox(inbox);
        await renameOver(part, join(inboxFolder(inbox, 'out'), parcelName({ ...name, kind: 'parcel' })));
      } catch (error) {
        await unlink(part).catch(() => undefined);
        throw error;
      }
    }),
  );
  await syncFolder(inboxFolder(inbox, 'out'));
}

/** Called with the reason why an existing file cannot be read. */
type Unreadable = (error: unknown) => void;

/** A parcel; null when there is none, one that breaks a rule, or one that cannot be read. Throws when the machine has no handle or memory. */
export async function readParcel(
  inbox: string,
  name: Omit<ParcelName, 'kind'>,
  unreadable?: Unreadable,
): Promise<Parcel | null> {
  const bytes = await read(inbox, { ...name, kind: 'parcel' }, { most: parcelBytes, unreadable });
  return bytes && decodeParcel(bytes);
}

/** Notes that a parcel was taken, and removes it. Resolves when the note is on the disk. */
export async function markDone(inbox: string, name: Omit<ParcelName, 'kind'>, done: Done): Promise<void> {
  const out = inboxFolder(inbox, 'out');
  const path = join(out, parcelName({ ...name, kind: 'done' }));
  await storeFile(inbox, `done.${randomUUID()}`, path, encodeDone(done));
  await unlink(join(out, parcelName({ ...name, kind: 'parcel' }))).catch(ignoreMissing);
}

/** The note that a parcel was taken; null when there is none, one that breaks a rule, or one that cannot be read. Throws as readParcel(). */
export async function readDone(
  inbox: string,
  name: Omit<ParcelName, 'kind'>,
  unreadable?: Unreadable,
): Promise<Done | null> {
  const bytes = await read(inbox, { ...name, kind: 'done' }, { most: doneBytes, unreadable });
  return bytes && decodeDone(bytes);
}

/** Errors of the whole machine, which say nothing about one file. */
const busy: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN']);

async function read(
  inbox: string,
  name: ParcelName,
  { most, unreadable }: { readonly most: number; readonly unreadable: Unreadable | undefined },
): Promise<Uint8Array<ArrayBuffer> | null> {
  const path = join(inboxFolder(inbox, 'out'), parcelName(name));
  const bytes = await readBounded(path, most).catch((error: unknown) => {
    if (busy.has(codeOf(error))) throw error;
    if (codeOf(error) !== 'ENOENT') unreadable?.(error);
    return null;
  });
  return bytes && new Uint8Array(bytes);
}

/** A file in out/ that could not be removed, and why. */
type Unremoved = { readonly name: ParcelName; readonly error: unknown };

/**
 * Removes files from out/, as far as they exist, and anything else with such a name: the network-facing process may put anything there,
 * and must not keep anybody out. Resolves when that is on the disk, with those that stay.
 */
export async function removeParcels(
  inbox: string,
  names: readonly ParcelName[],
): Promise<readonly Unremoved[]> {
  if (names.length === 0) return [];
  const out = inboxFolder(inbox, 'out');
  const unremoved: Unremoved[] = [];
  for (const name of names)
    await clearAway(join(out, parcelName(name))).catch((error: unknown) => unremoved.push({ name, error }));
  await syncFolder(out);
  return unremoved;
}

/**
 * How a listener posts: through this proxy, as in config.toml, or directly when it is empty; with `listen` and `address` of its home,
 * which identify the boxes that it keeps itself.
 */
export type CarrySettings = { readonly proxy: string; readonly listen: string; readonly address: string };

/** Replaces carry.json unless it has that content already. */
export async function writeCarry(inbox: string, { proxy, listen, address }: CarrySettings): Promise<void> {
  const text = JSON.stringify({ version: 1, proxy, listen, address });
  await ensureStored(inbox, inboxFile(inbox, 'carry'), Buffer.from(text));
}

/** Reads carry.json; null, which forbids posting, when the file is missing or invalid. */
export function createCarryReader(inbox: string): () => Promise<CarrySettings | null> {
  return followFile({
    path: () => inboxFile(inbox, 'carry'),
    mostBytes: limits.presenceBytes,
    parse: parseCarry,
    none: null,
  });
}

function parseCarry(text: string): CarrySettings | null {
  const file = parseJson(text);
  if (!isRecord(file) || file['version'] !== 1) return null;
  const { proxy, listen, address } = file;
  const isGood = typeof proxy === 'string' && typeof listen === 'string' && typeof address === 'string';
  return isGood ? { proxy, listen, address } : null;
}
