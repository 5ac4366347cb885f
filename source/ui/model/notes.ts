import type { ContactState, ContactView, Printable, State } from '../../core/types.ts';
import { keyFor, type KeyMap } from './bindings.ts';
import { line, say, type Line, type Look } from '../text/line.ts';
import { isAsking, selectedContact, standingOf, type View } from './view.ts';
import { wrap } from '../text/wrap.ts';

/** Maximum number of rows for one sentence. */
const mostRows = 3;

/**
 * The lines above the draft, as rows of the screen: an error or a note about something that was done, an alert that the person must act on,
 * and the warning about the contact.
 */
export function notes(view: View, facts: State): readonly Line[] {
  const said = saidLines(view);
  const { columns } = view;
  const alert = facts.alert === null ? [] : rowsOf(say`! ${facts.alert}`, 'warn', columns);
  const contact = selectedContact(view, facts);
  const warning = contact && warningOf(contact, view.keys);
  if (!warning) {
    const isQuiet = said.length + alert.length > 0 || facts.hasEvents;
    return isQuiet ? [...said, ...alert] : rowsOf(unnoticed, 'dim', columns);
  }
  const { sign, look } = standingOf(contact);
  return [...said, ...alert, ...rowsOf(say`${sign} ${warning.text}: ${warning.advice}`, look, columns)];
}

function saidLines({ toast, columns }: View): readonly Line[] {
  if (!toast) return [];
  const isError = toast.kind === 'error';
  const text = isError ? say`error: ${toast.text}` : toast.text;
  const hint = toast.hint === '' ? [] : rowsOf(say`hint: ${toast.hint}`, 'dim', columns);
  return [...rowsOf(text, isError ? 'bad' : 'accent', columns), ...hint];
}

const unnoticed = say`file notifications do not work here: checking the inbox every second`;

/** A sentence after a blank; one that is too long for these rows ends in `…`. */
function rowsOf(text: Printable, look: Look, columns: number): readonly Line[] {
  const rows = wrap(text, columns - 2).map((row) => row.text);
  const shown =
    rows.length > mostRows ? [...rows.slice(0, mostRows - 1), say`${rows[mostRows - 1] ?? say``}…`] : rows;
  return shown.map((row) => line(say` ${row}`, look));
}

/** A fact about a contact that the person needs to know before writing, and what to do about it. */
type Warning = {
  readonly text: Printable;
  readonly advice: Printable;
};

type Say = (label: Printable, verify: Printable) => Warning;

const warnings: Readonly<Partial<Record<ContactState, Say>>> = {
  requested: (label) => ({
    text: say`you asked ${label}`,
    advice: say`your messages are queued until they accept`,
  }),
  'changed-signed': (label, verify) => ({
    text: say`${label} has a new key`,
    advice: say`verify it with ${verify}`,
  }),
  conflict: (label, verify) => ({ text: say`two keys claim to be ${label}`, advice: verify }),
  revoked: (label, verify) => ({ text: say`${label} revoked this key`, advice: verify }),
  blocked: (label) => ({ text: say`${label} is blocked`, advice: say`/unblock` }),
};

/** The warning about `contact`; null when there is nothing to warn of. */
export function warningOf(
  contact: Pick<ContactView, 'label' | 'state' | 'request'>,
  keys: KeyMap,
): Warning | null {
  const { label, state } = contact;
  if (isAsking(contact)) return { text: say`${label} wants to be your contact`, advice: say`/requests` };
  return warnings[state]?.(label, keyFor(keys, 'verify-contact', say`/verify`)) ?? null;
}
