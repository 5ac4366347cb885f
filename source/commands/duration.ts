import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const mostMs = 24 * unitMs.h;

/** Reads 500ms, 30s, 5m or 2h, at most a day, into ms. Throws ChatError usage for anything else. */
export function parseDuration(text: string): number {
  const [, digits, unit] = /^(\d{1,8})(ms|s|m|h)$/u.exec(text) ?? [];
  const ms = Number(digits) * unitMs[(unit ?? 's') as keyof typeof unitMs];
  if (digits !== undefined && ms <= mostMs) return ms;
  throw new ChatError(
    'usage',
    `${printableLine(text, 40)} is not a time like 500ms, 30s or 5m, of a day at most`,
  );
}
