import { attempt, callsOf, type Desk, sayError } from '../desk/desk.ts';
import { blank } from '../text/line.ts';
import { say } from '../text/say.ts';
import { inDialog } from '../model/view.ts';
import { answerIn, type DialogOf, dialogOf, secretOf } from '../model/dialog.ts';
import { busyLines, failureLines, formLines, type Panel, paragraph, type Scene } from './panel.ts';

/** The dialog that asks for the passphrase. */
export function unlockDialog(): DialogOf<'unlock'> {
  return dialogOf('unlock', {}, [secretOf('passphrase', say`Passphrase`)]);
}

/** Locks the messenger now, if there is a passphrase to open it again with. */
export function lock(desk: Desk): void {
  if (!callsOf(desk)) return;
  if (desk.facts.get().passphrase) return desk.lock();
  sayError(desk, {
    text: say`this home has no passphrase to lock it with`,
    hint: say`cryptochat passphrase sets one`,
  });
}

/** Tries the passphrase; a wrong one empties the line and says so. */
export function unlock(desk: Desk): void {
  const door = desk.door();
  const { dialog } = desk.view.get();
  if (door.kind !== 'locked' || dialog?.kind !== 'unlock' || dialog.busy) return;
  const passphrase = answerIn(dialog, 'passphrase');
  if (passphrase === '') return;
  desk.view.update((view) => inDialog(view, 'unlock', (now) => ({ ...now, busy: true, failure: null })));
  const work = async (): Promise<void> => {
    desk.enter(await door.unlock(passphrase));
  };
  attempt(desk, work, (failure) =>
    desk.view.update((view) => inDialog(view, 'unlock', () => ({ ...unlockDialog(), failure }))),
  );
}

/** What the unlock dialog draws. */
export function unlockPanel(dialog: DialogOf<'unlock'>, { columns }: Scene): Panel {
  const top = [...paragraph(say`Your keys and messages on this disk are locked.`, columns), blank];
  const form = formLines(dialog, columns);
  const lines = [
    ...top,
    ...form.lines,
    ...failureLines(dialog.failure, columns),
    ...busyLines(dialog, say`unlocking`),
  ];
  return {
    title: say`Unlock cryptochat`,
    lines,
    caret: form.caret && { ...form.caret, row: form.caret.row + top.length },
  };
}
