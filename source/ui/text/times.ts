import type { Printable } from '../../core/types.ts';
import { say } from './line.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const weekdays = say`Sunday Monday Tuesday Wednesday Thursday Friday Saturday`.split(' ') as Printable[];
const months =
  say`January February March April May June July August September October November December`.split(
    ' ',
  ) as Printable[];

function two(count: number): Printable {
  return count < 10 ? say`0${count}` : say`${count}`;
}

/** The time of day as `HH:MM`, in the machine's time zone; `at` in ms since 1970. */
export function clock(at: number): Printable {
  const date = new Date(at);
  return say`${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The time of day as `HH:MM:SS`. */
export function exactClock(at: number): Printable {
  return say`${clock(at)}:${two(new Date(at).getSeconds())}`;
}

/** A number that is the same for two times of one day (machine's time zone) and grows by 1 a day. */
export function dayNumber(at: number): number {
  const date = new Date(at);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / day);
}

/** The name of the day of `at` as seen at `now`: Today, Yesterday, Monday, else `Monday 3 June 2024`. */
export function dayName(at: number, now: number): Printable {
  const days = dayNumber(now) - dayNumber(at);
  if (days === 0) return say`Today`;
  if (days === 1) return say`Yesterday`;
  const date = new Date(at);
  const weekday = weekdays[date.getDay()] ?? say``;
  if (days > 1 && days < 7) return weekday;
  const month = months[date.getMonth()] ?? say``;
  const name = say`${weekday} ${date.getDate()} ${month}`;
  return date.getFullYear() === new Date(now).getFullYear() ? name : say`${name} ${date.getFullYear()}`;
}

/** When `at` was, in at most ten columns: `09:41` today, `Mon 09:41` within a week, else `2024-06-03`. */
export function stamp(at: number, now: number): Printable {
  const days = dayNumber(now) - dayNumber(at);
  if (days === 0) return clock(at);
  const date = new Date(at);
  if (days > 0 && days < 7)
    return say`${(weekdays[date.getDay()] ?? say``).slice(0, 3) as Printable} ${clock(at)}`;
  return say`${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/**
 * When `at` was as seen on the day of number `today`, in at most six columns: `09:41` that day, `Mon` within a week, `3 Jun` within a
 * year, else `2024`.
 */
export function shortStamp(at: number, today: number): Printable {
  const days = today - dayNumber(at);
  if (days === 0) return clock(at);
  const date = new Date(at);
  if (days > 0 && days < 7) return (weekdays[date.getDay()] ?? say``).slice(0, 3) as Printable;
  if (days < 0 || days > 330) return say`${date.getFullYear()}`;
  return say`${date.getDate()} ${(months[date.getMonth()] ?? say``).slice(0, 3) as Printable}`;
}

/**
 * When `at` was, seen at `now`: `just now`, `20 s ago`, after half a minute `at 09:41`, then `yesterday` and `3 d ago`. A time of day
 * stays true without a new frame: an idle screen draws none.
 */
export function past(at: number, now: number): Printable {
  const span = Math.max(0, now - at);
  if (span < 10_000) return say`just now`;
  if (span < minute / 2) return say`${Math.floor(span / 10_000) * 10} s ago`;
  const days = dayNumber(now) - dayNumber(at);
  if (days === 0 || span < 12 * hour) return say`at ${clock(at)}`;
  return days === 1 ? say`yesterday` : say`${days} d ago`;
}

/** When `at` will be, seen at `now`: `now`, `in 40 s`, from a minute on `at 09:41`. */
export function ahead(at: number, now: number): Printable {
  const span = at - now;
  if (span < 5000) return say`now`;
  return span < minute ? say`in ${Math.ceil(span / 10_000) * 10} s` : say`at ${clock(at)}`;
}
