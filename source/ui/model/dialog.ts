import type { SetUp } from '../../core/door.ts';
import type { KeysReport } from '../../core/keys-report.ts';
import type { MessageView, Printable, Rotation, Verification } from '../../core/types.ts';
import type { CopiedTo } from './copying.ts';
import type { Check } from '../../core/check.ts';
import type { OwnBox } from '../../core/own-box.ts';
import type { WireReport } from '../../core/wire.ts';
import { printableLine } from '../../core/printable.ts';
import { editorOf, type Editor } from './editor.ts';

/** One line to fill in. A `secret` is drawn as dots, which only tell that something was typed. */
export type Field = {
  readonly name: string;
  readonly label: Printable;
  readonly secret: boolean;
  /** The answer of an empty line, drawn dim in it; empty for none. */
  readonly otherwise: Printable;
  readonly editor: Editor;
};

/** The lines a dialog asks for, and which of them has the cursor. */
type Form = { readonly fields: readonly Field[]; readonly focus: number };

/** An error, in words for the person. */
export type Failure = { readonly text: Printable; readonly hint: Printable };

/**
 * A sheet covers the whole screen, so that its texts can be selected by mouse; a box stands in the middle of the screen; a door has
 * nothing behind it and cannot be closed.
 */
export type DialogShape = 'sheet' | 'box' | 'door';

/** A step of a dialog with keys of its own. */
export type DialogStep = 'joined' | 'stopped';

type Common = {
  /** Tells this dialog from another of its kind: an answer may come after the dialog was closed. */
  readonly id: symbol;
  readonly shape: DialogShape;
  readonly step: DialogStep | null;
  readonly form: Form | null;
  /** Number of rows that are scrolled out at the top of the panel. */
  readonly scroll: number;
  /** True while the dialog waits for an answer; all keys except those that close it are ignored. */
  readonly busy: boolean;
  readonly failure: Failure | null;
};

/** The part of a message's wire view that is on the sheet. */
export type WireSheet = 'request' | 'letters' | 'bytes';

type Kinds = {
  'set-up': {
    readonly advice: Printable;
    readonly proposed: Pick<SetUp, 'listen' | 'address'>;
    /** True if the listener goes on when the screen is closed. */
    readonly keepListening: boolean;
    /** The place in the link that is joined once the home is made; null without a link. */
    readonly joins: Printable | null;
  };
  unlock: Record<never, never>;
  invite: {
    readonly link: Printable | null;
    readonly copied: CopiedTo | null;
    /** True at the end of the first run: the person may have got a link, and not need one. */
    readonly isFirst: boolean;
    /** The name of the person who joined while the sheet was open. */
    readonly joined: { readonly id: number; readonly label: Printable } | null;
  };
  lend: { readonly link: Printable | null; readonly copied: CopiedTo | null; readonly bytes: number };
  boxes: { readonly found: readonly OwnBox[] | null; readonly index: number };
  'leave-box': { readonly place: string };
  join: Record<never, never>;
  keys: { readonly report: KeysReport | null };
  rotate: { readonly rotation: Rotation | null };
  verify: { readonly contact: number; readonly found: Verification | null };
  identity: { readonly contact: number; readonly found: Verification | null };
  requests: { readonly index: number };
  forget: { readonly contact: number };
  notify: { readonly contact: number; readonly index: number };
  search: {
    /** The conversation that was on the screen, and whether all others are searched, too. */
    readonly contact: number | null;
    readonly everywhere: boolean;
    /** The search that the hits answer; null when there was none. */
    readonly asked: { readonly text: string; readonly everywhere: boolean } | null;
    /** The newest first. */
    readonly hits: readonly MessageView[];
    readonly index: number;
  };
  erase: { readonly message: MessageView };
  message: { readonly message: MessageView; readonly text: Printable; readonly report: WireReport | null };
  /** `uses`: how often each command had been used when it was opened. */
  palette: { readonly index: number; readonly uses: ReadonlyMap<string, number> };
  doctor: { readonly checks: readonly Check[] | null };
  settings: { readonly index: number; readonly hint: Printable };
  /** The screen uses the chosen one; `fault` gives the reason why a file cannot be used. */
  themes: {
    readonly index: number;
    readonly list: ReadonlyArray<{ readonly name: string; readonly fault: Printable | null }>;
  };
  wire: { readonly report: WireReport | null; readonly part: WireSheet };
  /** How often each action and command was used when the help was opened. */
  help: { readonly uses: ReadonlyMap<string, number> };
};

