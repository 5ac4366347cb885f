import type { ScreenCalls } from '../../core/calls.ts';
import type { Printable, State } from '../../core/types.ts';
import { attempt, callsOf, type Desk, type Handler } from '../desk/desk.ts';
import type {
  Dialog,
  DialogKind,
  DialogOf,
  DialogShape,
  DialogStep,
  Failure,
  Field,
} from '../model/dialog.ts';
import { inDialog } from '../model/view.ts';
import { blank, line, repeated, say, span, type Line, type Look } from '../text/line.ts';
import type { Settings } from '../../core/settings.ts';
import type { KeyMap } from '../model/bindings.ts';
import { cells, fit, pad } from '../text/cells.ts';
import { wrap } from '../text/wrap.ts';

/** A key that counts in one dialog. A `hint` is the short word for the bottom line. */
export type DialogKey = {
  readonly action: string;
  readonly keys: readonly string[];
  readonly help: Printable;
  readonly hint?: Printable;
  /** The step of the dialog in which it counts, if it is one with keys of its own. */
  readonly step?: DialogStep;
  /** Handler of the key; an action without one has its own handler elsewhere. */
  readonly does?: Handler;
};

/** Everything about one dialog except its state (model/dialog.ts) and its place in the list (dialog-list.ts). */
export type Definition<Kind extends DialogKind, Keys extends readonly DialogKey[] = readonly DialogKey[]> = {
  readonly kind: Kind;
  readonly shape: DialogShape;
  /** Where its keys count, in the words of the manual: in all of it, and in each step. */
  readonly titles: Readonly<Record<Kind, string>> & Readonly<Partial<Record<DialogStep, string>>>;
  readonly keys: Keys;
  /** Handles a click on one of its choices. */
  readonly clicked?: (desk: Desk, choice: number) => void;
  /** Contents of its frame. */
  readonly panel: (dialog: DialogOf<Kind>, scene: Scene) => Panel;
};

/** Defines a dialog. */
export function defineDialog<Kind extends DialogKind, const Keys extends readonly DialogKey[]>(
  definition: Definition<Kind, Keys>,
): Definition<Kind, Keys> {
  return definition;
}

/** Changes to an open dialog of one kind, if it is still open. */
type Change<Kind extends DialogKind> = Partial<DialogOf<Kind>>;

/**
 * Asks the client something for the open dialog of `kind`. The dialog waits for the answer, unless `isQuiet`, and is changed by it; errors
 * are shown in the dialog. Nothing is asked while the dialog waits for another answer. With `isShared` the answer also counts for a dialog
 * of the kind that was opened since, so the result is always shown.
 */
export function ask<Kind extends DialogKind>(
  desk: Desk,
  kind: Kind,
  work: (calls: ScreenCalls, dialog: DialogOf<Kind>) => Promise<Change<Kind> | undefined>,
  { isQuiet = false, isShared = false }: { readonly isQuiet?: boolean; readonly isShared?: boolean } = {},
): void {
  const open = openOf(desk, kind);
  const calls = open && !open.busy ? callsOf(desk) : null;
  if (!open || !calls) return;
  const change = (to: object): void =>
    desk.view.update((view) =>
      inDialog(view, kind, (now) =>
        isShared || now.id === open.id ? ({ ...now, ...to } as Dialog) : (now as Dialog),
      ),
    );
  if (!isQuiet) change({ busy: true, failure: null });
  const answer = async (): Promise<void> => change({ busy: false, ...(await work(calls, open)) });
  attempt(desk, answer, (failure) => change({ busy: false, failure }));
}

/** The open dialog, if it is one of `kind`. */
export function openOf<Kind extends DialogKind>(desk: Desk, kind: Kind): DialogOf<Kind> | null {
  const { dialog } = desk.view.get();
  return dialog?.kind === kind ? (dialog as DialogOf<Kind>) : null;
}

/** A handler that changes the open dialog of `kind`. */
export function changing<Kind extends DialogKind>(
  kind: Kind,
  change: (dialog: DialogOf<Kind>, desk: Desk) => DialogOf<Kind>,
): Handler {
  return (desk) => desk.view.update((view) => inDialog(view, kind, (now) => change(now, desk) as Dialog));
}

/** The keys that go from line to line in a form. */
export const fieldKeys = [
  { action: 'next-field', keys: ['tab', 'down'], help: say`next field` },
  { action: 'previous-field', keys: ['shift+tab', 'up'], help: say`previous field` },
] as const satisfies readonly DialogKey[];

/** Contents of a dialog's frame. */
export type Panel = {
  readonly title: Printable;
  readonly lines: readonly Line[];
  /** Where the caret is among the lines; null when nothing is typed here. */
  readonly caret: { readonly row: number; readonly column: number } | null;
  /** For each line, the place of the choice that it is a part of; null or nothing where it is none. */
  readonly choices?: ReadonlyArray<number | null>;
  /** Tells whether a list in it has more than these lines, before them and behind them. */
  readonly beyond?: { readonly above: boolean; readonly below: boolean };
  /** The actions of its keys that have nothing to act on now: no hint offers them. */
  readonly idle?: readonly string[];
  /** Other short words for actions whose keys do something else now than their hints say. */
  readonly hints?: Readonly<Record<string, Printable>>;
};

