import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { lentKey } from '../../core/box.ts';
import { sameBytes } from '../../core/bytes.ts';
import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { isOwnAddress, parsePlace, placesOf } from '../../core/place.ts';
import { printableLine } from '../../core/printable.ts';
import { parseAddress } from '../../core/address.ts';
import { readBounded } from '../../disk/files.ts';
import { inboxFile, prepareInbox } from '../../inbox/maildir.ts';
import { formatVouchers, parseVouchers, writeVouchers } from '../../inbox/vouchers.ts';
import { encodeBoxLink } from '../../protocol/box-link.ts';
import { homeExists, homePaths } from '../control/home-paths.ts';
import { loadConfig, saveConfig } from './config.ts';
import { guardHome } from './guard-home.ts';
import { inEffectOutside } from './in-effect.ts';
import type { Lender } from './lent.ts';
import { lockFile } from '../../store/lock-file.ts';
import { makeFolders } from './make-folders.ts';

/** True for a home without keys, which only keeps boxes for others. */
export function isHostHome(home: string): boolean {
  const { config, inbox, keys } = homePaths(home);
  return !existsSync(keys) && existsSync(config) && existsSync(inbox);
}

/**
 * Makes a home without keys, or changes where it listens: an inbox for boxes, and settings. Throws ChatError home-exists for a home with
 * keys, address-bad, and what guardHome() throws.
 */
export async function makeHostHome(
  home: string,
  { listen, address }: { readonly listen: string; readonly address: string },
): Promise<void> {
  if (!parseAddress(listen)) throw new ChatError('address-bad', printableLine(listen));
  if (!isOwnAddress(address)) throw new ChatError('address-bad', printableLine(address));
  guardHome(home);
  if (homeExists(home)) throw new ChatError('home-exists', printableLine(home));
  const paths = homePaths(home);
  makeFolders(paths.home);
  guardHome(home);
  await prepareInbox(paths.inbox);
  await saveConfig(paths.home, { listen, address, keepListening: true });
}

/**
 * Makes a voucher in a home without keys, where vouchers.json is the only place that knows of it, and returns its box link. Throws
 * ChatError lend-nowhere, home-busy, file-failed.
 */
export async function lendFrom(
  home: string,
  { bytes = limits.boxBytes, boxes = 1 }: { readonly bytes?: number; readonly boxes?: number },
): Promise<{ readonly link: string }> {
  const { address } = await inEffectOutside(await loadConfig(home), homePaths(home));
  const place = placesOf(address).find((one) => parsePlace(one)?.box === '');
  if (place === undefined) throw new ChatError('lend-nowhere');
  const secret = new Uint8Array(randomBytes(16));
  const made = { key: lentKey(secret), files: limits.boxFiles, bytes, boxes, days: limits.boxDays };
  await changeVouchers(home, (before) => [...before, made]);
  return { link: encodeBoxLink({ secret, place }) };
}

/** Lists everything that a home without keys has lent, and takes it back. */
export function lenderOf(home: string): Lender {
  const { inbox } = homePaths(home);
  return {
    inbox,
    vouchers: () => vouchersIn(inbox),
    takeBack: ({ key }) =>
      changeVouchers(home, (before) => before.filter((voucher) => !sameBytes(voucher.key, key))),
  };
}

type Vouchers = Awaited<ReturnType<typeof vouchersIn>>;

/** Rewrites vouchers.json, one command at a time. Throws ChatError home-busy, file-failed. */
async function changeVouchers(home: string, change: (before: Vouchers) => Vouchers): Promise<void> {
  const { inbox } = homePaths(home);
  const free = lockFile(join(home, '.lending'));
  if (!free) throw new ChatError('home-busy');
  try {
    await writeVouchers(inbox, change(await vouchersIn(inbox)));
  } finally {
    free();
  }
}

/** Never rewrite a file that cannot be read whole: every link lent before would end. */
async function vouchersIn(inbox: string): Promise<ReturnType<typeof parseVouchers>> {
  const path = inboxFile(inbox, 'vouchers');
  if (!existsSync(path)) return [];
  const text = (await readBounded(path, limits.slotsFileBytes))?.toString('utf8') ?? '';
  const vouchers = parseVouchers(text);
  if (vouchers.length === 0 && text !== formatVouchers([]))
    throw new ChatError('file-failed', 'vouchers.json cannot be read');
  return vouchers;
}
