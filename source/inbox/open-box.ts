import { rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxTable, LinkNews } from '../core/box-bodies.ts';
import { limits } from '../core/limits.ts';
import { parseMessageName, type MessageName } from '../core/message-name.ts';
import { slotId } from '../core/request.ts';
import type { Bytes } from '../core/types.ts';
import { codeOf, ignoreMissing, listNames, readBounded, syncFolder } from '../disk/files.ts';
import { boxPath, noteCollected, readKeys, readLimits, type BoxKeys } from './box-folder.ts';
import { openIntake, takenInvites, type Intake } from './deliver.ts';
import { keepUsed, offerCard, offerInvite, triedLinks, withdrawOthers } from './invites.ts';
import { inboxFolder } from './maildir.ts';
import { writeSlots, type Amount } from './slots.ts';
import { createVoucherReader, writeVouchers, type Vouchers } from './vouchers.ts';

/** The oldest files of a box, handed out together, and whether more wait. */
type Handful = {
  readonly files: ReadonlyArray<{ readonly name: string; readonly envelopes: Bytes }>;
  readonly more: boolean;
};

/** One box of a host: every action for its owner and for those who write to it. */
export type Box = {
  readonly id: string;
  readonly keys: BoxKeys;
  readonly intake: Intake;
  /** The vouchers of its owner's links. */
  readonly vouchers: () => Promise<Vouchers>;
  /** Makes the slots and links of the box those of a table; may be repeated after a crash. */
  readonly put: (table: BoxTable) => Promise<void>;
  /** Deletes files that the owner has; skips names without a file here. */
  readonly discard: (names: readonly string[]) => Promise<void>;
  /** The oldest files, without those of the given slots. */
  readonly take: (without: ReadonlySet<string>) => Promise<Handful>;
  /** Links that were picked up here, and links that were tried after that. */
  readonly news: () => Promise<readonly LinkNews[]>;
};

/**
 * The surroundings of a box: the bytes beside it on the disk, the part of its promise that other boxes use, and the callback for stored
 * mail.
 */
type Surroundings = {
  readonly beside: () => number;
  readonly given: () => Promise<() => Amount>;
  readonly arrived: () => void;
};

/** Opens a box, and holds it as an inbox is held; null when there is none. */
export async function openBox(
  inbox: string,
  id: string,
  { beside, given, arrived }: Surroundings,
): Promise<Box | null> {
  const path = await boxPath(inbox, id);
  const [keys, promised] = [await readKeys(path), await readLimits(path)];
  if (!keys || !promised) return null;
  const part = await given();
  const most = (): Amount => less(promised, part());
  const intake = await openIntake(path, { most, beside });
  return {
    id,
    keys,
    vouchers: createVoucherReader(path),
    intake: {
      ...intake,
      async deliver(place, ...envelopes) {
        const outcome = await intake.deliver(place, ...envelopes);
        if (outcome === 'stored') arrived();
        return outcome;
      },
    },
    put: (table) => afterOthers(path, () => putTable(path, table)),
    async discard(names) {
      await noteCollected(path);
      await discard(path, names);
    },
    take: (without) => take(path, without),
    news: () => readNews(path),
  };
}

function less(whole: Amount, part: Amount): Amount {
  return { files: whole.files - part.files, bytes: whole.bytes - part.bytes };
}

/** The table being put into each box, by path: a later one waits, or the older one would remove what it brings. */
const putting = new Map<string, Promise<void>>();

async function afterOthers(path: string, put: () => Promise<void>): Promise<void> {
  const before = putting.get(path) ?? Promise.resolve();
  const now = before.catch(() => undefined).then(put);
  putting.set(path, now);
  try {
    await now;
  } finally {
    if (putting.get(path) === now) putting.delete(path);
  }
}

async function putTable(path: string, { batch, slots, links, vouchers }: BoxTable): Promise<void> {
  // Slots first: a blob that is handed out leads to a hello through the slot of its link.
  await writeSlots(
    path,
    slots.map((slot) => ({ id: slotId(slot.key), ...slot })),
    batch,
  );
  await writeVouchers(path, vouchers);
  const names = links.map(({ name }) => name);
  const linked = slots.flatMap(({ link }) => (link === undefined ? [] : [link]));
  const used = linked.filter((name) => !names.includes(name));
  await keepUsed(path, { used, open: names });
  for (const { card, name, blob } of links) {
    await (card ? offerCard(path, name, blob) : offerInvite(path, name, blob));
  }
  // A joiner who picked a link up here may ask again for as long as its slot is there.
  await withdrawOthers(path, { open: names, kept: [...names, ...used] });
}

async function discard(path: string, names: readonly string[]): Promise<void> {
  const folder = inboxFolder(path, 'new');
  const files = names.filter((name) => parseMessageName(name) !== null);
  for (const name of files) await unlink(join(folder, name)).catch(ignoreMissing);
  if (files.length > 0) await syncFolder(folder);
}

async function take(path: string, without: ReadonlySet<string>): Promise<Handful> {
  const folder = inboxFolder(path, 'new');
  const named = (await listNames(folder)).toSorted().flatMap((name) => {
    const parsed = parseMessageName(name);
    return parsed && !without.has(parsed.slotId) ? [{ name, parsed }] : [];
  });
  const files: Array<{ readonly name: string; readonly envelopes: Bytes }> = [];
  let bytes = 0;
  let looked = 0;
  for (const { name, parsed } of named) {
    bytes += parsed.bytes * parsed.count;
    const isFull = files.length > 0 && bytes > limits.boxBatchBytes;
    if (files.length === limits.boxBatchFiles || isFull) break;
    looked += 1;
    const envelopes = await readEnvelopes(join(folder, name), parsed);
    if (envelopes) files.push({ name, envelopes });
    else bytes -= parsed.bytes * parsed.count;
  }
  return { files, more: looked < named.length };
}

/** The content of one file; null when it is gone, or when it does not match its name: nobody could ever collect it, so it is deleted. */
async function readEnvelopes(path: string, { bytes, count }: MessageName): Promise<Bytes | null> {
  const read = await readBounded(path, bytes * count).catch(nullForFolders);
  if (read?.length === bytes * count) return new Uint8Array(read);
  await rm(path, { recursive: true, force: true });
  return null;
}

function nullForFolders(error: unknown): null {
  if (!['ENOENT', 'EISDIR'].includes(codeOf(error))) throw error;
  return null;
}

async function readNews(path: string): Promise<readonly LinkNews[]> {
  const half = limits.boxNews / 2;
  const taken = (await takenBy(path)).slice(0, half);
  const tried = (await triedLinks(path)).slice(0, half);
  return [...taken, ...tried.map((name) => ({ name, takenBy: null }))];
}

async function takenBy(path: string): Promise<readonly LinkNews[]> {
  const known = new Set(await takenInvites(path));
  const names = await listNames(inboxFolder(path, 'taken'));
  return names.flatMap((file) => {
    const [name = '', joiner = ''] = file.split('.');
    return known.has(name) && /^[0-9a-f]{32}$/.test(joiner) ? [{ name, takenBy: joiner }] : [];
  });
}
