import { randomUUID } from 'node:crypto';
import { statSync, watch } from 'node:fs';
import { open, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxLink, LinkNews } from '../core/box-bodies.ts';
import { fromBase64url, toBase64url } from '../core/bytes.ts';
import { isCount, isRecord, parseJson } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import { parsePlace } from '../core/place.ts';
import type { Bytes } from '../core/types.ts';
import { ignoreMissing, readBounded, syncFolder } from '../disk/files.ts';
import { takenInvites } from './deliver.ts';
import { followFile } from './follow-file.ts';
import { inboxFiles } from './layout.ts';
import { ensureStored, inboxFile, inboxFolder, storeHint } from './maildir.ts';

// The files that a client uses to have its listener collect from boxes elsewhere, and to read its reports. PROTOCOL.md "Boxes".

/** A box of this home at another listener: its place, the seed of its key, and the key that seals bodies (32 bytes each). */
export type Mailbox = {
  readonly place: string;
  readonly seed: Bytes;
  readonly seal: Bytes;
  /** The ways out that reach it (core/way-out.ts); empty for a direct connection. */
  readonly proxy: string;
};

/** The state of one mailbox; times in ms since 1970, 0 for never. */
export type Reached = {
  readonly place: string;
  /** The last time that its host gave a good answer. */
  readonly answeredAt: number;
  /** Why it does not answer, in words for a person; empty when it does. */
  readonly reason: string;
  /** When the slots and links that its host has were read. */
  readonly tableAt: number;
};

/** Replaces mailboxes.json as a whole, unless it has this content already; resolves when it is on the disk. The listener sees it within a second. */
export async function writeMailboxes(inbox: string, mailboxes: readonly Mailbox[]): Promise<void> {
  const written = mailboxes.map(({ place, seed, seal, proxy }) => ({
    place,
    proxy,
    seed: toBase64url(seed),
    seal: toBase64url(seal),
  }));
  const text = Buffer.from(JSON.stringify({ version: 1, mailboxes: written }));
  await ensureStored(inbox, inboxFile(inbox, 'mailboxes'), text);
}

/** Returns the mailboxes of an inbox, and reads mailboxes.json again only when it has changed. */
export function createMailboxReader(inbox: string): () => Promise<readonly Mailbox[]> {
  return followFile({
    path: () => inboxFile(inbox, 'mailboxes'),
    mostBytes: limits.slotsFileBytes,
    parse: parseMailboxes,
    none: [],
  });
}

/** Reads the text of a mailboxes.json; any error in the text means no mailboxes. */
function parseMailboxes(text: string): readonly Mailbox[] {
  const listed = listIn(text);
  const mailboxes = listed.map(parseMailbox).filter((mailbox) => mailbox !== null);
  return mailboxes.length === listed.length ? mailboxes : [];
}

function parseMailbox(value: unknown): Mailbox | null {
  if (!isRecord(value) || typeof value['place'] !== 'string' || !parsePlace(value['place'])?.box) return null;
  const [seed, seal] = [parseKey(value['seed']), parseKey(value['seal'])];
  const proxy = value['proxy'];
  return seed && seal && typeof proxy === 'string' ? { place: value['place'], seed, seal, proxy } : null;
}

function parseKey(text: unknown): Bytes | null {
  const key = typeof text === 'string' ? fromBase64url(text) : null;
  return key?.length === 32 ? key : null;
}

/** Replaces reach.json, which a machine that crashes may lose. */
export async function writeReach(inbox: string, mailboxes: readonly Reached[]): Promise<void> {
  const text = Buffer.from(JSON.stringify({ version: 1, mailboxes }));
  await storeHint(inbox, `reach.${randomUUID()}`, inboxFile(inbox, 'reach'), text);
}

/** Reads reach.json, which the network-facing process writes: a hint. Invalid parts of it are left out. */
export async function readReach(inbox: string): Promise<readonly Reached[]> {
  const bytes = await readBounded(inboxFile(inbox, 'reach'), limits.reachBytes).catch(() => null);
  return listIn(bytes?.toString('utf8') ?? '').flatMap((value) => {
    if (!isRecord(value)) return [];
    const { place, answeredAt, reason, tableAt } = value;
    const isGood = typeof place === 'string' && typeof reason === 'string' && reason.length <= 200;
    return isGood && isCount(answeredAt) && isCount(tableAt) ? [{ place, answeredAt, reason, tableAt }] : [];
  });
}

function listIn(text: string): readonly unknown[] {
  const file = parseJson(text);
  if (!isRecord(file) || file['version'] !== 1 || !Array.isArray(file['mailboxes'])) return [];
  return file['mailboxes'] as readonly unknown[];
}

