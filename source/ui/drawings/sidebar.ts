import type { ContactView, Printable, State } from '../../core/types.ts';
import { blank, line, lineWidth, say, span, type Line } from '../text/line.ts';
import { contactsInOrder, isAsking, standingOf, type View } from '../model/view.ts';
import { pad } from '../text/cells.ts';
import { toldApart } from '../text/told-apart.ts';

/**
 * The people, the latest first: name, away, how sure the program is who they are, unread messages; then the people who ask to be let
 * in, under a line that counts them.
 */
export function sidebarLines(view: View, facts: State, columns: number, rows: number): readonly Line[] {
  const contacts = contactsInOrder(facts);
  if (contacts.length === 0) {
    return fill(facts.phase === 'opening' ? [] : [line(say`  no contacts yet`, 'dim')], rows);
  }
  const told = toldApart(contacts, (contact) => nameWidth(contact, columns), view.terminal.isAscii);
  const all = contacts.map((contact) =>
    contactLine(
      { ...contact, label: told.get(contact.id) ?? contact.label },
      contact.id === view.selected,
      columns,
    ),
  );
  const people = contacts.filter((contact) => !isAsking(contact)).length;
  const heading = requestsOf(facts);
  const isBehind = contacts.findIndex(({ id }) => id === view.selected) >= people;
  const at = Math.max(0, contacts.findIndex(({ id }) => id === view.selected) + (isBehind ? 1 : 0));
  const lines =
    heading === '' ? all : [...all.slice(0, people), line(say` ${heading}`, 'warn'), ...all.slice(people)];
  const first = Math.max(0, Math.min(at - rows + 2, lines.length - rows));
  return fill(lines.slice(first, first + rows), rows);
}

/** How many people ask to be let in, in words; empty when nobody does. */
export function requestsOf(facts: State): Printable {
  const count = facts.contacts.filter(isAsking).length;
  if (count === 0) return say``;
  return count === 1 ? say`1 request` : say`${count} requests`;
}

function fill(lines: readonly Line[], rows: number): readonly Line[] {
  return [...lines, ...Array.from({ length: Math.max(0, rows - lines.length) }, () => blank)];
}

function nameWidth(contact: ContactView, columns: number): number {
  return Math.max(1, columns - lineWidth(besideName(contact)) - 2);
}

function contactLine(contact: ContactView, isSelected: boolean, columns: number): Line {
  const right = besideName(contact);
  const name = pad(contact.label, nameWidth(contact, columns));
  if (isSelected) return [span(say`❯ `, 'accent'), span(name, 'strong'), ...right];
  return [span(say`  `), span(name, contact.unread > 0 && !contact.muted ? 'strong' : 'plain'), ...right];
}

function besideName(contact: ContactView): Line {
  const { sign, look } = standingOf(contact);
  const away = contact.reach.kind === 'away' ? [span(say` away`, 'warn')] : [];
  const count = contact.unread > 9 ? say`9+` : contact.unread > 0 ? say`${contact.unread}` : say``;
  return [
    ...away,
    ...(contact.muted ? [span(say` m`, 'dim')] : []),
    span(say` `),
    span(sign, look),
    span(pad(count, 2, 'left'), contact.muted ? 'dim' : 'strong'),
    span(say` `),
  ];
}
