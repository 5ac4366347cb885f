import { busyLines, failureLines, paragraph, type DialogKey, type Panel, type Scene } from './define.ts';
import { attempt, type Desk } from '../desk/desk.ts';
import type { CopiedTo } from '../model/copying.ts';
import type { Dialog, DialogOf } from '../model/dialog.ts';
import { blank, line, lineWidth, repeated, say, span, type Line } from '../text/line.ts';
import { cells } from '../text/cells.ts';
import type { Printable } from '../../core/types.ts';
import { qrThatFits } from './qr.ts';

/** A sheet that shows a fresh link. */
type LinkDialog = DialogOf<'invite'> | DialogOf<'lend'>;

/** The key that copies the link of such a sheet. */
export const copyKey = {
  action: 'copy-link',
  keys: ['c', 'y'],
  help: say`copy the link`,
  hint: say`copy`,
  does: copyLink,
} as const satisfies DialogKey;

/** Puts the link of the open sheet on the clipboard. */
function copyLink(desk: Desk): void {
  const { dialog } = desk.view.get();
  if (dialog?.kind !== 'invite' && dialog?.kind !== 'lend') return;
  const { id, link } = dialog;
  if (link === null) return;
  attempt(desk, async () => {
    const copied = await desk.terminal.copy(link);
    desk.view.update((view) =>
      view.dialog?.id === id ? { ...view, dialog: { ...view.dialog, copied } as Dialog } : view,
    );
  });
}

/** The words of such a sheet: its title, its text while the link is made, and the text below the link. */
type SheetWords = {
  readonly title: Printable;
  readonly making: Printable;
  readonly below: (link: Printable, columns: number) => readonly Line[];
};

/** Contents of a sheet with a link: the link alone on full rows, so that a mouse selects nothing else with it, and as a code. */
export function linkPanel(dialog: LinkDialog, scene: Scene, words: SheetWords): Panel {
  const { columns, rows, isAscii } = scene;
  const { link } = dialog;
  const { title } = words;
  if (link === null) {
    const lines = [...busyLines(dialog, words.making), ...failureLines(dialog.failure, columns)];
    return { title, lines, caret: null, idle: ['copy-link'] };
  }
  const parts = chunks(link, columns).map((part) => line(part, 'strong'));
  const qr = qrThatFits(link, { columns, rows: rows - parts.length, isAscii });
  const beside = columns - (qr?.[0] ? lineWidth(qr[0]) : 0) - 3;
  const width = beside >= 24 ? beside : columns - 2;
  const text = [blank, ...words.below(link, width), ...copiedLines(dialog, width)];
  const isBeside = qr !== null && beside >= 24;
  const rest = isBeside ? sideBySide(text, qr, beside) : [...text.map(indented), ...(qr ?? [])];
  return { title, lines: [...parts, ...rest], caret: null };
}

const copied: Readonly<Record<CopiedTo, Printable>> = {
  terminal: say`Sent to your terminal's clipboard. If it is not there, select the link with the mouse.`,
  tmux: say`Copied to a tmux buffer: prefix ] pastes it.`,
  behind: say`Sent to your terminal, but tmux or screen may have blocked it. If it is not there, select the link with the mouse.`,
};

function copiedLines(dialog: LinkDialog, columns: number): readonly Line[] {
  return dialog.copied ? [blank, ...paragraph(copied[dialog.copied], columns)] : [];
}

/** A line that does not begin at the edge. */
export function indented(spans: Line): Line {
  return [span(say` `), ...spans];
}

/** `text` cut into pieces of exactly `columns`, without an added blank or sign in between. */
export function chunks(text: Printable, columns: number): readonly Printable[] {
  const list = cells(text).map((cell) => cell.text);
  const pieces: Printable[] = [];
  for (let at = 0; at < list.length; at += columns)
    pieces.push(list.slice(at, at + columns).join('') as Printable);
  return pieces;
}

/** Lines on the left, padded to `columns`, with the other lines to the right of them. */
export function sideBySide(left: readonly Line[], right: readonly Line[], columns: number): readonly Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) => {
    const spans = left[at] ?? blank;
    const gap = Math.max(0, columns - lineWidth(spans) + 1);
    return right[at]
      ? [span(say` `), ...spans, span(repeated(' ', gap)), ...right[at]]
      : [span(say` `), ...spans];
  });
}
