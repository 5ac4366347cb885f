import { ChatError } from '../core/errors.ts';
import { sizeOf } from '../core/sizes.ts';
import { isHostHome, lendFrom } from '../session/home/host-home.ts';
import type { Flags } from './flags.ts';
import { print, say, type Invocation } from './invocation.ts';
import { endLent, listLent } from './lent.ts';
import { withHome } from './with-home.ts';

/** `lend`: prints a mailbox link, alone on standard output. --list shows what this home lends and keeps, --end ends one of them. */
export async function lend(call: Invocation): Promise<void> {
  const { list = false, end } = call.flags;
  checkFlags(call.flags);
  if (list) return listLent(call);
  if (end !== undefined) return endLent(call, end);
  const ask = askOf(call.flags);
  const { link } = isHostHome(call.home)
    ? await lendFrom(call.home, ask)
    : await withHome(call, 'supervise', ({ calls }) => calls.lend(ask));
  print(call, link);
  say(call, lendWords(ask.boxes));
}

/** Tells the person who lends what to do with a mailbox link. */
function lendWords(boxes = 1): string {
  const people = boxes === 1 ? 'one person' : `${boxes} people`;
  return `Send this link to ${people}. They run cryptochat box LINK; you keep their sealed messages while they are offline.`;
}

function checkFlags({ bytes, boxes = 1, ...flags }: Flags): void {
  const { list, end, json } = flags;
  const isMade = bytes !== undefined || boxes !== 1;
  if ([isMade, list, end !== undefined].filter(Boolean).length > 1)
    throw new ChatError('usage', '--list and --end ID of lend take nothing else');
  if (json && !list) throw new ChatError('usage', '--json needs --list');
  if (!Number.isInteger(boxes) || boxes < 1 || boxes > 100)
    throw new ChatError('usage', '--boxes takes a number from 1 to 100');
}

function askOf({ bytes, boxes }: Flags): { readonly bytes?: number; readonly boxes?: number } {
  return {
    ...(bytes === undefined ? {} : { bytes: sizeOf(bytes) }),
    ...(boxes === undefined ? {} : { boxes }),
  };
}
