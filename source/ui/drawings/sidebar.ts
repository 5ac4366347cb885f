import type { ContactView, Printable, State } from '../../core/types.ts';
import { blank, line, lineWidth, say, span, type Line } from '../text/line.ts';
import { contactsInOrder, isAsking, standingOf, type View } from '../model/view.ts';
import { pad } from '../text/cells.ts';
import { toldApart } from '../text/told-apart.ts';

/**
 * The people, the latest first: name, away, how sure the program is who they are, unread messages; then the people who ask to be let
 * in, under a line that counts them.
 */
export function sidebarLines(
  view: Pick<View, 'selected' | 'terminal'>,
  facts: Pick<State, 'contacts' | 'phase'>,
  columns: number,
  rows: number,
): readonly Line[] {
  const contacts = contactsInOrder(facts);
  if (contacts.length === 0) {
    return fill(facts.phase === 'opening' ? [] : [line(say`  no contacts yet`, 'dim')], rows);
  }
  const told = toldApart(contacts, (contact) => nameWidth(contact, columns), view.terminal.isAscii);
  const draw = (contact: ContactView): Line => {
    const label = told.get(contact.id) ?? contact.label;
    return contactLine({ ...contact, label }, contact.id === view.selected, columns);
  };
  const seen = entriesSeen(view, facts, rows);
  return fill(
    seen.map((entry) => ('id' in entry ? draw(entry) : entry)),
    rows,
  );
}

/** The contacts that are drawn, one a row, and the line that counts requests. */
function entriesSeen(
  view: Pick<View, 'selected'>,
  facts: Pick<State, 'contacts'>,
  rows: number,
): ReadonlyArray<ContactView | Line> {
  const contacts = contactsInOrder(facts);
  const heading = requestsOf(facts);
  const people = contacts.filter((contact) => !isAsking(contact)).length;
  const entries: ReadonlyArray<ContactView | Line> =
    heading === ''
      ? contacts
      : [...contacts.slice(0, people), line(say` ${heading}`, 'warn'), ...contacts.slice(people)];
  const at = entries.findIndex((entry) => 'id' in entry && entry.id === view.selected);
  const first = Math.max(0, Math.min(Math.max(0, at) - rows + 2, entries.length - rows));
  return entries.slice(first, first + rows);
}

/** What each row of the list stands for. */
export function sidebarEntries(
  view: Pick<View, 'selected'>,
  facts: Pick<State, 'contacts'>,
  rows: number,
): ReadonlyArray<{ readonly kind: 'contact'; readonly contact: number } | { readonly kind: 'requests' }> {
  return entriesSeen(view, facts, rows).map((entry) =>
    'id' in entry ? { kind: 'contact', contact: entry.id } : { kind: 'requests' },
  );
}

/** How many people ask to be let in, in words; empty when nobody does. */
export function requestsOf(facts: Pick<State, 'contacts'>): Printable {
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
