import { printableWhole } from '../../core/printable.ts';
import type { MessageView } from '../../core/state.ts';
import type { Printable } from '../../core/types.ts';
import type { WireReport } from '../../core/wire.ts';
import { attempt, callsOf, copyText, type Desk } from '../desk/desk.ts';
import { blank, type Line, line, span } from '../text/line.ts';
import { messageStates } from '../model/states.ts';
import { pad } from '../text/cells.ts';
import { linksIn } from '../text/links.ts';
import { say } from '../text/say.ts';
import { clock, dayName } from '../text/times.ts';
import { wrap } from '../text/wrap.ts';
import { inDialog } from '../model/view.ts';
import { type DialogOf, dialogOf } from '../model/dialog.ts';
import { open } from '../reading/open.ts';
import { failureLines, type Panel, paragraph, type Scene } from './panel.ts';
import { labelIn } from '../desk/labels.ts';

/** Opens the sheet with all of a message; what is kept beside it is asked for. */
export function openMessage(desk: Desk, message: MessageView): void {
  const calls = callsOf(desk);
  if (!calls) return;
  open(desk, dialogOf('message', { message, text: message.text, report: null }));
  if (message.kind === 'notice') return;
  const update = (change: Partial<DialogOf<'message'>>): void =>
    desk.view.update((view) =>
      inDialog(view, 'message', (now) => (now.message.row === message.row ? { ...now, ...change } : now)),
    );
  const work = async (): Promise<void> => {
    const report = await calls.wire({ id: message.id, row: message.row });
    update({ text: printableWhole(report.text), report });
  };
  attempt(desk, work, (failure) => update({ failure }));
}

/** Copies the text of the open message, whole. */
export function copyOpened(desk: Desk): void {
  const { dialog } = desk.view.get();
  if (dialog?.kind === 'message') copyText(desk, dialog.report?.text ?? dialog.text);
}

/** What the sheet draws: when and how it came, every line, and each link in full. */
export function messagePanel(dialog: DialogOf<'message'>, scene: Scene): Panel {
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

/** Only times that are known; what is not is left out. */
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

/** Every line of a text; the last one is remembered, because a long one takes more than a frame to break. */
function bodyLines(text: Printable, columns: number): readonly Line[] {
  if (last?.text !== text || last.columns !== columns) {
    const lines = wrap(text, columns - 2).map((row) => line(say` ${row.text}`));
    last = { text, columns, lines };
  }
  return last.lines;
}

/** Where links lead, each as a whole: also those that hide it. */
function linkLines(text: Printable, columns: number): readonly Line[] {
  const targets = [...new Set(linksIn(text).map(({ target }) => target))];
  if (targets.length === 0) return [];
  const drawn = targets.flatMap((target) => paragraph(printableWhole(target), columns - 2));
  return [blank, line(say` Links`, 'strong'), ...drawn.map((row): Line => [span(say` `), ...row])];
}
