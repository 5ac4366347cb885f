import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { printableLine } from '../core/printable.ts';
import { print, say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';
import { isHostHome, lendFrom } from '../session/home/host-home.ts';

const units = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 } as const;

/** `lend`: a box link, alone on standard output. */
export async function lend(call: Invocation): Promise<void> {
  const { bytes, boxes } = call.flags;
  if (boxes !== undefined && !(Number.isInteger(boxes) && boxes >= 1 && boxes <= 100))
    throw new ChatError('usage', '--boxes takes a number from 1 to 100');
  const ask = {
    ...(bytes === undefined ? {} : { bytes: sizeOf(bytes) }),
    ...(boxes === undefined ? {} : { boxes }),
  };
  const { link } = isHostHome(call.home)
    ? await lendFrom(call.home, ask)
    : await withHome(call, 'supervise', ({ calls }) => calls.lend(ask));
  print(call, link);
  const people = boxes === undefined || boxes === 1 ? 'one person' : `${boxes} people`;
  say(
    call,
    `Send this link to ${people}. They run cryptochat box LINK; you keep their sealed messages while they are off.`,
  );
}

/** The bytes in words like 64M. */
function sizeOf(words: string): number {
  const [, number = '', unit = ''] = /^([1-9]\d{0,8})([KMG]?)$/u.exec(words.trim().toUpperCase()) ?? [];
  if (number === '')
    throw new ChatError('usage', `${printableLine(words, 20)} is no size: write 500K, 64M or 1G`);
  const bytes = Number(number) * (unit === '' ? 1 : units[unit as keyof typeof units]);
  if (bytes < limits.bucketBytes[2] || bytes > limits.boxesBytes)
    throw new ChatError('usage', 'a box has between 64K and 64G');
  return bytes;
}
