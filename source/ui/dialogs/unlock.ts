import { attempt, type Desk } from '../desk.ts';
import { blank } from '../line.ts';
import { say } from '../text/say.ts';
import { inDialog } from '../view.ts';
import { answerIn, type DialogOf, dialogOf, secretOf } from './dialog.ts';
import { busyLines, failureLines, formLines, type Panel, paragraph, type Scene } from './panel.ts';

/** The dialog that asks for the passphrase. */
export function unlockDialog(): DialogOf<'unlock'> {
  return dialogOf('unlock', {}, [secretOf('passphrase', say`Passphrase`)]);
}

/** Tries the passphrase; a wrong one empties the line and says so. */
export function unlock(desk: Desk): void {
  const { door } = desk;
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
