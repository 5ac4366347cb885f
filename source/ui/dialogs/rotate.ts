import {
  ask,
  busyLines,
  defineDialog,
  failureLines,
  openOf,
  paragraph,
  type Panel,
  type Scene,
} from './define.ts';
import { printableLine } from '../../core/printable.ts';
import type { ScreenCalls } from '../../core/calls.ts';
import type { ContactView, Rotation } from '../../core/types.ts';
import { callsOf, sayNote, type Desk } from '../desk/desk.ts';
import { blank, line, say, span, type Line } from '../text/line.ts';
import { pad } from '../text/cells.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { open } from '../reading/reading.ts';

/** Explains a new key, and asks. */
export const rotate = defineDialog({
  kind: 'rotate',
  shape: 'box',
  titles: { rotate: 'When asked to rotate your key' },
  keys: [
    {
      action: 'confirm-rotation',
      keys: ['y'],
      help: say`rotate now`,
      hint: say`rotate now`,
      does: confirmRotation,
    },
  ],
  panel: rotatePanel,
});

/** Opens the dialog that explains a new key and asks. */
export function openRotate(desk: Desk): void {
  if (callsOf(desk)) open(desk, dialogOf(rotate, { rotation: null }));
}

/** The explicit yes: makes the new key. */
function confirmRotation(desk: Desk): void {
  if (!openOf(desk, 'rotate')?.rotation) ask(desk, 'rotate', rotateNow(desk), { isShared: true });
}

/** Rotates, and leaves a note for the moment when the dialog is closed. */
function rotateNow(desk: Desk) {
  return async (calls: ScreenCalls): Promise<{ readonly rotation: Rotation }> => {
    const rotation = await calls.rotate();
    const count = rotation.told.length;
    const told = count === 1 ? say`one contact is told` : say`${count} contacts are told`;
    const text = count === 0 ? say`you have a new key` : say`you have a new key; ${told} automatically`;
    sayNote(desk, text, say``);
    return { rotation };
  };
}

/** Contents of the rotate dialog: what will happen, and then which contacts have followed, as their answers come in. */
function rotatePanel(dialog: DialogOf<'rotate'>, { columns, facts }: Scene): Panel {
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
  const what = say`You get a new identity key, signed by your old one, so your contacts can see it is still you. Messages already on their way can be read for 14 more days; then the old key is destroyed.`;
  const who = say`Safety numbers change. These contacts are told automatically when they are online:`;
  const told = facts.contacts.filter(({ state }) => state !== 'blocked' && state !== 'requested');
  const names = told.map(({ label }) => line(say`  ${label}`));
  const lines = [
    ...paragraph(what, columns),
    blank,
    ...paragraph(who, columns),
    ...(names.length > 0 ? names : [line(say`  no contacts yet`, 'dim')]),
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
