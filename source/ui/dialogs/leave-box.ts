import { ask, busyLines, defineDialog, failureLines, paragraph, type Panel, type Scene } from './define.ts';
import { printableLine } from '../../core/printable.ts';
import { callsOf, sayNote, type Desk } from '../desk/desk.ts';
import { blank, say } from '../text/line.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { close, open } from '../reading/reading.ts';

/** The question before a box is given up. */
export const leavingBox = defineDialog({
  kind: 'leave-box',
  shape: 'box',
  titles: { 'leave-box': 'When asked to leave a mailbox' },
  keys: [
    {
      action: 'confirm-leave-box',
      keys: ['y'],
      help: say`leave it now`,
      hint: say`leave now`,
      does: confirm,
    },
  ],
  panel: leavePanel,
});

/** Opens the question before the box at a place is given up. */
export function openLeaveBox(desk: Desk, place: string): void {
  if (callsOf(desk)) open(desk, dialogOf(leavingBox, { place }));
}

/** The explicit yes. */
function confirm(desk: Desk): void {
  ask(desk, 'leave-box', async (calls, { place }) => {
    const { left } = await calls.leaveBox({ place });
    close(desk);
    sayNote(
      desk,
      say`you have left the mailbox`,
      left ? say`its host has deleted it` : say`its host did not answer and keeps it until it expires`,
    );
    return undefined;
  });
}

/** Contents of the question. */
function leavePanel(dialog: DialogOf<'leave-box'>, { columns }: Scene): Panel {
  const what = say`Messages there that you have not collected are deleted. Your contacts are told that you left it.`;
  const lines = [
    ...paragraph(printableLine(dialog.place), columns, 'strong'),
    blank,
    ...paragraph(what, columns),
    ...failureLines(dialog.failure, columns),
    ...busyLines(dialog, say`leaving`),
  ];
  return { title: say`Leave this mailbox?`, lines, caret: null };
}
