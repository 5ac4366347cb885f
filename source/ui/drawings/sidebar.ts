import type { ContactView, State } from '../../core/state.ts';
import { blank, type Line, line, lineWidth, span } from '../line.ts';
import { contactStates } from '../states.ts';
import { pad } from '../text/cells.ts';
import { say } from '../text/say.ts';
import { contactsInOrder, type View } from '../view.ts';

/** The people, the latest first: name, away, how sure the program is who they are, unread messages. */
export function sidebarLines(view: View, facts: State, columns: number, rows: number): readonly Line[] {
  const contacts = contactsInOrder(facts);
  if (contacts.length === 0) {
    return fill(facts.phase === 'opening' ? [] : [line(say`  no contacts yet`, 'dim')], rows);
  }
  const at = Math.max(
    0,
    contacts.findIndex(({ id }) => id === view.selected),
  );
  const first = Math.max(0, Math.min(at - rows + 2, contacts.length - rows));
  const shown = contacts.slice(first, first + rows).map((contact) => {
    return contactLine(contact, contact.id === view.selected, columns);
  });
  return fill(shown, rows);
}

function fill(lines: readonly Line[], rows: number): readonly Line[] {
  return [...lines, ...Array.from({ length: Math.max(0, rows - lines.length) }, () => blank)];
}

function contactLine(contact: ContactView, isSelected: boolean, columns: number): Line {
  const { sign, look } = contactStates[contact.state];
  const away = contact.reach.kind === 'away' ? [span(say` away`, 'warn')] : [];
  const count = contact.unread > 9 ? say`9+` : contact.unread > 0 ? say`${contact.unread}` : say``;
  const right: Line = [
    ...away,
    span(say` `),
    span(sign, look),
    span(pad(count, 2, 'left'), 'strong'),
    span(say` `),
  ];
  const name = pad(contact.label, Math.max(1, columns - lineWidth(right) - 2));
  if (isSelected) return [span(say`❯ `, 'accent'), span(name, 'strong'), ...right];
  return [span(say`  `), span(name, contact.unread > 0 ? 'strong' : 'plain'), ...right];
}
