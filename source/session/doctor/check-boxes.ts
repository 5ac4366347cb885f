import { unknownThere } from '../../core/box.ts';
import type { Check } from '../../core/check.ts';
import type { KeptBox } from '../../core/lent.ts';
import { limits } from '../../core/limits.ts';
import { isOfProxy } from '../../core/proxy.ts';
import { sizeWords } from '../../core/sizes.ts';
import type { Facts, MailboxFacts } from './facts.ts';
import { agoWords, check, countWords } from './words.ts';

/** Checks how it goes with the boxes of this home elsewhere, and with those that it keeps for others. */
export function checkBoxes(facts: Facts): readonly Check[] {
  const { mailboxes, machine } = facts;
  return [...mailboxes.map((mailbox) => checkMailbox(mailbox, machine)), ...checkLent(facts)];
}

type Seen = Pick<Facts['machine'], 'now' | 'slotsAt' | 'listener'>;

/** Checks whether a mailbox is collected from, and whether its host knows whom this home lets in. */
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
    return one('note', 'nobody collects from it', 'open the messenger, or run cryptochat listen');
  if (reason === unknownThere) return one('problem', unknownThere, whenUnknown);
  const answered = answeredAt === null ? 'it has never answered' : `it answered ${agoWords(answeredAt, now)}`;
  const why = reason === '' ? '' : `: ${reason}`;
  if (isSilent(mailbox, now)) return one('problem', `${answered}${why}`, whenSilent(reason));
  if (reason !== '') return one('note', `${answered}${why}`, 'it is asked again by itself');
  if (tableAt < slotsAt)
    return one(
      'note',
      `${answered}, and is not told yet of everybody whom you let in`,
      'it is told by itself',
    );
  return one('ok', `${answered}, and knows whom you let in`);
}

const whenUnknown =
  'is the place right, does the reverse proxy there pass /b/ on? if its host has ended it, give it up: cryptochat box --leave PLACE';

function isSilent({ answeredAt, createdAt }: MailboxFacts, now: number): boolean {
  return Math.abs(now - (answeredAt ?? createdAt)) > limits.boxAwayMs;
}

function whenSilent(reason: string): string {
  return isOfProxy(reason)
    ? 'look at the proxy: nothing is known about the box'
    : 'what is written to you waits at its senders; ask its host, or have a second box at somebody else: cryptochat box LINK';
}

/** The boxes that are listed one by one, those that are fullest. */
const mostListed = 20;
/** From here on a box, or what the disk allows, is nearly full. */
const nearlyFull = 0.8;

/** Checks how much the boxes hold that are kept here for others; says nothing when there are none. */
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
  const idle = idleDays === 0 ? '' : `; not collected for ${countWords(idleDays, 'day')} of ${days}`;
  const subject = contact ?? id;
  if (fullness(box) <= nearlyFull) return check('lent', subject, 'ok', [`${waits}${idle}`]);
  const text = `nearly full: ${waits}${idle}; what comes then waits at its senders`;
  return check('lent', subject, 'note', [
    text,
    'it empties when its owner is there; cryptochat lend lends more',
  ]);
}

/** All of them together, beside what the disk allows and what a host may promise. */
function checkAll(lent: readonly KeptBox[], { waitingBytes, freeBytes }: Facts['machine']): Check {
  const held = lent.reduce((sum, box) => sum + box.waitingBytes, 0);
  const promised = lent.reduce((sum, { from, bytes }) => sum + (from === null ? bytes : 0), 0);
  const [used, most] = [held + waitingBytes, allowed(held + waitingBytes + freeBytes)];
  const boxes = lent.length === 1 ? '1 box holds' : `${lent.length} boxes hold`;
  const text = `${boxes} ${sizeWords(held)}, and ${sizeWords(promised)} are promised`;
  if (used > most * nearlyFull) {
    const disk = `${text}; with your inbox they may hold ${sizeWords(most)} on this disk, a tenth of what is free`;
    return check('lent', 'boxes', 'note', [disk, 'free some space, or end a box: cryptochat lend --list']);
  }
  if (promised > limits.boxesBytes * nearlyFull || lent.length > limits.boxes * nearlyFull) {
    const share = `${text}; ${limits.boxes} boxes and ${sizeWords(limits.boxesBytes)} are the most`;
    return check('lent', 'boxes', 'note', [share, 'cryptochat lend --list shows them, and --end ends one']);
  }
  return check('lent', 'boxes', 'ok', [text]);
}

function allowed(bytes: number): number {
  return Math.floor(bytes * limits.inboxShareOfFreeSpace);
}
