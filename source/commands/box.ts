import { ChatError } from '../core/errors.ts';
import type { OwnBox } from '../core/own-box.ts';
import { print, say, type Invocation } from './invocation.ts';
import { dayAndTime } from './message-line.ts';
import { isoTime, jsonLine } from './shapes.ts';
import { withHome } from './with-home.ts';

/** `box LINK`: claims a box and prints its place. --list shows the boxes of this home, --leave gives one up. */
export async function box(call: Invocation): Promise<void> {
  const { list = false, leave, json = false } = call.flags;
  const [link] = call.words;
  if ([link !== undefined, list, leave !== undefined].filter(Boolean).length !== 1)
    throw new ChatError('usage', 'box needs a LINK, --list or --leave PLACE');
  if (json && !list) throw new ChatError('usage', '--json needs --list');
  if (list) return listBoxes(call);
  if (leave !== undefined) return leaveBox(call, leave);
  const { place } = await withHome(call, 'supervise', ({ calls }) => calls.takeBox({ link: link ?? '' }));
  print(call, place);
  say(
    call,
    'Your contacts are told automatically. Your links carry this place when nobody can reach you directly.',
  );
}

async function listBoxes(call: Invocation): Promise<void> {
  const boxes = await withHome(call, 'read', ({ calls }) => calls.boxes());
  for (const one of boxes) print(call, call.flags.json ? jsonLine(boxJson(one)) : boxLine(one));
  if (boxes.length === 0 && !call.flags.json) say(call, 'You have no mailboxes.');
}

function boxLine({ place, reason, answeredAt }: OwnBox): string {
  const last = answeredAt === null ? 'never answered' : `answered ${dayAndTime(answeredAt)}`;
  return `${place}  ${last}${reason === null ? '' : `  ${reason}`}`;
}

/** One line of `box --list --json`; times ISO 8601 UTC. */
function boxJson({ place, createdAt, answeredAt, reason }: OwnBox) {
  return { place, created: isoTime(createdAt), answered: isoTime(answeredAt), reason };
}

async function leaveBox(call: Invocation, place: string): Promise<void> {
  const { left } = await withHome(call, 'none', ({ calls }) => calls.leaveBox({ place }));
  say(
    call,
    left
      ? 'The mailbox is gone.'
      : 'You left the mailbox. Its host did not answer, and keeps it until it expires.',
  );
}
