import type { Calls } from './calls.ts';
import { limits } from './limits.ts';
import type { Contact } from './types.ts';

/** The messages of a contact that cause a notification: all, none (for a time, in ms), or those with a word. */
export type NotifyChoice =
  | { readonly kind: 'all' }
  | { readonly kind: 'none'; readonly forMs?: number }
  | { readonly kind: 'word'; readonly word: string };

/** The words that stand for a choice, for people. */
export const notifyWords = 'all, none, word WORD, or a time like 1h, 8h or 1d';

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The choice that a person typed: `all`, `none`, `word WORD`, or a time like `8h`; null for anything else. */
export function notifyChoice(words: string): NotifyChoice | null {
  const [, word] = /^word\s+(\S.*)$/isu.exec(words) ?? [];
  if (word !== undefined) return { kind: 'word', word: word.trim() };
  if (/^all$/iu.test(words)) return { kind: 'all' };
  if (/^none$/iu.test(words)) return { kind: 'none' };
  const forMs = muteMs(words);
  return forMs === null ? null : { kind: 'none', forMs };
}

/** Reads 30m, 8h or 1d, at most a day, into ms; null for anything else. */
export function muteMs(text: string): number | null {
  const [, digits, unit = ''] = /^(\d{1,4})([mhd])$/iu.exec(text) ?? [];
  const ms = Number(digits) * (unitMs[unit.toLowerCase()] ?? 0);
  return ms > 0 && ms <= limits.muteMs ? ms : null;
}

/** Puts a choice into effect for a contact, by its id or name. Throws ChatError contact-unknown, notify-word. */
export function chooseNotify(
  calls: Pick<Calls, 'mute' | 'notify'>,
  contact: string,
  choice: NotifyChoice,
): Promise<Contact> {
  if (choice.kind === 'all') return calls.notify({ contact, word: null });
  if (choice.kind === 'word') return calls.notify({ contact, word: choice.word });
  const { forMs } = choice;
  return calls.mute({ contact, muted: true, ...(forMs !== undefined && { forMs }) });
}

/** The part of a contact that says which of its messages cause a notification. */
export type Notified = Pick<Contact, 'muted' | 'mutedUntil' | 'notifyWord'>;

/** Tells whether a contact is muted at `now` (ms since 1970): the end of a mute counts at once. */
export function isMutedAt(
  { muted, mutedUntil }: Pick<Contact, 'muted' | 'mutedUntil'>,
  now: number,
): boolean {
  return muted && (mutedUntil === null || now < mutedUntil);
}

/**
 * Tells whether a mute that began and ends at these times (ms since 1970) is over at `now`. If the clock was set back to before the
 * beginning, the mute counts as over; otherwise it would last until the clock caught up. A mute that is longer than the longest possible
 * one counts as over, too.
 */
export function isMuteOver(
  { mutedAt, mutedUntil }: { readonly mutedAt: number | null; readonly mutedUntil: number | null },
  now: number,
): boolean {
  if (mutedUntil === null) return false;
  if (mutedAt === null || mutedUntil - mutedAt > limits.muteMs) return true;
  return now >= mutedUntil || now < mutedAt - limits.clockStepMs;
}

/**
 * Says which messages of a contact cause a notification, in words that follow its name: `is muted until 17:30`. A word stays as the user
 * typed it.
 */
export function notifyState({ muted, mutedUntil, notifyWord }: Notified, now: number): string {
  if (muted) return mutedUntil === null ? 'is muted' : `is muted until ${endWords(mutedUntil, now)}`;
  return notifyWord === null
    ? 'notifies you with every message'
    : `notifies you only when a message has the word ${notifyWord}`;
}

/** The local time when a mute ends: `17:30`, or `tomorrow 17:30`. */
export function endWords(until: number, now: number): string {
  const end = new Date(until);
  const time = `${String(end.getHours()).padStart(2, '0')}:${String(end.getMinutes()).padStart(2, '0')}`;
  return end.toDateString() === new Date(now).toDateString() ? time : `tomorrow ${time}`;
}
