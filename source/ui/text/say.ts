import type { Printable } from '../../core/types.ts';

/**
 * The program's own words: a template tag whose holes take only text that is already safe to draw, so that a peer's bytes cannot come
 * in between.
 */
export function say(parts: TemplateStringsArray, ...holes: ReadonlyArray<Printable | number>): Printable {
  let text = parts[0] ?? '';
  for (const [at, hole] of holes.entries()) text += String(hole) + (parts[at + 1] ?? '');
  return text as Printable;
}

/** Puts printable pieces side by side with `between` in the gaps. */
export function joined(pieces: readonly Printable[], between: Printable): Printable {
  return pieces.join(between) as Printable;
}

/** The program's own character `mark`, `count` times: rules, blanks, bars. */
export function repeated(mark: '─' | ' ' | '•' | '━', count: number): Printable {
  return mark.repeat(Math.max(0, count)) as Printable;
}
