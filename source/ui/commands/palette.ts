import {
  beyondOf,
  changing,
  choicesAfter,
  defineDialog,
  formLines,
  openOf,
  type Panel,
  type Scene,
} from '../dialogs/define.ts';
import type { Printable, State } from '../../core/types.ts';
import { commands } from './commands.ts';
import { countUse, type Desk, type Handler } from '../desk/desk.ts';
import { replaced } from '../model/editor.ts';
import { blank, line, say, span, type Line } from '../text/line.ts';
import { close, open, select } from '../reading/reading.ts';
import { contactsInOrder, inDialog, standingOf, withDraft } from '../model/view.ts';
import { withWriting } from '../model/vim-view.ts';
import { pad } from '../text/cells.ts';
import { toldApart } from '../text/told-apart.ts';
import { answerIn, dialogOf, fieldOf, type DialogOf } from '../model/dialog.ts';

/** Goes to a person or a command. */
export const palette = defineDialog({
  kind: 'palette',
  shape: 'box',
  titles: { palette: 'In the palette' },
  keys: [
    { action: 'palette-up', keys: ['up', 'ctrl+p', 'shift+tab'], help: say`move up`, does: moves(-1) },
    { action: 'palette-down', keys: ['down', 'ctrl+n', 'tab'], help: say`move down`, does: moves(1) },
    { action: 'palette-take', keys: ['enter'], help: say`go there`, hint: say`go there`, does: take },
  ],
  clicked(desk, index) {
    desk.view.update((view) => inDialog(view, 'palette', (now) => ({ ...now, index })));
    take(desk);
  },
  panel: palettePanel,
});

import fuzzysort from 'fuzzysort';

/** One thing to go to. */
type Entry = {
  readonly name: Printable;
  readonly note: Printable;
  readonly take: (desk: Desk) => void;
  /** The contact's id, if the entry is a person. */
  readonly contact?: number;
  readonly uses?: number;
};

/** Opens the palette. */
export function openPalette(desk: Desk): void {
  open(desk, dialogOf(palette, { index: 0, uses: new Map(desk.underway.uses) }, [fieldOf('query', say`❯`)]));
}

/** Moves the choice; it stops at both ends. */
function moves(by: 1 | -1): Handler {
  return changing('palette', (now, desk) => {
    const count = entriesFor(now, desk.facts.get()).length;
    return { ...now, index: Math.max(0, Math.min(count - 1, chosen(now, count) + by)) };
  });
}

/** Goes to the chosen entry. */
function take(desk: Desk): void {
  const dialog = openOf(desk, 'palette');
  if (!dialog) return;
  const entries = entriesFor(dialog, desk.facts.get());
  const entry = entries[chosen(dialog, entries.length)];
  if (!entry) return;
  close(desk);
  entry.take(desk);
}

function chosen(dialog: DialogOf<'palette'>, count: number): number {
  return Math.min(dialog.index, Math.max(0, count - 1));
}

function entriesFor(dialog: DialogOf<'palette'>, facts: State): readonly Entry[] {
  return ranked(answerIn(dialog, 'query').trim(), [...people(facts), ...commandEntries(dialog.uses)]);
}

/** A lower score means a chance match: single letters in a long sentence. */
const leastScore = 0.3;
/** An entry's note counts less than its name. */
const noteShare = 0.6;

/** Among entries that match about as well, the one that is used more often comes first. */
const useShare = 0.02;
const mostUses = 10;

/** The entries that `query` may mean, by their names, notes and uses, the likeliest first; all of them without a query. */
export function ranked<One extends Pick<Entry, 'name' | 'note' | 'uses'>>(
  query: string,
  entries: readonly One[],
): readonly One[] {
  if (query === '') return entries;
  const found = fuzzysort.go<One>(query, entries, {
    keys: ['name', 'note'],
    limit: 0,
    threshold: leastScore,
    scoreFn: (result) => {
      const [name, note] = result;
      const score = Math.max(name?.score ?? 0, (note?.score ?? 0) * noteShare);
      return score === 0 ? 0 : score + useShare * Math.min(mostUses, result.obj.uses ?? 0);
    },
  });
  return found.map(({ obj }) => obj);
}

function people(facts: State): readonly Entry[] {
  return contactsInOrder(facts).map((contact) => {
    const { id, label, unread } = contact;
    const { short, sign } = standingOf(contact);
    const note = say`${short} ${sign}${unread > 0 ? say` · ${unread} unread` : say``}`;
    return { name: label, note, take: (desk) => select(desk, id), contact: id };
  });
}

/** The commands, with the most used first. */
function commandEntries(counts: ReadonlyMap<string, number>): readonly Entry[] {
  const entries = commands.map((command): Entry & { readonly uses: number } => {
    const name = say`/${command.name as Printable}`;
    const uses = counts.get(command.name) ?? 0;
    return { name, note: command.help, uses, take: (desk) => runOrWrite(desk, name, command) };
  });
  return entries.toSorted((one, other) => other.uses - one.uses);
}

/** Runs a command; a command that needs words after its name is put into the draft instead. */
function runOrWrite(desk: Desk, name: Printable, command: (typeof commands)[number]): void {
  countUse(desk, command.name);
  if (/^(\[|$)/u.test(command.wants) || command.name === 'join') {
    countUse(desk, command.name);
    command.run(desk, '');
    return;
  }
  const contact = desk.view.get().selected ?? 0;
  desk.view.update((view) => withWriting(withDraft(view, contact, (editor) => replaced(editor, `${name} `))));
}

const nameColumns = 16;

/** Contents of the palette. */
function palettePanel(dialog: DialogOf<'palette'>, scene: Scene): Panel {
  const entries = entriesFor(dialog, scene.facts);
  const index = chosen(dialog, entries.length);
  const room = Math.max(3, Math.min(12, scene.rows - 2));
  const first = Math.max(0, Math.min(index - room + 2, entries.length - room));
  const told = toldApart(scene.facts.contacts, nameColumns, scene.isAscii);
  const lines = entries.slice(first, first + room).map((entry, at): Line => {
    const isChosen = first + at === index;
    const shown = told.get(entry.contact ?? 0) ?? entry.name;
    const name = span(
      pad(say`${isChosen ? say`❯` : say` `} ${shown}`, nameColumns + 2),
      isChosen ? 'chosen' : 'plain',
    );
    return [name, span(say` ${entry.note}`, 'dim')];
  });
  const rest = Array.from({ length: room - lines.length }, (): Line => blank);
  const shown =
    lines.length > 0 ? [...lines, ...rest] : [line(say`  nothing has that name`, 'dim'), ...rest.slice(1)];
  const form = formLines(dialog, scene.columns);
  const choices = choicesAfter(form.lines.length + 1, first, lines.length);
  const beyond = beyondOf(first, lines.length, entries.length);
  const idle = entries.length === 0 ? ['palette-take'] : [];
  return {
    title: say`Go to`,
    lines: [...form.lines, blank, ...shown],
    caret: form.caret,
    choices,
    beyond,
    idle,
  };
}
