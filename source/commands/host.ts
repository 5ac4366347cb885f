import { addressFrom } from '../core/address-from.ts';
import { ChatError } from '../core/errors.ts';
import { makeHostHome } from '../session/home/host-home.ts';
import { say, type Invocation } from './invocation.ts';
import { listen } from './listen.ts';

/** `host`: a home without keys, whose listener keeps boxes for others; it runs in the foreground, as `listen` does. */
export async function host(call: Invocation): Promise<void | number> {
  const { listen: bound, address, stop = false } = call.flags;
  if (stop) return listen(call);
  if ((bound === undefined) !== (address === undefined))
    throw new ChatError('usage', 'host needs both --listen and --address, or neither to continue as before');
  if (bound !== undefined && address !== undefined)
    await makeHostHome(call.home, { listen: bound, address: addressFrom(address) });
  say(call, 'This home has no keys. cryptochat lend prints a link for a mailbox here.');
  return listen(call);
}
