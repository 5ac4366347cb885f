const minutesOfHour = 60;

/** A span of the day in minutes since midnight; it crosses midnight when `from` is later than its end. */
type Hours = { readonly from: number; readonly to: number };

/** Reads `22:00-07:00`; null for anything else, and for two times that are the same. */
function hoursIn(text: string): Hours | null {
  const [, h1, m1, h2, m2] = /^([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)$/u.exec(text) ?? [];
  if (h1 === undefined) return null;
  const from = Number(h1) * minutesOfHour + Number(m1);
  const to = Number(h2) * minutesOfHour + Number(m2);
  return from === to ? null : { from, to };
}

/** Tells whether a text is a span like `22:00-07:00`, or empty. */
export function isQuietHours(text: string): boolean {
  return text === '' || hoursIn(text) !== null;
}

/**
 * Tells whether `at` (ms since 1970) is within the quiet hours `text`, by local time: the hour that is skipped or repeated when summer time
 * begins or ends counts as the clock shows it.
 */
export function isQuietAt(text: string, at: number): boolean {
  const hours = hoursIn(text);
  if (!hours) return false;
  const date = new Date(at);
  const now = date.getHours() * minutesOfHour + date.getMinutes();
  const { from, to } = hours;
  return from < to ? now >= from && now < to : now >= from || now < to;
}
