import type { Check, CheckName, CheckState } from '../../core/check.ts';

/** A check in one line. */
export function check(
  name: CheckName,
  subject: string,
  state: CheckState,
  [text, hint = '']: readonly [text: string, hint?: string],
): Check {
  return { check: name, subject, state, text, hint };
}

const units = [
  ['day', 24 * 3600],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A span of time in its largest whole unit: `3 days`, `1 minute`, `0 seconds`. */
export function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [name, size] = units.find(([, each]) => seconds >= each) ?? units[3];
  const count = Math.floor(seconds / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** `1 message`, `2 messages`. */
export function countWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** How long ago a moment was: `3 days ago`. */
export function agoWords(at: number, now: number): string {
  return at > now ? 'in the future' : `${spanWords(now - at)} ago`;
}
