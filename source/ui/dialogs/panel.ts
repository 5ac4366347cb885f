import type { Settings } from '../../core/settings.ts';
import type { State } from '../../core/state.ts';
import type { Printable } from '../../core/types.ts';
import type { KeyMap } from '../model/bindings.ts';
import { blank, type Line, line, type Look, span } from '../text/line.ts';
import { cells, pad } from '../text/cells.ts';
import { repeated, say } from '../text/say.ts';
import { wrap } from '../text/wrap.ts';
import type { Dialog, Failure, Field } from '../model/dialog.ts';

/** Contents of a dialog's frame. */
export type Panel = {
  readonly title: Printable;
  readonly lines: readonly Line[];
  /** Where the caret is among the lines; null when nothing is typed here. */
  readonly caret: { readonly row: number; readonly column: number } | null;
};

/** Everything that a panel is drawn from besides its dialog; `columns` and `rows` are the most that its lines can have. */
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

/** A line that says that the dialog waits for an answer. */
export function busyLines(dialog: Dialog, text: Printable): readonly Line[] {
  return dialog.busy ? [blank, line(say`${text}…`, 'dim')] : [];
}

/** A form, with labels in one column and the typed text in the next, and the place of its caret. */
export function formLines(dialog: Dialog, columns: number): Pick<Panel, 'lines' | 'caret'> {
  const fields = dialog.form?.fields ?? [];
  const widest = Math.max(0, ...fields.map(({ label }) => label.length)) + 2;
  const focus = dialog.form?.focus ?? 0;
  const room = Math.max(8, columns - widest - 1);
  const drawn = fields.map((field) => typedText(field, room));
  const lines = fields.map(({ label }, at): Line => {
    const isFocused = at === focus && !dialog.busy;
    const typed = span(drawn[at]?.text ?? say``, dialog.busy ? 'dim' : 'plain');
    return [span(pad(label, widest), isFocused ? 'accent' : 'dim'), typed];
  });
  const column = widest + (drawn[focus]?.caret ?? 0);
  return { lines, caret: dialog.busy || fields.length === 0 ? null : { row: focus, column } };
}

const secretDots = 8;

/** The part of a line that is drawn in `room` columns, around the caret; a secret is always the same eight dots. */
function typedText(field: Field, room: number): { readonly text: Printable; readonly caret: number } {
  const { text, cursor } = field.editor;
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
