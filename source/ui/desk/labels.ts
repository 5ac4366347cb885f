import { limits } from '../../core/limits.ts';
import { printableLine } from '../../core/printable.ts';
import type { State } from '../../core/state.ts';
import type { Printable } from '../../core/types.ts';
import { fit } from '../text/cells.ts';
import { nameAmong, toldApart } from '../text/told-apart.ts';
import type { Desk } from './desk.ts';

/** The facts of the session with its contacts, and whether only ASCII may be written. */
type Seen = { readonly facts: State; readonly isAscii: boolean };

/** A contact's name, which nobody else has on this terminal; no name for a contact that is gone. */
export function labelIn({ facts, isAscii }: Seen, contact: number): Printable {
  return nameAmong(facts.contacts, contact, Infinity, isAscii);
}

/** As labelIn(), for words outside of a dialog. */
export function labelOn({ facts, view }: Pick<Desk, 'facts' | 'view'>, contact: number): Printable {
  return labelIn({ facts: facts.get(), isAscii: view.get().terminal.isAscii }, contact);
}

/** Finds, for each name that a report may give a contact, the name that is drawn in `columns` columns. */
export function namesIn({ facts, isAscii }: Seen, columns: number): (name: string) => Printable {
  const told = toldApart(facts.contacts, columns, isAscii);
  const names = new Map(facts.contacts.map(({ id, label }) => [label, told.get(id)]));
  return (name) => {
    const label = printableLine(name, limits.nameCells);
    return names.get(label) ?? fit(label, columns);
  };
}
