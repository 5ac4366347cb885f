import { unknownThere } from '../../core/box.ts';
import type { Check } from '../../core/check.ts';
import type { KeptBox } from '../../core/lent.ts';
import { limits } from '../../core/limits.ts';
import { isOfProxy } from '../../core/proxy.ts';
import { sizeWords } from '../../core/sizes.ts';
import type { Facts, MailboxFacts } from './facts.ts';
import { agoWords, check, countWords } from './words.ts';

/** Checks the boxes of this home elsewhere, and those that it keeps for others. */
export function checkBoxes(facts: Facts): readonly Check[] {
  const { mailboxes, machine } = facts;
  return [...mailboxes.map((mailbox) => checkMailbox(mailbox, machine)), ...checkLent(facts)];
}

type Seen = Pick<Facts['machine'], 'now' | 'slotsAt' | 'listener'>;

/** Checks whether a mailbox is fetched from, and whether its host knows who may write to this home. */
export function checkMailbox(mailbox: MailboxFacts, { now, slotsAt, listener }: Seen): Check {
  const { place, isGranted, answeredAt, tableAt, reason } = mailbox;
  const one = (state: Check['state'], text: string, hint = ''): Check =>
    check('mailboxes', place, state, [text, hint]);
  if (!isGranted)
    return one(
      'problem',
      'its host has not granted it yet',
      'claim it again with the same link: cryptochat box LINK; or give it up: cryptochat box --leave PLACE',
    );
  if (!listener)
    return one(
      'note',
      'nothing is fetched from it, because your listener is not running',
      'open the messenger, or run cryptochat listen',
    );
  if (reason === unknownThere) return one('problem', unknownThere, whenUnknown);
  const answered = answeredAt === null ? 'it has never answered' : `it answered ${agoWords(answeredAt, now)}`;
  const why = reason === '' ? '' : `: ${reason}`;
  if (isSilent(mailbox, now)) return one('problem', `${answered}${why}`, whenSilent(reason));
  if (reason !== '') return one('note', `${answered}${why}`, 'cryptochat asks again automatically');
  if (tableAt < slotsAt)
    return one(
      'note',
      `${answered}; its list of who may write to you is not up to date yet`,
      'cryptochat updates it automatically',
    );
  return one('ok', `${answered}; its list of who may write to you is up to date`);
}

const whenUnknown =
  'check the place, and that a reverse proxy there forwards /b/; if the host has ended the mailbox, give it up: cryptochat box --leave PLACE';

function isSilent({ answeredAt, createdAt }: MailboxFacts, now: number): boolean {
  return Math.abs(now - (answeredAt ?? createdAt)) > limits.boxAwayMs;
}

function whenSilent(reason: string): string {
  return isOfProxy(reason)
    ? 'check the proxy; this says nothing about the mailbox'
    : 'your contacts keep their messages until then; ask its host, or get a second mailbox from someone else: cryptochat box LINK';
}

/** How many boxes are listed one by one, fullest first. */
const mostListed = 20;
/** The share from which a box, or the room on the disk, counts as nearly full. */
const nearlyFull = 0.8;

/** Checks how full the boxes are that this home keeps for others; empty when there are none. */
export function checkLent({ lent, machine }: Pick<Facts, 'lent' | 'machine'>): readonly Check[] {
  if (lent.length === 0) return [];
  const fullest = lent.toSorted((one, other) => fullness(other) - fullness(one));
  return [checkAll(lent, machine), ...fullest.slice(0, mostListed).map(checkKept)];
}

function fullness({ files, bytes, waitingFiles, waitingBytes }: KeptBox): number {
  return Math.max(waitingFiles / Math.max(1, files), waitingBytes / Math.max(1, bytes));
}

function checkKept(box: KeptBox): Check {
  const { id, contact, files, bytes, waitingFiles, waitingBytes, idleDays, days } = box;
  const waits = `${countWords(waitingFiles, 'envelope')} of ${files}, ${sizeWords(waitingBytes)} of ${sizeWords(bytes)}`;
  const idle = idleDays === 0 ? '' : `; not fetched for ${countWords(idleDays, 'day')} of ${days}`;
  const subject = contact ?? id;
  if (fullness(box) <= nearlyFull) return check('lent', subject, 'ok', [`${waits}${idle}`]);
  const text = `nearly full: ${waits}${idle}; once it is full, senders keep their messages`;
  return check('lent', subject, 'note', [
    text,
    'it empties when its owner fetches; cryptochat lend lends another',
  ]);
}

/** Checks all of them together against the room on the disk and the limits of a host. */
function checkAll(lent: readonly KeptBox[], { waitingBytes, freeBytes }: Facts['machine']): Check {
  const held = lent.reduce((sum, box) => sum + box.waitingBytes, 0);
  const promised = lent.reduce((sum, { from, bytes }) => sum + (from === null ? bytes : 0), 0);
  const [used, most] = [held + waitingBytes, allowed(held + waitingBytes + freeBytes)];
  const boxes = lent.length === 1 ? '1 mailbox holds' : `${lent.length} mailboxes hold`;
  const text = `${boxes} ${sizeWords(held)}, and ${sizeWords(promised)} are promised`;
  if (used > most * nearlyFull) {
    const disk = `${text}; together with your inbox they can use ${sizeWords(most)}, a tenth of the free space on this disk`;
    return check('lent', 'boxes', 'note', [
      disk,
      'free some space, or end a mailbox: cryptochat lend --list',
    ]);
  }
  if (promised > limits.boxesBytes * nearlyFull || lent.length > limits.boxes * nearlyFull) {
    const share = `${text}; the limit is ${limits.boxes} mailboxes and ${sizeWords(limits.boxesBytes)}`;
    return check('lent', 'boxes', 'note', [share, 'cryptochat lend --list shows them, and --end ends one']);
  }
  return check('lent', 'boxes', 'ok', [text]);
}

function allowed(bytes: number): number {
  return Math.floor(bytes * limits.inboxShareOfFreeSpace);
}
