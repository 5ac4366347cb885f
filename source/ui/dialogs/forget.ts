import { ask, busyLines, defineDialog, failureLines, paragraph, type Panel, type Scene } from './define.ts';
import { printableLine } from '../../core/printable.ts';
import { callsOf, labelIn, sayNote, type Desk } from '../desk/desk.ts';
import { line, say } from '../text/line.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { close, open } from '../reading/reading.ts';

/** The question before a contact is forgotten. */
export const forget = defineDialog({
  kind: 'forget',
  shape: 'box',
  titles: { forget: 'When asked to forget a contact' },
  keys: [
    {
      action: 'confirm-forget',
      keys: ['y'],
      help: say`forget now`,
      hint: say`forget now`,
      does: confirm,
    },
  ],
  panel: forgetPanel,
});

/** Opens the question before a contact is forgotten. */
export function openForget(desk: Desk, contact: number): void {
  if (callsOf(desk)) open(desk, dialogOf(forget, { contact }));
}

/** The explicit yes. */
function confirm(desk: Desk): void {
  ask(desk, 'forget', async (calls, { contact }) => {
    const { name, erased } = await calls.forget({ contact: String(contact) });
    close(desk);
    const later = erased ? say`` : say`what is left in the file is cleared at the next start`;
    sayNote(desk, say`${printableLine(name)} is forgotten`, later);
    return undefined;
  });
}

/** Contents of the question. */
function forgetPanel(dialog: DialogOf<'forget'>, scene: Scene): Panel {
  const { columns } = scene;
  const name = labelIn(scene, dialog.contact);
  const what = say`${name} and your whole conversation are deleted from this machine. You cannot undo this. ${name} is not told and keeps their copy.`;
  const again = say`To write to each other again, you need a new link.`;
  const lines = [
    ...paragraph(what, columns),
    ...paragraph(again, columns, 'dim'),
    ...failureLines(dialog.failure, columns),
    ...busyLines(dialog, say`forgetting`),
  ];
  return { title: say`Forget ${name}?`, lines: lines.length > 0 ? lines : [line(say``)], caret: null };
}
