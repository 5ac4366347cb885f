import type { Desk, Handler } from '../desk/desk.ts';
import { keepReading } from './reading.ts';
import { withDialog } from '../model/view.ts';
import { type Dialog, dialogOf, isDoor, withFocus } from '../model/dialog.ts';

/** Opens `dialog` in place of the one that is open. */
export function open(desk: Desk, dialog: Dialog): void {
  desk.view.update((view) => withDialog(view, dialog));
}

/** Closes the open dialog, if it is one that can be closed. */
export function close(desk: Desk): void {
  desk.view.update((view) => {
    const { dialog } = view;
    if (!dialog || !isDoor(dialog)) return withDialog(view, null);
    return dialog.step === null ? view : { ...view, dialog: { ...dialog, step: null } };
  });
  keepReading(desk);
}

/** Scrolls the open panel by `rows`; drawing stops it at the end. */
export function scrollPanel(rows: number): Handler {
  return (desk, event) => {
    const pages = event.type === 'key' && event.name.startsWith('page') ? desk.view.get().rows - 6 : 1;
    const by = rows * (event.type === 'wheel' ? 3 : pages);
    desk.view.update((view) => {
      if (!view.dialog) return view;
      return { ...view, dialog: { ...view.dialog, scroll: Math.max(0, view.dialog.scroll + by) } };
    });
  };
}

/** Moves the cursor of the open form to another line. */
export function moveFocus(by: 1 | -1): Handler {
  return (desk) =>
    desk.view.update((view) => (view.dialog ? { ...view, dialog: withFocus(view.dialog, by) } : view));
}

/** The list of keys and commands; commands/help.ts says what is on it. */
export const helpSheet = { kind: 'help', shape: 'sheet' } as const;

/** Opens the list of keys and commands. */
export function openHelp(desk: Desk): void {
  open(desk, dialogOf(helpSheet, {}));
}
