import { printableLine } from '../../core/printable.ts';
import { bounds } from '../composer/vim/operators.ts';
import { selectionOf } from '../composer/vim/selection.ts';
import type { VimMode } from '../model/vim.ts';
import type { Wrapped } from '../text/wrap.ts';
import type { ContactView, Printable, State } from '../../core/types.ts';
import { bindingsIn, keyFor, keyLabel, type KeyMap } from '../model/bindings.ts';
import type { Binding, Where } from '../model/keymap.ts';
import { promptColumns, type Composing, type Layout } from '../model/layout.ts';
import { joined, line, lineWidth, repeated, say, span, type Line } from '../text/line.ts';
import { draftOf, isAsking, isStopped, selectedContact, type View } from '../model/view.ts';
import { vimModeOf } from '../model/vim-view.ts';
import { nameAmong } from '../text/told-apart.ts';

/** The line between messages and draft; it says when newer messages are out of sight below, and how many are unread. */
export function ruleLine(
  layout: Layout,
  columns: number,
  { atEnd, unread }: { readonly atEnd: boolean; readonly unread: number },
  keys: KeyMap,
): Line {
  const news = unread > 0 ? say`newer below, ${unread} unread` : say`newer below`;
  const note = atEnd ? say`` : say` ↓ ${news}, ${keyFor(keys, 'go-newest', say`PgDn`)} `;
  const left = layout.sidebar > 0 ? say`${repeated('─', layout.sidebar)}┴` : say``;
  const used = left.length + note.length + (atEnd ? 0 : 2);
  const rest = repeated('─', Math.max(0, columns - used));
  if (atEnd) return line(say`${left}${rest}`, 'dim');
  return [span(say`${left}${rest}`, 'dim'), span(note, 'accent'), span(say`──`, 'dim')];
}

/** The rows of the draft after their prompt, or a hint at what to write here; the prompt is different where nothing can be sent. */
export function composerLines(view: View, facts: State, composing: Composing): readonly Line[] {
  const contact = selectedContact(view, facts);
  const prompt = contact && isStopped(contact) ? span(say` ✗ `, 'bad') : span(say` ❯ `, 'accent');
  if (draftOf(view).text === '') return [[prompt, span(placeholder(contact, facts, view), 'dim')]];
  const chosen = vimModeOf(view) === null ? null : selectionOf({ editor: draftOf(view), vim: view.vim });
  const [from, to] = chosen ? bounds(draftOf(view).text, chosen) : [0, 0];
  return composing.rows.map((row) => [
    row.start === 0 ? prompt : span(say`   `),
    ...(chosen ? selectedRow(row, from, to) : [span(row.text)]),
  ]);
}

/** A row of the draft with what is selected in it inverse; a selected end of line is a blank. */
function selectedRow({ cells, base, start, end, text }: Wrapped, from: number, to: number): Line {
  if (to <= start || from > end) return [span(text)];
  const part = (isIn: (at: number) => boolean): Printable =>
    joined(
      cells.filter((cell) => isIn(base + cell.start)).map((cell) => cell.text),
      say``,
    );
  const middle = part((at) => at >= from && at < to);
  return [
    span(part((at) => at < from)),
    span(middle === '' ? say` ` : middle, 'chosen'),
    span(part((at) => at >= to)),
  ];
}

/** The mode of vim and the command that has begun, if there is one, and the keys that help here. */
export function lastLine(view: View, layers: readonly Where[]): Line {
  const mode = vimModeOf(view);
  // The keys are those of the selected message then.
  if (mode === null || view.picked !== null) return hintLine(view.keys, layers, view.columns);
  const begun = printableLine(view.vim.keys.join(''), 12);
  const said = [
    span(say` ${modeNames[mode]} `, 'chosen'),
    span(begun === '' ? say`` : say` ${begun}`, 'strong'),
  ];
  const own = bindingsIn(view.keys, 'vim').flatMap(({ keys }) => keys);
  // Enter sends no selection.
  const taken = mode === 'insert' ? [] : mode === 'normal' ? own : [...own, 'enter'];
  return [...said, ...hintLine(view.keys, layers, view.columns - lineWidth(said), { taken })];
}

