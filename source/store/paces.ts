import type { Database } from './database.ts';

/**
 * Actions that are repeated for a contact, each time after a longer pause: asking with a `reset`, announcing my `keys` or sending
 * `hello` until there is an answer, sending messages again that the contact lost (`resend`) or does not acknowledge (`stale`), answering
 * messages to an old key of mine (`answer`), asking for messages that came through a link in the contact's name (`unplaced`), and telling
 * the user that this home cannot ask the contact for anything (`cut-off`).
 */
type Pace = 'reset' | 'keys' | 'hello' | 'resend' | 'stale' | 'answer' | 'unplaced' | 'cut-off';

type Kept = { readonly at: number; readonly pause: number };

/** True if the pause since the last time is over at `now` (ms since 1970). A clock that was set back does not stretch it. */
export function isDue(database: Database, contactId: number, what: Pace, now: number): boolean {
  const kept = paceOf(database, contactId, what);
  return !kept || kept.at > now || now - kept.at >= kept.pause;
}

/**
 * Notes that the action was taken now: the pause is `first` (ms), then twice as long each time up to `most`, and `first` again after a rest
 * of `most`.
 */
export function notePace(
  database: Database,
  contactId: number,
  what: Pace,
  { now, first, most }: { readonly now: number; readonly first: number; readonly most: number },
): void {
  const kept = paceOf(database, contactId, what);
  const rested = !kept || now - kept.at >= most + kept.pause;
  const pause = rested ? first : Math.min(kept.pause * 2, most);
  database.run('INSERT OR REPLACE INTO paces VALUES (?, ?, ?, ?)', [contactId, what, now, pause]);
}

/** The current pause (ms), or null when nothing was done yet. */
export function pauseOf(database: Database, contactId: number, what: Pace): number | null {
  return paceOf(database, contactId, what)?.pause ?? null;
}

/** Makes the current pause no longer than `pause` (ms). */
export function shortenPace(database: Database, contactId: number, what: Pace, pause: number): void {
  database.run('UPDATE paces SET pause = min(pause, ?) WHERE contact_id = ? AND what = ?', [
    pause,
    contactId,
    what,
  ]);
}

/** Forgets the time of the last action: the next one may follow at once. */
export function endPace(database: Database, contactId: number, what: Pace): void {
  database.run('DELETE FROM paces WHERE contact_id = ? AND what = ?', [contactId, what]);
}

function paceOf(database: Database, contactId: number, what: Pace): Kept | null {
  const sql = 'SELECT at, pause FROM paces WHERE contact_id = ? AND what = ?';
  return database.get<Kept>(sql, [contactId, what]) ?? null;
}
