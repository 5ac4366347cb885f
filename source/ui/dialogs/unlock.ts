import {
  busyLines,
  closeUp,
  defineDialog,
  failureLines,
  formLines,
  isTiny,
  openOf,
  paragraph,
  type Panel,
  type Scene,
} from './define.ts';
import { attempt, callsOf, sayError, type Desk } from '../desk/desk.ts';
import { blank, say } from '../text/line.ts';
import { inDialog } from '../model/view.ts';
import { answerIn, dialogOf, secretOf, type DialogOf } from '../model/dialog.ts';

/** Asks for the passphrase. */
export const unlocking = defineDialog({
  kind: 'unlock',
  shape: 'door',
  titles: { unlock: 'When asked for the passphrase' },
  keys: [
    { action: 'unlock', keys: ['enter'], help: say`unlock`, hint: say`unlock`, does: unlock },
    { action: 'quit', keys: ['ctrl+c', 'ctrl+d'], help: say`quit`, hint: say`quit` },
  ],
  panel: unlockPanel,
});

/** The dialog that asks for the passphrase. */
export function unlockDialog(): DialogOf<'unlock'> {
  return dialogOf(unlocking, {}, [secretOf('passphrase', say`Passphrase`)]);
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

/** Tries the passphrase; a wrong one empties the line and shows an error. */
function unlock(desk: Desk): void {
  const door = desk.door();
  const dialog = openOf(desk, 'unlock');
  if (door.kind !== 'locked' || !dialog || dialog.busy) return;
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

/** Contents of the unlock dialog. */
function unlockPanel(dialog: DialogOf<'unlock'>, scene: Scene): Panel {
  const { columns } = scene;
  const isShort = isTiny(scene) && dialog.failure !== null;
  const top = isShort
    ? []
    : [...paragraph(say`Your keys and messages on this disk are locked.`, columns), blank];
  const form = formLines(dialog, columns);
  const lines = [
    ...top,
    ...form.lines,
    ...closeUp(failureLines(dialog.failure, columns), scene),
    ...busyLines(dialog, say`unlocking`),
  ];
  return {
    title: say`Unlock cryptochat`,
    lines,
    caret: form.caret && { ...form.caret, row: form.caret.row + top.length },
  };
}