const modeNames: Readonly<Record<VimMode, Printable>> = {
  insert: say`INSERT`,
  normal: say`NORMAL`,
  visual: say`VISUAL`,
  'visual-line': say`V-LINE`,
};

function placeholder(contact: ContactView | null, facts: State, view: View): Printable {
  const { keys, columns, terminal } = view;
  const nameIn = (room: number): Printable =>
    nameAmong(facts.contacts, contact?.id ?? 0, room - promptColumns, terminal.isAscii);
  if (contact && isAsking(contact)) return say`Enter shows the request…`;
  if (contact && isStopped(contact)) return say`sending to ${nameIn(columns - 22)} is stopped`;
  if (contact) return say`write to ${nameIn(columns - 10)}…`;
  if (facts.phase === 'opening') return say`write…`;
  return facts.contacts.length === 0
    ? say`/invite or /join…`
    : say`${keyFor(keys, 'open-palette', say`/query NAME`)} goes to a conversation…`;
}

/**
 * The keys that help here, without those `taken` by something else and those of actions that are `idle`, as many as fit; the way out (Escape) is always one of them, and `?` for
 * all of them stays at the end.
 */
export function hintLine(
  keys: KeyMap,
  layers: readonly Where[],
  columns: number,
  { taken = [], idle = [], hints = {} }: Hinting = {},
): Line {
  const last: Line = layers.includes('conversation') ? [span(say`?`, 'key'), span(say` help`, 'dim')] : [];
  const bindings = layers
    .flatMap((layer) => bindingsIn(keys, layer))
    .filter(({ action }) => !idle.includes(action))
    .filter((binding) => !taken.includes(binding.keys[0] ?? ''))
    .map((binding) => ({ ...binding, hint: hints[binding.action] ?? binding.hint }))
    .filter(hasHint)
    // The topmost layer decides what a key does.
    .filter(({ keys: [key] }, at, all) => all.findIndex((other) => other.keys[0] === key) === at);
  // Nothing follows the last hint, not even a dot.
  const end = last.length > 0 ? lineWidth(last) : -separator.length;
  const spans = fitting(bindings, columns - 1 - end).map(hintSpans);
  const all = last.length > 0 ? [...spans, last] : spans;
  return all.reduce<Line>(
    (row, hint, at) => [...row, ...(at > 0 ? [span(separator, 'dim')] : []), ...hint],
    [span(say` `)],
  );
}

const separator = say` · `;

/** The first of `bindings` whose hints fit in `columns` columns, with a place kept for the one that Escape has. */
function fitting(bindings: readonly Hinted[], columns: number): readonly Hinted[] {
  const widthOf = (binding: Hinted): number => lineWidth(hintSpans(binding)) + separator.length;
  const out = bindings.find(({ keys }) => keys.includes('escape'));
  let left = columns - (out ? widthOf(out) : 0);
  let isFull = false;
  return bindings.filter((binding) => {
    if (binding === out) return left >= 0;
    isFull ||= widthOf(binding) > left;
    if (!isFull) left -= widthOf(binding);
    return !isFull;
  });
}

type Hinted = Binding & { readonly hint: Printable };

type Hinting = {
  readonly taken?: readonly string[];
  readonly idle?: readonly string[];
  /** Other words for some of the actions. */
  readonly hints?: Readonly<Record<string, Printable>>;
};

function hasHint(
  binding: Omit<Binding, 'hint'> & { readonly hint: Printable | undefined },
): binding is Hinted {
  return binding.hint !== undefined;
}

function hintSpans({ keys, hint }: Hinted): Line {
  return [span(keyLabel(keys[0] ?? ''), 'key'), span(say` ${hint}`, 'dim')];
}
