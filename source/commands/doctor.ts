import type { Check, CheckState } from '../core/check.ts';
import { printableLine } from '../core/printable.ts';
import { examineHome } from '../session/doctor/doctor.ts';
import { print, say, untilStopped, type Invocation } from './invocation.ts';
import { passphraseOf } from './passphrase.ts';
import { jsonLine } from './shapes.ts';

const exits = { well: 0, problem: 1 } as const;

/** `doctor`: explains, from facts known here, why contacts can or cannot be reached. Returns 1 when there is a problem. */
export async function doctor(call: Invocation): Promise<number> {
  const checks = await untilStopped(call.signal, examineHome(call.home, passphraseOf(call)));
  if (call.flags.json) for (const check of checks) print(call, jsonLine(check));
  else printChecks(call, checks);
  return count(checks, 'problem') === 0 ? exits.well : exits.problem;
}

/** Prints all checks for people, and the overall result on standard error. */
export function printChecks(call: Pick<Invocation, 'stdout' | 'stderr'>, checks: readonly Check[]): void {
  for (const check of checks) for (const line of checkLines(check)) print(call, line);
  say(call, verdict(checks));
}

const signs: Readonly<Record<CheckState, string>> = { ok: '✓ ok', note: '· note', problem: '✗ problem' };
const aside = 9;

/** One check for people: its state and its subject, and below them something to do. */
export function checkLines({ check, subject, state, text, hint }: Check): readonly string[] {
  const line = `${signs[state].padEnd(aside)}  ${check.padEnd(10)}  ${printableLine(subject)}: ${printableLine(text)}`;
  return hint === '' ? [line] : [line, `${' '.repeat(aside)}  ${' '.repeat(10)}  → ${printableLine(hint)}`];
}

/** The overall result of all checks. */
export function verdict(checks: readonly Check[]): string {
  const [problems, notes] = [count(checks, 'problem'), count(checks, 'note')];
  const noted = notes === 0 ? '' : `, ${notes} ${notes === 1 ? 'note' : 'notes'}`;
  if (problems === 0) return `No problems found${noted}.`;
  return `${problems} ${problems === 1 ? 'problem' : 'problems'} found${noted}.`;
}

function count(checks: readonly Check[], wanted: CheckState): number {
  return checks.filter(({ state }) => state === wanted).length;
}
