import { limits } from '../../core/limits.ts';
import { printableLine } from '../../core/printable.ts';
import type { State } from '../../core/state.ts';
import type { Printable } from '../../core/types.ts';
import { fit } from '../text/cells.ts';
import { nameAmong, toldApart } from '../text/told-apart.ts';
import type { Desk } from './desk.ts';

/** Who is there, and whether nothing but ASCII may be written. */
type Seen = { readonly facts: State; readonly isAscii: boolean };

/** What a contact is called, and nobody else is on this terminal; of one that is gone, no name. */
export function labelIn({ facts, isAscii }: Seen, contact: number): Printable {
  return nameAmong(facts.contacts, contact, Infinity, isAscii);
}

/** As labelIn(), for what is said outside of a dialog. */
export function labelOn({ facts, view }: Pick<Desk, 'facts' | 'view'>, contact: number): Printable {
  return labelIn({ facts: facts.get(), isAscii: view.get().terminal.isAscii }, contact);
}

/** What is drawn in `columns` columns for each name that a report may call a contact. */
export function namesIn({ facts, isAscii }: Seen, columns: number): (name: string) => Printable {
  const told = toldApart(facts.contacts, columns, isAscii);
  const names = new Map(facts.contacts.map(({ id, label }) => [label, told.get(id)]));
  return (name) => {
    const label = printableLine(name, limits.nameCells);
    return names.get(label) ?? fit(label, columns);
  };
}
