import type { Printable } from '../../core/types.ts';
import { say, type Look } from '../text/line.ts';
import { isLikeYou } from '../text/like-you.ts';
import { nameAmong, type Named } from '../text/told-apart.ts';

const looks = ['person1', 'person2', 'person3', 'person4'] as const satisfies readonly Look[];

/** Signs that the screen itself draws between messages: a name with one of them could imitate a line of the program. */
const drawn = /[\u2500-\u259f\u2014\u276f\u01c0]/gu;

/**
 * A contact as the sender of messages: the name in at most `columns` columns, and its colour. The colour goes with the contact, whatever
 * the name and the key; the name is never that of the person at the screen.
 */
export function senderOf(
  contacts: readonly Named[],
  id: number,
  columns: number,
  isAscii: boolean,
): { readonly name: Printable; readonly look: Look } {
  const name = nameAmong(undrawn(contacts), id, Math.max(4, columns), isAscii);
  return {
    name: isLikeYou(name) ? say`${name} ${id}` : name,
    look: looks[Math.abs(id - 1) % looks.length] ?? 'person1',
  };
}

/** The contacts with names that have nothing of what the screen draws, made once for each list of them. */
function undrawn(contacts: readonly Named[]): readonly Named[] {
  const known = lists.get(contacts);
  if (known) return known;
  const made = contacts.map(({ id, label }) => ({ id, label: label.replace(drawn, '?') as Printable }));
  lists.set(contacts, made);
  return made;
}

const lists = new WeakMap<readonly Named[], readonly Named[]>();
