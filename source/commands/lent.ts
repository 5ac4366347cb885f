import type { KeptBox, Lent } from '../core/lent.ts';
import { printableLine } from '../core/printable.ts';
import { sizeWords } from '../core/sizes.ts';
import { isHostHome, lenderOf } from '../session/home/host-home.ts';
import { endLentBy, lentBy } from '../session/home/lent.ts';
import { print, say, type Invocation } from './invocation.ts';
import { jsonLine } from './shapes.ts';
import { withHome } from './with-home.ts';

/** `lend --list`: the links that still make boxes, and the boxes that this home keeps. */
export async function listLent(call: Invocation): Promise<void> {
  const lent = isHostHome(call.home)
    ? await lentBy(lenderOf(call.home))
    : await withHome(call, 'read', ({ calls }) => calls.lent());
  for (const one of lent) print(call, call.flags.json ? jsonLine(one) : lentLine(one));
  if (lent.length === 0 && !call.flags.json) say(call, 'You have lent nothing, and keep no mailboxes.');
}

/** One line of `lend --list`. */
function lentLine(one: Lent): string {
  if (one.kind === 'link') {
    const boxes = one.boxes === 1 ? 'a mailbox' : `${one.boxes} mailboxes`;
    return `${one.id}  a link that makes ${boxes} of ${sizeWords(one.bytes)}`;
  }
  const { id, contact, from, days, idleDays } = one;
  const whose = contact === null ? '' : `  of ${printableLine(contact)}`;
  const origin = from === null ? '' : `  out of ${printableLine(from, 22)}`;
  const idle = idleDays === 1 ? '1 day' : `${idleDays} days`;
  return `${id}${whose}${origin}  ${roomWords(one)}  not fetched for ${idle} of ${days}`;
}

function roomWords({ files, bytes, waitingFiles, waitingBytes }: KeptBox): string {
  const waits = waitingFiles === 1 ? '1 envelope' : `${waitingFiles} envelopes`;
  return `${waits} of ${files}, ${sizeWords(waitingBytes)} of ${sizeWords(bytes)}`;
}

/** `lend --end ID`. */
export async function endLent(call: Invocation, id: string): Promise<void> {
  const { kind, again } = isHostHome(call.home)
    ? await endLentBy(lenderOf(call.home), id)
    : await withHome(call, 'none', ({ calls }) => calls.endLent({ id }));
  const words = kind === 'link' ? 'This link makes no more mailboxes.' : 'The mailbox is gone.';
  say(call, again ? `${words} An open invite link or reusable link can still make it again.` : words);
}
