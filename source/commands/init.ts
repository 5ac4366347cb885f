import { asFailure, ChatError } from '../core/errors.ts';
import { checkName } from '../core/names.ts';
import { printableLine } from '../core/printable.ts';
import type { Status } from '../core/types.ts';
import { whoReachesAt } from '../core/place.ts';
import { approach } from '../session/holding/hold.ts';
import { refuseToMake } from '../session/control/home-paths.ts';
import type { Key } from '../session/home/unlock.ts';
import { say, type Invocation } from './invocation.ts';
import { chooseAddresses, onionAdvice } from './own-defaults.ts';
import { newPassphrase } from './passphrase.ts';
import type { SetUp } from '../core/door.ts';
import { setUpHome } from '../session/home/set-up.ts';

/** `init`: makes a home; prints its fingerprint, its address for others, and the next steps. */
export async function init(call: Invocation): Promise<void> {
  const { home, flags } = call;
  if (flags.name === undefined) throw new ChatError('usage', 'init needs --name NAME');
  const name = checkName(flags.name);
  refuseToMake(home);
  const addresses = await chooseAddresses(flags);
  const passphrase = await newPassphrase(call);
  const key = await makeHome({ home, name, passphrase, ...addresses, keepListening: true });
  const { fingerprint, address } = await statusOf(call, key);
  say(call, `You are ${name}, fingerprint ${fingerprint}`);
  say(call, `This home is in ${printableLine(home)}; others reach you at ${address || 'no address'}.`);
  const kept = whoReachesAt(addresses.address);
  if (kept !== null) say(call, kept);
  const advice = await onionAdvice(addresses);
  if (advice !== '') say(call, advice);
  say(call, 'Next: cryptochat invite makes a link for one person, cryptochat join LINK uses one.');
}

async function statusOf({ home, version }: Invocation, key: Key): Promise<Status> {
  const approached = await approach({ home, version, rank: 'none' }, () => Promise.resolve(key));
  if (approached.kind === 'served') {
    const status = await approached.client.calls.status();
    approached.client.end();
    return status;
  }
  const status = await approached.hold.calls.status();
  await approached.hold.end();
  return status;
}

/** Makes a home and returns its key. Throws ChatError, also when the disk refuses a write. */
export async function makeHome(options: { readonly home: string } & SetUp): Promise<Key> {
  try {
    return { databaseKey: await setUpHome(options), passphrase: options.passphrase !== null };
  } catch (error) {
    throw asFailure(error);
  }
}
