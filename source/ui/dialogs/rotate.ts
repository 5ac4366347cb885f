import { printableLine } from '../../core/printable.ts';
import type { ContactView } from '../../core/state.ts';
import { attempt, callsOf, type Desk } from '../desk/desk.ts';
import { blank, type Line, line, span } from '../text/line.ts';
import { pad } from '../text/cells.ts';
import { say } from '../text/say.ts';
import { inDialog } from '../model/view.ts';
import { type DialogOf, dialogOf } from '../model/dialog.ts';
import { open } from '../reading/open.ts';
import { busyLines, failureLines, type Panel, paragraph, type Scene } from './panel.ts';

/** Opens the dialog that explains a new key and asks. */
export function openRotate(desk: Desk): void {
  if (callsOf(desk)) open(desk, dialogOf('rotate', { rotation: null }));
}

/** The explicit yes: makes the new key. */
export function confirmRotation(desk: Desk): void {
  const { dialog } = desk.view.get();
  const calls = desk.opened()?.calls;
  if (dialog?.kind !== 'rotate' || dialog.busy || dialog.rotation || !calls) return;
  desk.view.update((view) => inDialog(view, 'rotate', (now) => ({ ...now, busy: true, failure: null })));
  const work = async (): Promise<void> => {
    const rotation = await calls.rotate();
    desk.view.update((view) => inDialog(view, 'rotate', (now) => ({ ...now, busy: false, rotation })));
  };
  attempt(desk, work, (failure) =>
    desk.view.update((view) => inDialog(view, 'rotate', (now) => ({ ...now, busy: false, failure }))),
  );
}

/** What the rotate dialog draws: what will happen, and then who has followed, as the answers come in. */
export function rotatePanel(dialog: DialogOf<'rotate'>, { columns, facts }: Scene): Panel {
  const { rotation } = dialog;
  if (rotation) {
    const lines = [
      line(say`You have a new key.`, 'strong'),
      ...paragraph(printableLine(rotation.fingerprint), columns, 'accent'),
      blank,
      ...followers(facts.contacts),
    ];
    return { title: say`New key`, lines, caret: null };
  }
  const what = say`A new identity key is made and signed by the one you have, so that your contacts can see it is still you. The old key reads what is under way for 14 days, then it is destroyed.`;
  const who = say`Safety numbers change. Told by themselves as soon as they can be reached:`;
  const told = facts.contacts.filter(({ state }) => state !== 'blocked' && state !== 'requested');
  const names = told.map(({ label }) => line(say`  ${label}`));
  const lines = [
    ...paragraph(what, columns),
    blank,
    ...paragraph(who, columns),
    ...(names.length > 0 ? names : [line(say`  nobody yet`, 'dim')]),
    ...failureLines(dialog.failure, columns),
    ...busyLines(dialog, say`making the key`),
  ];
  return { title: say`Rotate your key?`, lines, caret: null };
}

function followers(contacts: readonly ContactView[]): readonly Line[] {
  const told = contacts.filter(({ state }) => state !== 'blocked' && state !== 'requested');
  return told.map(({ label, followed }) => [
    span(pad(label, 18)),
    followed ? span(say`✓ uses it`, 'good') : span(say`· told, has not answered yet`, 'warn'),
  ]);
}
