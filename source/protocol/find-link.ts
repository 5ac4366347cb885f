import { decodeLink, type BadLink, type Link } from './link.ts';

/** Line ends that mail and chat put between the letters of a link, plain or quoted-printable, with the marks of a quotation. */
const lineEnds = /=?\r?\n(?:[ \t]*[>|])*/gu;
/** Blanks and invisible characters. */
const blanks = /[\s\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
const links = /cryptochat:[\w-]*@(?:\[[0-9a-f:.]*\]|[a-z0-9.-]+):\d{1,5}/giu;
const beginning = /cryptochat:/iu;

/**
 * Finds the invite link in a text that was copied from somewhere: in one piece or in many lines, quoted, in brackets, with words around it.
 * Answers the reason when there is none: `foreign` when nothing in the text looks like a link. PROTOCOL.md "Invite link".
 */
export function findLink(text: string): Link | BadLink | 'foreign' {
  const whole = text.replaceAll(lineEnds, '').replaceAll(blanks, '');
  const found = [...whole.matchAll(links)].flatMap(([link]) => withShorterPorts(link));
  const read = found.map(decodeLink);
  const good = read.find((link) => typeof link !== 'string');
  if (good) return good;
  if (!beginning.test(whole)) return 'foreign';
  return read[0] ?? 'malformed';
}

/** A number may have followed the port after a blank: the check in the link tells which digits are the port. */
function withShorterPorts(link: string): readonly string[] {
  const digits = link.length - link.lastIndexOf(':') - 1;
  return Array.from({ length: digits }, (_, fewer) => link.slice(0, link.length - fewer));
}
