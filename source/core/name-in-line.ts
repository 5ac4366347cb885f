import type { Printable } from './types.ts';

/**
 * Signs that separate a name from the program's own words in a line, and signs that look like them: colons after a name, arrows between two
 * names, dashes before a line of the program.
 */
const colons = ':：꞉∶︓﹕ː˸׃։፡܃܄⁚︰';
const dashes = '‐‑‒–—―−─━⸺⸻﹘－︱︲';
const arrows = '(?:[-=~]+>|[←-⇿➔➘-➯➱-➾⟰-⟿⤀-⥿⬀-⬑￩-￬]\\ufe0f?)';
const leading = new RegExp(`^(?:[\\s${colons}${dashes}]|${arrows})*[${colons}${dashes}]|^${arrows}`, 'u');
const colon = new RegExp(`\\s*[${colons}]\\s*`, 'gu');
const stroke = new RegExp(`[${dashes}]|${arrows}`, 'gu');
const any = new RegExp(`[${colons}${dashes}]|${arrows}`, 'u');

/** A name that somebody else chose, without the signs that could make it read as a line of the program, or of another person. */
export function withoutLineSigns(name: string): string {
  if (!any.test(name)) return name;
  let rest = name.trim();
  while (leading.test(rest)) rest = rest.replace(leading, '').trim();
  return rest.replace(colon, ' ').replace(stroke, '-').trim();
}

/** A label as it stands in a line, in quotes where it has such signs: one that the user gave, or that is older than this rule. */
export function nameInLine(label: Printable): Printable {
  return (any.test(label) ? `"${label.replaceAll('"', "'")}"` : label) as Printable;
}
