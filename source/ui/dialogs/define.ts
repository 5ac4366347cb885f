import type { ScreenCalls } from '../../core/calls.ts';
import type { Printable } from '../../core/types.ts';
import { attempt, callsOf, type Desk, type Handler } from '../desk/desk.ts';
import type { Dialog, DialogKind, DialogOf, DialogShape, DialogStep } from '../model/dialog.ts';
import { inDialog } from '../model/view.ts';
import type { Panel, Scene } from './panel.ts';

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
 * Asks the client something for the open dialog of `kind`. The dialog waits for the answer, unless `isQuiet`, and is changed by it;
 * errors are shown in the dialog. Nothing is asked while the dialog waits for another answer. With `isShared` the answer also counts for a
 * dialog of the kind that was opened since: what was done must not go unsaid.
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
