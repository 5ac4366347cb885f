import { durationMs } from '../core/duration.ts';
import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';

/** Reads 500ms, 30s, 5m or 2h, at most a day, into ms. Throws ChatError usage for anything else. */
export function parseDuration(text: string): number {
  const ms = durationMs(text);
  if (ms !== null) return ms;
  throw new ChatError(
    'usage',
    `${printableLine(text, 40)} is not a time like 500ms, 30s or 5m, of at most a day`,
  );
}
