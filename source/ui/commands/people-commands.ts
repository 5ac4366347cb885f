import type { ContactView } from '../../core/types.ts';
import { printableLine } from '../../core/printable.ts';
import { keyFor } from '../model/bindings.ts';
import { sayError, slash, type Command, type Desk } from '../desk/desk.ts';
import { openIdentity } from '../dialogs/identity.ts';
import { blockContact, unblockContact } from '../dialogs/people.ts';
import { openForget } from '../dialogs/forget.ts';
import { answer, openRequests } from '../dialogs/requests.ts';
import { openVerify } from '../dialogs/verify.ts';
import { isAsking, selectedContact } from '../model/view.ts';
import { say } from '../text/line.ts';

/** The contact whose label `words` starts with (the longest one), and the rest of the words. */
export function contactIn(
  contacts: readonly ContactView[],
  words: string,
): { readonly contact: ContactView; readonly rest: string } | null {
  const lower = words.toLowerCase();
  const fits = ({ label }: ContactView): boolean => {
    const name = label.toLowerCase();
    return lower === name || lower.startsWith(`${name} `);
  };
  const [contact] = contacts.filter(fits).toSorted((a, b) => b.label.length - a.label.length);
  return contact ? { contact, rest: words.slice(contact.label.length).trim() } : null;
}

/** Says that nobody here has the name that `words` begin with. */
export function sayUnknown(desk: Desk, words: string): false {
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

/** The commands about how people stand to each other. */
export const peopleCommands: readonly Command[] = [
  slash('verify', verify),
  slash('requests', (desk) => {
    openRequests(desk);
    return true;
  }),
  slash('accept', answers('accept')),
  slash('decline', answers('decline')),
  slash('block', (desk, rest) => withContact(desk, rest, ({ id }) => blockContact(desk, id))),
  slash('unblock', (desk, rest) => withContact(desk, rest, ({ id }) => unblockContact(desk, id))),
  slash('forget', (desk, rest) => withContact(desk, rest, ({ id }) => openForget(desk, id))),
];
