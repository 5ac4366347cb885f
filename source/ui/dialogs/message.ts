import { ask, defineDialog, failureLines, openOf, paragraph, type Panel, type Scene } from './define.ts';
import type { ScreenCalls } from '../../core/calls.ts';
import { printableWhole } from '../../core/printable.ts';
import type { MessageView, Printable } from '../../core/types.ts';
import type { WireReport } from '../../core/wire.ts';
import { callsOf, copyText, labelIn, type Desk } from '../desk/desk.ts';
import { blank, line, say, span, type Line } from '../text/line.ts';
import { messageStates } from '../model/view.ts';
import { pad } from '../text/cells.ts';
import { linksIn } from '../text/links.ts';
import { clock, dayName } from '../text/times.ts';
import { wrap } from '../text/wrap.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { open } from '../reading/reading.ts';

/** The sheet with all of a message. */
export const whole = defineDialog({
  kind: 'message',
  shape: 'sheet',
  titles: { message: 'On the sheet of a message' },
  keys: [
    { action: 'copy-opened', keys: ['c', 'y'], help: say`copy its text`, hint: say`copy`, does: copyOpened },
  ],
  panel: messagePanel,
});

/** Opens the sheet with all of a message, and asks the client for the facts kept beside it. */
export function openMessage(desk: Desk, message: MessageView): void {
  if (!callsOf(desk)) return;
  open(desk, dialogOf(whole, { message, text: message.text, report: null }));
  if (message.kind === 'notice') return;
  const answer = async (calls: ScreenCalls): Promise<Partial<DialogOf<'message'>>> => {
    const report = await calls.wire({ id: message.id, row: message.row });
    return { text: printableWhole(report.text), report };
  };
  ask(desk, 'message', answer, { isQuiet: true });
}

/** Copies the text of the open message, whole. */
function copyOpened(desk: Desk): void {
  const dialog = openOf(desk, 'message');
  if (dialog) copyText(desk, dialog.report?.text ?? dialog.text);
}

/** Contents of the sheet: when and how the message came, every line, and each link in full. */
function messagePanel(dialog: DialogOf<'message'>, scene: Scene): Panel {
  const { columns, now } = scene;
  const { message, text, report } = dialog;
  const name = labelIn(scene, message.contactId);
  const title =
    message.kind === 'notice'
      ? say`A line of this program`
      : message.direction === 'in'
        ? say`From ${name}`
        : say`To ${name}`;
  const lines = [
    ...timesOf(message, report).flatMap(([label, at]) => fact(label, momentOf(at, now), columns)),
    ...(message.kind === 'notice' ? [] : fact(say`State`, messageStates[message.state], columns)),
    blank,
    ...bodyLines(text, columns),
    ...linkLines(text, columns),
    ...failureLines(dialog.failure, columns),
  ];
  return { title, lines, caret: null };
}

const aside = 12;

function fact(label: Printable, text: Printable, columns: number): readonly Line[] {
  return wrap(text, columns - aside - 1).map((row, at) => [
    span(pad(at === 0 ? say` ${label}` : say``, aside), 'dim'),
    span(row.text),
  ]);
}

/** The known times; unknown ones are left out. */
function timesOf(
  { direction, kind, sentAt, receivedAt }: MessageView,
  report: WireReport | null,
): ReadonlyArray<readonly [Printable, number]> {
  const all: ReadonlyArray<readonly [Printable, number | null]> =
    kind === 'notice'
      ? [[say`Written`, sentAt]]
      : direction === 'in'
        ? [
            [say`Written`, sentAt],
            [say`Arrived`, report?.acceptedAt ?? null],
            [say`Opened`, receivedAt],
          ]
        : [
            [say`Written`, sentAt],
            [say`Accepted`, report?.acceptedAt ?? null],
            [say`Delivered`, report?.deliveredAt ?? null],
          ];
  return all.flatMap(([label, at]) => (at === null ? [] : [[label, at] as const]));
}

function momentOf(at: number, now: number): Printable {
  const seconds = new Date(at).getSeconds();
  return say`${dayName(at, now)}, ${clock(at)}:${seconds < 10 ? say`0${seconds}` : say`${seconds}`}`;
}

let last: { readonly text: string; readonly columns: number; readonly lines: readonly Line[] } | null = null;

/** Every line of a text; the last text is remembered, because a long one takes more than a frame to break. */
function bodyLines(text: Printable, columns: number): readonly Line[] {
  if (last?.text !== text || last.columns !== columns) {
    const lines = wrap(text, columns - 2).map((row) => line(say` ${row.text}`));
    last = { text, columns, lines };
  }
  return last.lines;
}

/** The target of each link, in full, even if the link hides it. */
function linkLines(text: Printable, columns: number): readonly Line[] {
  const targets = [...new Set(linksIn(text).map(({ target }) => target))];
  if (targets.length === 0) return [];
  const drawn = targets.flatMap((target) => paragraph(printableWhole(target), columns - 2));
  return [blank, line(say` Links`, 'strong'), ...drawn.map((row): Line => [span(say` `), ...row])];
}
