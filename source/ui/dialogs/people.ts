import { printableLine } from '../../core/printable.ts';
import type { ScreenCalls } from '../../core/calls.ts';
import type { Printable } from '../../core/types.ts';
import { attempt, callsOf, type Desk, sayNote } from '../desk/desk.ts';
import { line } from '../text/line.ts';
import { say } from '../text/say.ts';
import { inDialog } from '../model/view.ts';
import { type DialogOf, dialogOf } from '../model/dialog.ts';
import { close, open } from '../reading/open.ts';
import { busyLines, failureLines, type Panel, paragraph, type Scene } from './panel.ts';
import { labelIn, labelOn } from '../desk/labels.ts';

/** Blocks a contact, closes what is open, and says so. */
export function blockContact(desk: Desk, contact: number): void {
  const name = labelOn(desk, contact);
  act(
    desk,
    (calls) => calls.block({ contact: String(contact) }),
    say`${name} is blocked`,
    say`/unblock takes that back`,
  );
}

/** Takes a block back. */
export function unblockContact(desk: Desk, contact: number): void {
  const name = labelOn(desk, contact);
  act(desk, (calls) => calls.unblock({ contact: String(contact) }), say`${name} is no longer blocked`, say``);
}

function act(
  desk: Desk,
  ask: (calls: ScreenCalls) => Promise<unknown>,
  ...[text, hint]: readonly [text: Printable, hint: Printable]
): void {
  const calls = callsOf(desk);
  if (!calls) return;
  close(desk);
  attempt(desk, async () => {
    await ask(calls);
    sayNote(desk, text, hint);
  });
}

/** Opens the question before a contact is forgotten. */
export function openForget(desk: Desk, contact: number): void {
  if (callsOf(desk)) open(desk, dialogOf('forget', { contact }));
}

/** The explicit yes. */
export function confirmForget(desk: Desk): void {
  const { dialog } = desk.view.get();
  const calls = desk.opened()?.calls;
  if (dialog?.kind !== 'forget' || dialog.busy || !calls) return;
  const update = (change: Partial<DialogOf<'forget'>>): void =>
    desk.view.update((view) => inDialog(view, 'forget', (now) => ({ ...now, ...change })));
  update({ busy: true, failure: null });
  const work = async (): Promise<void> => {
    const { name, erased } = await calls.forget({ contact: String(dialog.contact) });
    close(desk);
    const later = erased ? say`` : say`what remains in the file is cleared at the next start`;
    sayNote(desk, say`${printableLine(name)} is forgotten`, later);
  };
  attempt(desk, work, (failure) => update({ busy: false, failure }));
}

/** What the question draws. */
export function forgetPanel(dialog: DialogOf<'forget'>, scene: Scene): Panel {
  const { columns } = scene;
  const name = labelIn(scene, dialog.contact);
  const what = say`${name} and everything that you two wrote are deleted on this machine, for good. ${name} is not told and keeps what they have.`;
  const again = say`To write to each other again you need a new link.`;
  const lines = [
    ...paragraph(what, columns),
    ...paragraph(again, columns, 'dim'),
    ...failureLines(dialog.failure, columns),
    ...busyLines(dialog, say`forgetting`),
  ];
  return { title: say`Forget ${name}?`, lines: lines.length > 0 ? lines : [line(say``)], caret: null };
}
