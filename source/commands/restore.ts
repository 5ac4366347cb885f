import { resolve } from 'node:path';
import { asFailure, ChatError } from '../core/errors.ts';
import { addressFrom } from '../core/address-from.ts';
import { listenFor, namesOnion, withOnion } from '../core/place.ts';
import { printableLine } from '../core/printable.ts';
import { shownProxy } from '../core/proxy.ts';
import { directWord } from '../core/way-out.ts';
import type { Config } from '../session/work/work.ts';
import type { Flags } from './flags.ts';
import { refuseToMake } from '../session/control/home-paths.ts';
import { openBackup, restoreHome, type OpenedBackup } from '../session/home/restore.ts';
import type { AskPassphrase } from '../session/home/unlock.ts';
import { say, type Invocation } from './invocation.ts';
import { askedFor, givenLines, newPassphrase, onlyOnce } from './passphrase.ts';

/** `restore FILE`: makes a new home from a backup; the first start tells the contacts. */
export async function restore(call: Invocation): Promise<void> {
  const { home, flags } = call;
  refuseToMake(home);
  const { opened, passphrase } = await openAndLock(call, resolve(call.words[0] ?? ''));
  const config = configFor(opened.config, flags);
  try {
    await restoreHome(opened, { ...config, home, passphrase });
  } catch (error) {
    throw asFailure(error);
  }
  sayWhatNow(call, { ...opened, config });
}

/** The settings of the backup with those of the flags: `onion` among the addresses also turns Tor on. */
function configFor(before: Config, flags: Pick<Flags, 'listen' | 'address'>): Config {
  const address = flags.address === undefined ? before.address : addressFrom(flags.address);
  const asks = flags.address !== undefined && namesOnion(address);
  const isMoved = flags.address !== undefined;
  const listen = flags.listen ?? (isMoved ? listenFor(address, before) : before.listen);
  return { ...before, listen, address, onion: before.onion === true || asks };
}

/** With --passphrase-fd: a line for the backup, then one for the home, unless the home is to have none. */
async function openAndLock(
  call: Invocation,
  file: string,
): Promise<{ readonly opened: OpenedBackup; readonly passphrase: string | null }> {
  const isOpen = call.flags.passphrase === false;
  const lines = await givenLines(call, ["the backup's passphrase", ...(isOpen ? [] : ["the home's"])]);
  const ask = lines ? onlyOnce(lines[0] ?? '') : askedFor(call, 'Passphrase of the backup: ');
  const opened = await tryEach(file, ask);
  return { opened, passphrase: isOpen ? null : (lines?.[1] ?? (await newPassphrase(call))) };
}

function sayWhatNow(call: Invocation, { name, madeAt, config }: OpenedBackup): void {
  const day = new Date(madeAt).toISOString().slice(0, 10);
  const where = printableLine(
    withOnion(config.address, config.onion ? 'your onion service' : null) || 'no address',
  );
  say(call, `You are ${printableLine(name)} again, as on ${day}, in ${printableLine(call.home)}.`);
  say(call, `Others reach you at ${where}; if that has changed, correct config.toml there first.`);
  const proxy = shownProxy(config.proxy);
  if (proxy !== '') say(call, `You send everything through ${proxy}, as before.`);
  if (config.onion) say(call, onionWords(config));
  if (config.mapPort) say(call, 'Your router is asked to forward the port (map_port = true).');
  say(
    call,
    'Next: cryptochat, or cryptochat sync. Your contacts are told automatically, and what you missed arrives again.',
  );
  say(call, 'Never open the old home again: two homes with one key take messages from each other.');
}

function onionWords({ proxy }: Config): string {
  const others = proxy === directWord ? 'other addresses are reached without it' : 'nothing bypasses it';
  return `Tor runs for this home (onion = true): ${others}.`;
}

async function tryEach(file: string, ask: AskPassphrase): Promise<OpenedBackup> {
  let failure = new ChatError('usage', needed);
  for (;;) {
    const passphrase = await ask();
    if (passphrase === null) throw failure;
    try {
      return await openBackup(file, passphrase);
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'backup-locked') throw error;
      failure = error;
    }
  }
}

const needed = "the backup's passphrase is typed in a terminal; without one, give --passphrase-fd N";