/** Everything that a panel depends on besides its dialog; `columns` and `rows` are the most that its lines can have. */
export type Scene = {
  readonly facts: State;
  /** The keys in effect. */
  readonly keys: KeyMap;
  readonly settings: Settings;
  /** True if only ASCII may be written. */
  readonly isAscii: boolean;
  readonly version: Printable;
  /** The time from which ages are counted, in ms since 1970. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
};

/** The choices of a panel in which `count` lines, one a choice, come after `above` others; `first` is the place of the first of them. */
export function choicesAfter(above: number, first: number, count: number): ReadonlyArray<number | null> {
  return [
    ...Array.from({ length: above }, () => null),
    ...Array.from({ length: count }, (_, at) => first + at),
  ];
}

/** Says what a list of `count` leaves out when it shows `shown` from place `first` on. */
export function beyondOf(first: number, shown: number, count: number): NonNullable<Panel['beyond']> {
  return { above: first > 0, below: first + shown < count };
}

/** A paragraph of the program's own words. */
export function paragraph(text: Printable, columns: number, look: Look = 'plain'): Line[] {
  return wrap(text, columns).map((row) => line(row.text, look));
}

/** A paragraph on a sheet: it does not begin at the edge. */
export function indentedParagraph(text: Printable, columns: number, look: Look = 'plain'): Line[] {
  return paragraph(text, columns - 2, look).map((spans) => [span(say` `), ...spans]);
}

/** The error with its hint; no lines when there was none. */
export function failureLines(failure: Failure | null, columns: number): readonly Line[] {
  if (!failure) return [];
  const error = wrap(say`error: ${failure.text}`, columns).map((row) => line(row.text, 'bad'));
  if (failure.hint === '') return [blank, ...error];
  return [blank, ...error, ...paragraph(say`hint: ${failure.hint}`, columns, 'dim')];
}

/** Tells whether there are so few rows that only typed text and its result fit. */
export function isTiny({ rows }: Pick<Scene, 'rows'>): boolean {
  return rows <= 6;
}

/** The lines without the blank one before them where rows are few. */
export function closeUp(lines: readonly Line[], scene: Pick<Scene, 'rows'>): readonly Line[] {
  return isTiny(scene) && lines[0] === blank ? lines.slice(1) : lines;
}

/** A line that says that the dialog waits for an answer. */
export function busyLines(dialog: Dialog, text: Printable): readonly Line[] {
  return dialog.busy ? [blank, line(say`${text}…`, 'dim')] : [];
}

const longLabel = 16;
const linkRoom = 24;

/** A form, with labels in one column and the typed text in the next, or below each label where columns are few, and the place of its caret. */
export function formLines(dialog: Dialog, columns: number): Pick<Panel, 'lines' | 'caret'> {
  const { fields, focus } = dialog.form ?? { fields: [], focus: 0 };
  const widest = Math.max(0, ...fields.map(({ label }) => label.length)) + 2;
  // Long labels stand above what is typed where they would leave no room for a link; short ones keep the row for what came of it.
  const isAbove = widest > longLabel && columns - widest <= linkRoom;
  const aside = isAbove ? 2 : widest;
  const room = Math.max(8, columns - aside - 1);
  const drawn = fields.map((field) => typedText(field, room));
  const lines = fields.flatMap(({ label, editor }, at): readonly Line[] => {
    const look = at === focus && !dialog.busy ? 'accent' : 'dim';
    const typed = span(drawn[at]?.text ?? say``, dialog.busy || editor.text === '' ? 'dim' : 'plain');
    return isAbove ? [line(label, look), [span(say`  `), typed]] : [[span(pad(label, widest), look), typed]];
  });
  const caret = { row: isAbove ? 2 * focus + 1 : focus, column: aside + (drawn[focus]?.caret ?? 0) };
  return { lines, caret: dialog.busy || lines.length === 0 ? null : caret };
}

const secretDots = 8;

/** The part of a line that is drawn in `room` columns, around the caret; a secret is always the same eight dots. */
function typedText(field: Field, room: number): { readonly text: Printable; readonly caret: number } {
  const { text, cursor } = field.editor;
  if (text === '' && field.otherwise !== '') return { text: fit(field.otherwise, room), caret: 0 };
  if (field.secret) {
    const dots = repeated('•', text === '' ? 0 : secretDots);
    return { text: dots, caret: dots.length };
  }
  const list = cells(text);
  let caret = 0;
  let drawn = say``;
  for (const cell of list) if (cell.end <= cursor) caret += cell.width;
  const hidden = Math.max(0, caret - room + 1);
  let at = 0;
  for (const cell of list) {
    if (at >= hidden && at + cell.width <= hidden + room) drawn = say`${drawn}${cell.text}`;
    at += cell.width;
  }
  return { text: drawn, caret: Math.min(caret - hidden, room) };
}
