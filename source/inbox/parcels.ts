import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat, unlink } from 'node:fs/promises';
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
import { codeOf, ignoreMissing, readBounded, syncFolder, writeSynced } from '../disk/files.ts';
import { followFile } from './follow-file.ts';
import { checkInbox, inboxFile, inboxFolder, storeFile } from './maildir.ts';

// The files by which a client leaves to its listener what is to be posted, and hears what was taken. PROTOCOL.md "Parcels".

/** What a file in out/ is: a parcel, or the note that it was taken. */
export type ParcelKind = 'parcel' | 'done';

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

/** How many parcels wait in an inbox for its listener; 0 where that cannot be seen. */
export async function countParcels(inbox: string): Promise<number> {
  const all = await listParcels(inbox).catch(() => []);
  const done = new Set(all.filter(({ kind }) => kind === 'done').map(({ number }) => number));
  return all.filter(({ kind, number }) => kind === 'parcel' && !done.has(number)).length;
}

/** Another text whenever something in out/ was made, renamed or removed, as far as the file system tells. */
export async function parcelsVersion(inbox: string): Promise<string> {
  const { mtimeNs, ctimeNs } = await stat(inboxFolder(inbox, 'out'), { bigint: true });
  return `${mtimeNs} ${ctimeNs}`;
}

/** Lays parcels out, each whole or not at all, and answers when they are on the disk. On a failure those before it may be there. */
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
        await rename(part, join(inboxFolder(inbox, 'out'), parcelName({ ...name, kind: 'parcel' })));
      } catch (error) {
        await unlink(part).catch(() => undefined);
        throw error;
      }
    }),
  );
  await syncFolder(inboxFolder(inbox, 'out'));
}

/** A parcel; null when there is none, or one that breaks a rule. */
export async function readParcel(inbox: string, name: Omit<ParcelName, 'kind'>): Promise<Parcel | null> {
  const bytes = await read(inbox, { ...name, kind: 'parcel' }, parcelBytes);
  return bytes && decodeParcel(bytes);
}

/** Notes that a parcel was taken, and removes it. Resolves when the note is on the disk. */
export async function markDone(inbox: string, name: Omit<ParcelName, 'kind'>, done: Done): Promise<void> {
  const out = inboxFolder(inbox, 'out');
  const path = join(out, parcelName({ ...name, kind: 'done' }));
  await storeFile(inbox, `done.${randomUUID()}`, path, encodeDone(done));
  await unlink(join(out, parcelName({ ...name, kind: 'parcel' }))).catch(ignoreMissing);
}

/** The note that a parcel was taken; null when there is none, or one that breaks a rule. */
export async function readDone(inbox: string, name: Omit<ParcelName, 'kind'>): Promise<Done | null> {
  const bytes = await read(inbox, { ...name, kind: 'done' }, doneBytes);
  return bytes && decodeDone(bytes);
}

async function read(inbox: string, name: ParcelName, most: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const path = join(inboxFolder(inbox, 'out'), parcelName(name));
  const bytes = await readBounded(path, most).catch(ignoreMissing);
  return bytes ? new Uint8Array(bytes) : null;
}

/** Removes files from out/, as far as they are there; resolves when that is on the disk. */
export async function removeParcels(inbox: string, names: readonly ParcelName[]): Promise<void> {
  if (names.length === 0) return;
  const out = inboxFolder(inbox, 'out');
  // Also what is no file: the network-facing process may put anything there, and must keep nobody out.
  for (const name of names) await rm(join(out, parcelName(name)), { recursive: true, force: true });
  await syncFolder(out);
}

/**
 * How a listener posts: through this proxy, as config.toml names it, or straight where it is empty; and `listen` and `address` of its home, by
 * which it knows the boxes that it keeps itself.
 */
export type CarrySettings = { readonly proxy: string; readonly listen: string; readonly address: string };

/** Replaces carry.json, unless it says that already. */
export async function writeCarry(inbox: string, { proxy, listen, address }: CarrySettings): Promise<void> {
  const text = JSON.stringify({ version: 1, proxy, listen, address });
  const path = inboxFile(inbox, 'carry');
  const before = await readBounded(path, limits.presenceBytes).catch(nullIfNone);
  if (before?.toString('utf8') === text) return;
  await storeFile(inbox, `carry.${randomUUID()}`, path, Buffer.from(text));
}

function nullIfNone(error: unknown): null {
  if (codeOf(error) !== 'ENOENT') throw error;
  return null;
}

/** Answers what carry.json says; null, and nothing may be posted, when there is no such file or it makes no sense. */
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
