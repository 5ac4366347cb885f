import type { ContactView, Printable } from '../../core/types.ts';
import { printableLine } from '../../core/printable.ts';
import { settingNames, settings, type Setting, type SettingName } from '../../core/settings.ts';
import type { Command } from '../desk/desk.ts';
import { nameBefore, type Emoji } from '../model/emoji.ts';
import { isAsking, standingOf } from '../model/view.ts';
import { pad, shown } from '../text/cells.ts';
import { say } from '../text/line.ts';

/** One possible completion of the word before the cursor. */
type Entry = {
  readonly insert: string;
  readonly name: Printable;
  readonly note: Printable;
  /** The contact's id, if the entry is a person. */
  readonly contact?: number;
};

/** Entries that can replace everything from `start` to the cursor. */
export type Completion = {
  readonly title: Printable;
  readonly start: number;
  /** Never empty. */
  readonly entries: readonly Entry[];
};

/** Everything that can be offered as a completion. */
export type Known = {
  readonly commands: readonly Pick<Command, 'name' | 'wants' | 'help'>[];
  readonly contacts: readonly ContactView[];
  readonly emoji: Emoji | null;
  /** The names of the theme files. */
  readonly themes: readonly string[];
};

const mostEmoji = 50;
/** No command and name together are longer. */
const mostLetters = 200;

/**
 * The possible completions of the text so far: a command after a slash at the start, a contact after a command that needs a name, an
 * emoji after a colon and two letters. Null when there is nothing to complete.
 */
export function completionOf(
  { text, cursor }: { readonly text: string; readonly cursor: number },
  known: Known,
): Completion | null {
  if (/\S/u.test(text.charAt(cursor))) return null;
  const name = nameBefore(text, cursor);
  if (name !== null) return emojiCompletion(name, cursor, known);
  const isCommand = /^\/(?!\/)/u.test(text) && cursor > 0 && cursor <= mostLetters;
  return isCommand ? commandCompletion(text.slice(0, cursor), known) : null;
}

function commandCompletion(line: string, known: Known): Completion | null {
  const [, command = '', blanks = '', rest = ''] = /^\/(\S*)(\s*)(.*)$/su.exec(line) ?? [];
  if (blanks === '') return completion(say`Commands`, 0, commandEntries(command, known));
  const start = line.length - rest.length;
  return (
    contactCompletion(command, rest, start, known) ??
    settingCompletion(command.toLowerCase(), rest, start, known)
  );
}

function completion(title: Printable, start: number, entries: readonly Entry[]): Completion | null {
  return entries.length > 0 ? { title, start, entries } : null;
}

function commandEntries(typed: string, { commands }: Known): readonly Entry[] {
  return fitting(commands, typed, ({ name }) => name).map(({ name, wants, help }) => ({
    insert: wants === '' ? `/${name}` : `/${name} `,
    name: say`/${printableLine(name)} ${wants}`,
    note: help,
  }));
}

function contactCompletion(command: string, typed: string, start: number, known: Known): Completion | null {
  const wanted = known.commands.find(({ name }) => name === command.toLowerCase());
  if (!wanted || !/^\[?NAME\b/u.test(wanted.wants)) return null;
  const people = fitting(
    known.contacts.filter((contact) => isMeantBy(wanted.name, contact)),
    typed,
    ({ label }) => label,
  );
  const [only] = people;
  if (people.length === 1 && only?.label === typed) return null;
  const entries = people.map((contact) => {
    const { words, sign } = standingOf(contact);
    return {
      insert: `${contact.label} `,
      name: contact.label,
      note: say`${sign} ${words}`,
      contact: contact.id,
    };
  });
  return completion(say`People`, start, entries);
}

/** Completes the names of settings after /set, and the values of settings that have only a few. */
function settingCompletion(command: string, rest: string, start: number, known: Known): Completion | null {
  if (command === 'theme') return valueCompletion('theme', rest, start, known);
  const [, name = '', gap = '', value = ''] = /^(\S*)(\s*)(.*)$/su.exec(rest) ?? [];
  if (command !== 'set') return null;
  if (gap !== '') return valueCompletion(name, value, start + rest.length - value.length, known);
  const entries = fitting(settingNames, name, (word) => word).map((word) => ({
    insert: `${word} `,
    name: printableLine(word),
    note: printableLine(settings[word].help),
  }));
  return completion(say`Settings`, start, entries);
}

function valueCompletion(name: string, typed: string, start: number, known: Known): Completion | null {
  const setting: Setting | undefined = Object.hasOwn(settings, name)
    ? settings[name as SettingName]
    : undefined;
  if (!setting || !('values' in setting)) return null;
  const values = setting.kind === 'theme' ? [...setting.values, ...known.themes] : setting.values;
  if (values.includes(typed)) return null;
  const entries = fitting(values, typed, (word) => word).map((word) => ({
    insert: word,
    name: printableLine(word),
    note: say``,
  }));
  return completion(say`Values`, start, entries);
}

/** A person who asks to be let in can only be accepted or declined, and only a blocked contact can be unblocked. */
function isMeantBy(command: string, contact: ContactView): boolean {
  if (command === 'unblock') return contact.state === 'blocked';
  if (command === 'accept' || command === 'decline') return isAsking(contact);
  return true;
}

function emojiCompletion(typed: string, cursor: number, { emoji }: Known): Completion | null {
  if (!emoji) return null;
  const found = fitting([...emoji], typed, ([name]) => name).slice(0, mostEmoji);
  const entries = found.map(([name, sign]) => ({
    insert: sign,
    name: say`${pad(shown(sign), 2)} :${printableLine(name)}:`,
    note: say``,
  }));
  return completion(say`Emoji`, cursor - typed.length - 1, entries);
}

/** The items that begin with `typed`, then those with a word that begins with it; case does not matter. */
function fitting<Item>(items: readonly Item[], typed: string, nameOf: (item: Item) => string): Item[] {
  const wanted = typed.toLowerCase();
  const named = items.map((item) => ({ item, name: nameOf(item).toLowerCase() }));
  const first = named.filter(({ name }) => name.startsWith(wanted));
  const words = named.filter(
    ({ name }) => !name.startsWith(wanted) && [' ', '_', '-'].some((gap) => name.includes(gap + wanted)),
  );
  return [...first, ...words].map(({ item }) => item);
}
