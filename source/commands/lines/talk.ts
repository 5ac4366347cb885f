import type { Calls } from '../../core/calls.ts';
import { ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import type { Contact } from '../../core/types.ts';
import type { Command, Invocation } from '../invocation.ts';
import { labelOf } from '../shapes.ts';

/** A request of a line to line mode itself, for when the line is over. */
export type After = void | 'quit' | 'lock';

/** One conversation in lines: the calls, the output, whom plain text goes to, and the question that waits for a yes. */
export type Talk = {
  readonly calls: Calls;
  readonly call: Invocation;
  /** True if this process has the home open itself. */
  readonly isHolder: () => boolean;
  /** An id; null until somebody is chosen: then the only contact is meant. After a choice that failed or is over, nobody is. */
  current: Chosen;
  question: (() => Promise<void>) | null;
  /** The rows so far of an invite link that came in several; else empty. */
  part: string;
};

/** The recipient of plain text; see Talk. */
type Chosen = number | 'nobody' | null;

/** The contact that a line is about: the value for a call, the label for people, and the rest of the line. */
export type Meant = { readonly contact: string; readonly label: string; readonly rest: string };

/** The contact that plain text goes to: the chosen one; the only one if none was ever chosen. Throws ChatError contact-unknown. */
export async function chosenContact({ calls, current }: Talk): Promise<Meant> {
  const found = chosenOf(await calls.contacts(), current);
  if (!found) throw new ChatError('contact-unknown', 'nobody is chosen to write to: /query NAME');
  return meant(found, '');
}

/** The prompt before the typed line: its recipient. */
export async function promptOf({ calls, current, question }: Talk): Promise<string> {
  if (question) return 'y or n> ';
  const to = chosenOf(await calls.contacts(), current);
  return to ? `to ${printableLine(labelOf(to), promptCells)}> ` : '> ';
}

const promptCells = 32;

/** Text for somebody who is gone, or was never reached, must not go to somebody else. */
function chosenOf(contacts: readonly Contact[], current: Chosen): Contact | undefined {
  if (current === null) return contacts.length === 1 ? contacts[0] : undefined;
  return contacts.find(({ id }) => id === current);
}

/** Tells whether a text could stand behind the name in this line. */
export type Follows = (rest: string) => boolean;

/**
 * The contact that a line begins with, by the label (it may have blanks), else the first word, known or not. Throws ChatError usage where
 * two labels fit: a peer may have chosen a name that looks like another one with the first words behind it.
 */
export async function namedContact({ calls }: Talk, words: string, follows: Follows): Promise<Meant> {
  const contacts = await calls.contacts();
  const begins = (contact: Contact): boolean =>
    `${words} `.toLowerCase().startsWith(`${labelOf(contact).toLowerCase()} `);
  const fitting = contacts.filter(begins).toSorted((a, b) => labelOf(b).length - labelOf(a).length);
  const named = fitting.map((contact) => meant(contact, words.slice(labelOf(contact).length).trim()));
  const could = named.filter(({ rest }) => follows(rest));
  const [one, two] = could;
  if (one && two) {
    const both = `${printableLine(one.label)} or ${printableLine(two.label)}`;
    throw new ChatError('usage', `this could mean ${both}: choose one with /query NAME`);
  }
  const found = one ?? named[0];
  if (found) return found;
  const [first = ''] = words.split(/\s/u, 1);
  // The calls take a number for the id of a contact, which nobody sees in line mode.
  if (/^\d+$/u.test(first))
    throw new ChatError('contact-unknown', `there is no contact ${printableLine(first, 32)}`);
  return { contact: first, label: first, rest: words.slice(first.length).trim() };
}

/** The contact that a line names, else the chosen one. */
export function meantContact(talk: Talk, words: string, follows: Follows): Promise<Meant> {
  return words === '' ? chosenContact(talk) : namedContact(talk, words, follows);
}

/** For a line in which the name is the last thing. */
export function isNothing(rest: string): boolean {
  return rest === '';
}

function meant(contact: Contact, rest: string): Meant {
  return { contact: String(contact.id), label: labelOf(contact), rest };
}

/** Runs a command of the command line within the conversation; the command does not wait for outgoing messages. */
export async function runWithin(
  { call, calls }: Talk,
  command: Command,
  words: readonly string[],
  flags: Invocation['flags'] = {},
): Promise<void> {
  const open = { calls, local: null, moved: Promise.resolve(), end: () => Promise.resolve() };
  await command({ ...call, words, flags, open });
}