/** A different text whenever one of these files was replaced. */
export function filesVersion(inbox: string, files: ReadonlyArray<'mailboxes' | 'reach'>): string {
  const found = files.map((file) => statSync(join(inbox, inboxFiles[file]), { throwIfNoEntry: false }));
  return found.map((one) => `${one?.ino} ${one?.mtimeMs}`).join(' ');
}

/** A watch over the files that matter for mailboxes; `isWhole` is false when the system reports no changes for some of them. */
type MailboxWatch = { readonly isWhole: () => boolean; readonly close: () => void };

/** Rings when a file that matters for mailboxes may have changed; `came` is called for every change. */
export function watchMailboxes(
  inbox: string,
  { came, ring }: { readonly came: () => void; readonly ring: () => void },
): MailboxWatch {
  const folders = [inbox, ...(['ready', 'cards'] as const).map((folder) => inboxFolder(inbox, folder))];
  let isWhole = true;
  const changed = (name: string | null): void => {
    came();
    // The listener's own report matters to the client alone.
    if (name !== inboxFiles.reach) ring();
  };
  const broken = (): void => {
    isWhole = false;
  };
  const watchers = folders.flatMap((folder) => {
    try {
      return [watch(folder, { persistent: false }, (_, name) => changed(name)).on('error', broken)];
    } catch {
      broken();
      return [];
    }
  });
  return {
    isWhole: () => isWhole,
    close() {
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Returns a different text whenever the links of an inbox have changed. */
export function linksVersion(inbox: string): string {
  const folders = (['ready', 'taken', 'cards'] as const).map((folder) => inboxFolder(inbox, folder));
  const found = folders.map((folder) => statSync(folder, { bigint: true }));
  return found.map(({ mtimeNs, ctimeNs }) => `${mtimeNs} ${ctimeNs}`).join(' ');
}

/** The last change of anything that goes into a table, in ms since 1970, by the disk's times. */
export async function tableChangedAt(inbox: string): Promise<number> {
  const files = (['slots', 'vouchers'] as const).map((file) => inboxFile(inbox, file));
  const folders = (['ready', 'taken', 'cards'] as const).map((folder) => inboxFolder(inbox, folder));
  const found = await Promise.all([...files, ...folders].map((path) => stat(path).catch(ignoreMissing)));
  return Math.max(0, ...found.map((one) => Math.floor(one?.mtimeMs ?? 0)));
}

/** The links and cards of an inbox that can still be picked up, with their blobs. */
export async function readLinks(inbox: string): Promise<readonly BoxLink[]> {
  const links: BoxLink[] = [];
  for (const folder of ['cards', 'ready'] as const) {
    const path = inboxFolder(inbox, folder);
    for (const file of await readdir(path)) {
      const name = file.slice(0, 64);
      const blob = await readBounded(join(path, file), limits.bucketBytes[0]).catch(ignoreMissing);
      const isNew = !links.some((link) => link.name === name);
      if (isNew && /^[0-9a-f]{64}$/.test(name) && blob?.length === limits.bucketBytes[0])
        links.push({ card: folder === 'cards', name, blob: new Uint8Array(blob) });
    }
  }
  return links;
}

/** Applies here what happened to links at a box: a link taken there counts as taken. May be repeated; it ignores links unknown here. */
export async function noteNews(inbox: string, news: readonly LinkNews[]): Promise<void> {
  for (const { name, takenBy } of news) {
    if (takenBy === null) await noteTried(inbox, name);
    else await noteTaken(inbox, name, takenBy);
  }
}

async function noteTaken(inbox: string, name: string, joiner: string): Promise<void> {
  if ((await takenInvites(inbox)).includes(name)) return noteTakenTwice(inbox, name, joiner);
  const [ready, taken] = [inboxFolder(inbox, 'ready'), inboxFolder(inbox, 'taken')];
  const there = await stat(join(ready, name)).catch(ignoreMissing);
  if (!there?.isFile()) return;
  await rename(join(ready, name), join(taken, `${name}.${joiner}`)).catch(ignoreMissing);
  await syncFolder(taken);
  await syncFolder(ready);
}

/** Another joiner has picked it up here: until the box knows that, both get it. */
async function noteTakenTwice(inbox: string, name: string, joiner: string): Promise<void> {
  const own = await stat(join(inboxFolder(inbox, 'taken'), `${name}.${joiner}`)).catch(ignoreMissing);
  if (!own) await noteTried(inbox, name);
}

async function noteTried(inbox: string, name: string): Promise<void> {
  const isUsed = await stat(join(inboxFolder(inbox, 'used'), name)).catch(ignoreMissing);
  if (!isUsed && !(await takenInvites(inbox)).includes(name)) return;
  const mark = await open(join(inboxFolder(inbox, 'tried'), name), 'wx', 0o600).catch(() => null);
  await mark?.close();
}
