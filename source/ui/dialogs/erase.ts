import { ask, busyLines, defineDialog, failureLines, paragraph, type Panel, type Scene } from './define.ts';
import type { MessageView, Printable } from '../../core/types.ts';
import { callsOf, labelIn, sayNote, type Desk } from '../desk/desk.ts';
import { blank, line, say, type Line } from '../text/line.ts';
import { pickAfter } from '../reading/picking.ts';
import { fit } from '../text/cells.ts';
import { clock } from '../text/times.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { close, open } from '../reading/reading.ts';

/** The question before a message is deleted on this disk. */
export const erase = defineDialog({
  kind: 'erase',
  shape: 'box',
  titles: { erase: 'When asked to delete a message' },
  keys: [
    {
      action: 'confirm-erase',
      keys: ['y'],
      help: say`delete it now`,
      hint: say`delete now`,
      does: confirm,
    },
  ],
  panel: erasePanel,
});

/** Opens the question before a message is deleted on this disk. */
export function openErase(desk: Desk, message: MessageView): void {
  if (callsOf(desk)) open(desk, dialogOf(erase, { message }));
}

/** The explicit yes. */
function confirm(desk: Desk): void {
  ask(desk, 'erase', async (calls, { message }) => {
    const { erased } = await calls.erase({ row: message.row });
    pickAfter(desk, message);
    close(desk);
    const later = erased ? say`` : say`what is left in the file is cleared at the next start`;
    sayNote(desk, say`the message is deleted from this disk`, later);
    return undefined;
  });
}

/** Contents of the question: the message, and what deleting it means for each side. */
function erasePanel(dialog: DialogOf<'erase'>, scene: Scene): Panel {
  const { columns } = scene;
  const { message } = dialog;
  const name = labelIn(scene, message.contactId);
  const lines: readonly Line[] = [
    line(fit(say`${clock(message.sentAt)}  ${firstLine(message.text)}`, columns), 'strong'),
    blank,
    ...paragraph(say`It is deleted from this disk. You cannot undo this.`, columns),
    ...paragraph(restOf(message, name), columns, message.state === 'queued' ? 'warn' : 'plain'),
    ...failureLines(dialog.failure, columns),
    ...busyLines(dialog, say`deleting`),
  ];
  return { title: say`Delete this message here?`, lines, caret: null };
}

function firstLine(text: Printable): Printable {
  return (text.split('\n', 1)[0] ?? '') as Printable;
}

/** The fate of the message elsewhere: deleting it here calls nothing back. */
function restOf({ kind, direction, state }: MessageView, name: Printable): Printable {
  if (kind === 'notice') return say`This line is from cryptochat; ${name} never had it.`;
  if (direction === 'in') return say`${name} is not told and keeps it.`;
  if (state === 'queued') {
    return say`It is still queued for ${name}. Deleting it here does not cancel it: it may still be sent, or never arrive.`;
  }
  if (state === 'kept')
    return say`It is in the mailbox of ${name}, who has not fetched it yet. If it gets lost there, you cannot send it again.`;
  if (state === 'sent')
    return say`It is on the disk of ${name}, not opened yet. If it gets lost there, you cannot send it again.`;
  return say`${name} is not told and keeps it.`;
}
