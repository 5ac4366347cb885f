import { fold } from '../../core/fold.ts';
import type { Printable } from '../../core/types.ts';
import { bindingsIn, keyLabel, type KeyMap } from '../model/bindings.ts';
import type { Binding, MainAction, Where } from '../model/keymap.ts';
import { contactStates, messageStates } from '../model/view.ts';
import { ticks } from '../reading/own-rows.ts';
import { widthOf } from '../text/cells.ts';
import { joined, say, span, type Span } from '../text/line.ts';
import { commands } from './commands.ts';

/** One line of the help: a key, a command or a sign, and its purpose. */
export type Entry = {
  /** The text on the left, in at most `room` columns. */
  readonly left: (room: number) => Span;
  readonly help: Printable;
  /** The words that a search also finds it by, folded, besides its help. */
  readonly words: string;
  /** The name under which its uses are counted. */
  readonly name: string;
};

/** A part of the help under a heading. */
type Part = { readonly title: Printable; readonly entries: readonly Entry[] };

/** The keys that a beginner needs first. */
const first: readonly MainAction[] = [
  'send',
  'new-line',
  'open-palette',
  'next-conversation',
  'row-up',
  'page-up',
  'open-search',
  'verify-contact',
  'cancel',
  'quit',
];

const places: ReadonlyArray<{ readonly title: Printable; readonly where: Where; readonly isVim?: true }> = [
  { title: say`Conversation`, where: 'conversation' },
  { title: say`Completions above the draft`, where: 'completion' },
  { title: say`A selected message`, where: 'selecting' },
  { title: say`A selected message, in vim mode`, where: 'vim-selecting', isVim: true },
  { title: say`Search hits`, where: 'finding' },
  { title: say`Everywhere`, where: 'everywhere' },
  { title: say`Writing`, where: 'text' },
  { title: say`Normal mode of vim`, where: 'vim', isVim: true },
];

/** The commands of vim mode that are not in the key map, because only a draft knows them. */
const vimCommands: ReadonlyArray<readonly [left: Printable, help: Printable]> = [
  [say`Esc · i a I A o O`, say`normal mode · insert mode`],
  [say`h j k l w b e 0 ^ $ gg G`, say`move the cursor, also 3w or 2j`],
  [say`f t F T ; ,`, say`to a letter in the line, again, back`],
  [say`d c y`, say`cut, change, copy: dw, ciw, y$, dd`],
  [say`iw aw i" a" i( a( i[ i{`, say`a word, quotes, brackets: after d c y v`],
  [say`p P`, say`put back what you cut or copied`],
  [say`x X r ~ J D C`, say`change letters and lines`],
  [say`u · .`, say`undo · repeat the last change`],
  [say`v V`, say`select letters, lines`],
];

/** The actions of the mouse. */
const mouse: ReadonlyArray<readonly [left: Printable, help: Printable]> = [
  [say`click`, say`open a person, select a message, follow a link, choose, put the cursor`],
  [say`wheel`, say`scroll what is under the pointer`],
  [say`Shift+drag`, say`select text, as your terminal does`],
];

/** The settings that the help depends on. */
type Editing = { readonly isVim: boolean; readonly hasMouse: boolean };

/** Everything in the help, in order: the first ten keys, then by place, with the most used entries of each part first. */
export function partsOf(
  keys: KeyMap,
  uses: ReadonlyMap<string, number>,
  { isVim, hasMouse }: Editing,
): readonly Part[] {
  const top = first.flatMap((action) => keys.bindings.filter((one) => one.action === action && isShown(one)));
  const rest = places
    .filter((place) => isVim || place.isVim !== true)
    .map(({ title, where }) => ({
      title,
      entries: bindingsIn(keys, where)
        .filter((one) => !top.includes(one))
        .map(keyEntry),
    }));
  const all: readonly Part[] = [
    ...rest,
    ...(isVim ? [{ title: say`Vim, in the draft`, entries: vimCommands.map(plainEntry) }] : []),
    ...(hasMouse ? [{ title: say`Mouse`, entries: mouse.map(plainEntry) }] : []),
    { title: say`Commands`, entries: commands.map(commandEntry) },
    { title: say`Signs behind your messages`, entries: tickEntries },
    { title: say`Signs behind people`, entries: peopleEntries },
  ];
  return [
    { title: say`Ten keys to start with`, entries: top.map(keyEntry) },
    ...all.map((part) => ({ ...part, entries: byUse(part.entries, uses) })),
  ];
}

function isShown({ keys, where }: Binding): boolean {
  return keys.length > 0 && (where === 'conversation' || where === 'everywhere');
}

/** The entries with the most used first; the others stay in their order. */
function byUse(entries: readonly Entry[], uses: ReadonlyMap<string, number>): readonly Entry[] {
  // A person who reads the help has just used its key.
  const usesOf = ({ name }: Entry): number =>
    name === 'open-help' || name === 'help' ? 0 : (uses.get(name) ?? 0);
  return entries.toSorted((one, other) => usesOf(other) - usesOf(one));
}

/** The parts, reduced to the entries that have every word of `query` in their key, name, help or title. */
export function found(parts: readonly Part[], query: string): readonly Part[] {
  const words = fold(query.replace(/^\//u, ''))
    .split(/\s+/u)
    .filter((word) => word !== '');
  if (words.length === 0) return parts;
  return parts
    .map(({ title, entries }) => ({ title, entries: entries.filter((entry) => hasAll(entry, title, words)) }))
    .filter(({ entries }) => entries.length > 0);
}

function hasAll({ words, help }: Entry, title: Printable, wanted: readonly string[]): boolean {
  const text = `${words} ${fold(help)} ${fold(title)}`;
  return wanted.every((word) => text.includes(word));
}

function keyEntry({ action, keys, help }: Binding): Entry {
  const labels = joined(keys.map(keyLabel), say` `);
  return {
    left: (room) => span(keysLabel(keys, room), 'key'),
    help,
    words: fold(`${labels} ${action}`),
    name: action,
  };
}

function commandEntry({ name, wants, help }: (typeof commands)[number]): Entry {
  const left = say`/${name as Printable} ${wants}`;
  return { left: () => span(left, 'key'), help, words: fold(left), name };
}

function plainEntry([left, help]: readonly [Printable, Printable]): Entry {
  return { left: () => span(left, 'key'), help, words: fold(left), name: '' };
}

function signEntry(sign: Span, help: Printable): Entry {
  return { left: () => sign, help, words: fold(sign.text), name: '' };
}

const tickEntries = (['queued', 'kept', 'sent', 'delivered', 'failed'] as const).map((state) =>
  signEntry(span(ticks[state].sign, ticks[state].look), messageStates[state]),
);

const peopleEntries = [
  ...Object.values(contactStates).map(({ sign, look, words }) => signEntry(span(sign, look), words)),
  signEntry(span(say`m`, 'dim'), say`muted: no notifications from them`),
];

/** The first two keys, or the one that fits into `room` columns: half a name does not identify a key. */
function keysLabel(keys: readonly string[], room: number): Printable {
  const [one = '', second] = keys;
  const last = keys.at(-1) ?? '';
  if (keys.length > 4) return say`${keyLabel(one)} … ${keyLabel(last)}`;
  if (second === undefined) return keyLabel(one);
  const both = say`${keyLabel(one)}, ${keyLabel(second)}`;
  return widthOf(both) > room ? keyLabel(one) : both;
}