/** The names of all dialogs. */
export type DialogKind = keyof Kinds;

/** An open dialog of one kind. */
export type DialogOf<Kind extends DialogKind> = Common & { readonly kind: Kind } & Kinds[Kind];

/** The one open dialog: a value, not a set of flags, so that two can never be open at once. */
export type Dialog = { [Kind in DialogKind]: DialogOf<Kind> }[DialogKind];

/** A dialog as it opens: `own` has the properties of this kind only. */
export function dialogOf<Kind extends DialogKind>(
  { kind, shape }: { readonly kind: Kind; readonly shape: DialogShape },
  own: Kinds[Kind],
  fields: readonly Field[] = [],
): DialogOf<Kind> {
  const form = fields.length > 0 ? { fields, focus: 0 } : null;
  const common: Common = {
    id: Symbol(kind),
    shape,
    step: null,
    form,
    scroll: 0,
    busy: false,
    failure: null,
  };
  return { ...common, ...own, kind } as unknown as DialogOf<Kind>;
}

/** An empty line to fill in, or one that holds `text` already; `otherwise` is the answer of an empty one. */
export function fieldOf(name: string, label: Printable, text = '', otherwise = nothing): Field {
  return { name, label, secret: false, otherwise, editor: editorOf(text) };
}

/** A line that is never shown. */
export function secretOf(name: string, label: Printable): Field {
  return { name, label, secret: true, otherwise: nothing, editor: editorOf('') };
}

const nothing = printableLine('');

/** The answer in the line called `name`: what was typed, or what an empty line means. */
export function answerIn(dialog: Dialog, name: string): string {
  const field = dialog.form?.fields.find((one) => one.name === name);
  return field?.editor.text || (field?.otherwise ?? '');
}

/** The line that has the cursor. */
export function focusedField(dialog: Dialog): Field | null {
  return dialog.form?.fields[dialog.form.focus] ?? null;
}

/** The dialog with its focused line changed; an old failure goes away with the first edit. */
export function withField(dialog: Dialog, change: (editor: Editor) => Editor): Dialog {
  if (!dialog.form || dialog.busy) return dialog;
  const { fields, focus } = dialog.form;
  const next = fields.map((field, at) => {
    if (at !== focus) return field;
    const editor = change(field.editor);
    const text = editor.text.replaceAll('\n', ' ');
    return { ...field, editor: { ...editor, text } };
  });
  // A person who types wants to see the result.
  return { ...dialog, form: { fields: next, focus }, failure: null, scroll: 0 };
}

/** The dialog with the cursor in the next line (`by` 1) or the one before (-1), round and round. */
export function withFocus(dialog: Dialog, by: number): Dialog {
  if (!dialog.form) return dialog;
  const count = dialog.form.fields.length;
  return { ...dialog, form: { ...dialog.form, focus: (dialog.form.focus + by + count) % count } };
}

/**
 * The dialog with the cursor in the line called `name`; if that is a secret, all secrets are emptied and typed again, because nobody
 * can see them.
 */
export function withFocusOn(dialog: Dialog, name: string): Dialog {
  if (!dialog.form) return dialog;
  const at = dialog.form.fields.findIndex((field) => field.name === name);
  const isSecret = dialog.form.fields[at]?.secret === true;
  const fields = dialog.form.fields.map((field) =>
    isSecret && field.secret ? { ...field, editor: editorOf('') } : field,
  );
  return { ...dialog, form: { fields, focus: Math.max(0, at) } };
}

/** Where keys count in a dialog: its kind, or a step of it that has keys of its own. */
export type DialogPlace = DialogKind | DialogStep;

/** Where keys count in `dialog` now. */
export function placeOf({ step, kind }: Dialog): DialogPlace {
  return step ?? kind;
}

/** Tells whether a dialog is a sheet over the whole screen. */
export function isSheet({ shape }: Dialog): boolean {
  return shape === 'sheet';
}

/** Tells whether a dialog stands at the door: there is nothing behind the dialog, and it cannot be closed. */
export function isDoor({ shape }: Dialog): boolean {
  return shape === 'door';
}
