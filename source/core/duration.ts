const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const mostMs = 24 * unitMs.h;

/** Reads 500ms, 30s, 5m or 2h, at most a day, into ms; null for anything else. */
export function durationMs(text: string): number | null {
  const [, digits, unit] = /^(\d{1,8})(ms|s|m|h)$/u.exec(text) ?? [];
  const ms = Number(digits) * unitMs[(unit ?? 's') as keyof typeof unitMs];
  return digits !== undefined && ms <= mostMs ? ms : null;
}
