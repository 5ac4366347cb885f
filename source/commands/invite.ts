import { parseAddress } from '../core/address.ts';
import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import { print, say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';

/** `invite`: the link alone on standard output; on a terminal a QR code of it beside. Sees to it that somebody listens. */
export async function invite(call: Invocation): Promise<void> {
  const { address } = call.flags;
  if (address !== undefined && parseAddress(address) === null) {
    throw new ChatError('address-bad', printableLine(address, 60));
  }
  const { link } = await withHome(call, 'supervise', ({ calls }) =>
    calls.invite(address === undefined ? {} : { address }),
  );
  print(call, link);
  if (call.stderr.isTTY) say(call, await drawQr(link));
  say(call, 'Give this link to one person, over a way you trust. It works once, and for 30 days.');
}

async function drawQr(link: string): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr');
  return renderUnicodeCompact(link, { border: 2 });
}
