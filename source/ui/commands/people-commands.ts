import type { ContactView } from '../../core/types.ts';
import { printableLine } from '../../core/printable.ts';
import { keyFor } from '../model/bindings.ts';
import { sayError, type Command, type Desk, type Runs } from '../desk/desk.ts';
import { openIdentity } from '../dialogs/identity.ts';
import { blockContact, unblockContact } from '../dialogs/people.ts';
import { openForget } from '../dialogs/forget.ts';
import { answer, openRequests } from '../dialogs/requests.ts';
import { openVerify } from '../dialogs/verify.ts';
import { isAsking, selectedContact } from '../model/view.ts';
import { say } from '../text/line.ts';

/**
 * The contact whose label `words` are or start with, and the rest of the words; null where nobody has such a label, and where a longer and
 * a shorter one fit: people choose their own names, so neither must get messages for the other.
 */
export function contactIn(
  contacts: readonly ContactView[],
  words: string,
): { readonly contact: ContactView; readonly rest: string } | null {
  const [contact, shorter] = contactsIn(contacts, words);
  if (!contact) return null;
  const rest = words.slice(contact.label.length).trim();
  return shorter && rest !== '' ? null : { contact, rest };
}

/** The contacts whose labels `words` are or start with, the longest label first. */
function contactsIn(contacts: readonly ContactView[], words: string): readonly ContactView[] {
  const begun = `${words} `.toLowerCase();
  return contacts
    .filter(({ label }) => begun.startsWith(`${label.toLowerCase()} `))
    .toSorted((a, b) => b.label.length - a.label.length);
}

/** Reports that nobody here has the name that `words` begin with, or that several people do. */
export function sayUnknown(desk: Desk, words: string): false {
  const [longer, shorter] = contactsIn(desk.facts.get().contacts, words);
  if (longer && shorter) {
    const hint = say`/query NAME goes to one of them: write there`;
    sayError(desk, { text: say`this can mean ${shorter.label} or ${longer.label}`, hint });
    return false;
  }
  const [name = ''] = words.split(/\s/, 1);
  const text =
    name === '' ? say`a name is missing` : say`you have no contact called ${printableLine(name, 32)}`;
  const key = keyFor(desk.view.get().keys, 'open-palette', say`/help`);
  sayError(desk, { text, hint: say`${key} lists your contacts` });
  return false;
}

/** Ctrl+G: the key of the person whose conversation is open. */
export function verifySelected(desk: Desk): void {
  withContact(desk, '', (contact) => openIdentity(desk, contact));
}

/** Acts on the contact with this name, else on the one whose conversation is open; returns whether there is one. */
export function withContact(desk: Desk, words: string, act: (contact: ContactView) => void): boolean {
  const { contacts } = desk.facts.get();
  const named = contacts.find(({ label }) => label.toLowerCase() === words.toLowerCase());
  if (!named && words !== '') return sayUnknown(desk, words);
  const contact = named ?? selectedContact(desk.view.get(), desk.facts.get());
  if (contact) {
    act(contact);
    return true;
  }
  sayError(desk, { text: say`no conversation is open`, hint: say`/query NAME opens one` });
  return false;
}

/** `/verify NAME DIGITS`; either of the two may be missing. */
function verify(desk: Desk, rest: string): boolean {
  const named = contactIn(desk.facts.get().contacts, rest);
  const isNumber = !named && /^[\d\s-]+$/u.test(rest);
  const digits = named ? named.rest : isNumber ? rest : '';
  return withContact(desk, named?.contact.label ?? (isNumber ? '' : rest), (contact) =>
    digits === '' ? openIdentity(desk, contact) : openVerify(desk, contact.id, digits),
  );
}

function answers(kind: 'accept' | 'decline'): Command['run'] {
  return (desk, rest) => {
    let asks = true;
    const found = withContact(desk, rest, (contact) => {
      asks = isAsking(contact);
      if (asks) return answer(desk, contact, kind);
      sayError(desk, {
        text: say`${contact.label} has not sent a request`,
        hint: say`/requests shows the requests`,
      });
    });
    return found && asks;
  };
}

/** The commands that change the relation to a contact. */
export const peopleCommands = {
  verify,
  requests(desk) {
    openRequests(desk);
    return true;
  },
  accept: answers('accept'),
  decline: answers('decline'),
  block: (desk, rest) => withContact(desk, rest, ({ id }) => blockContact(desk, id)),
  unblock: (desk, rest) => withContact(desk, rest, ({ id }) => unblockContact(desk, id)),
  forget: (desk, rest) => withContact(desk, rest, ({ id }) => openForget(desk, id)),
} as const satisfies Runs;
