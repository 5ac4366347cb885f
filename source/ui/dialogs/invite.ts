import { printableLine } from '../../core/printable.ts';
import { attempt, type Desk } from '../desk.ts';
import { blank, type Line, line, lineWidth, span } from '../line.ts';
import { cells } from '../text/cells.ts';
import { repeated, say } from '../text/say.ts';
import type { Printable } from '../../core/types.ts';
import { inDialog } from '../view.ts';
import { type DialogOf, dialogOf } from './dialog.ts';
import { open } from './open.ts';
import { busyLines, failureLines, type Panel, paragraph, type Scene } from './panel.ts';
import { qrThatFits } from './qr.ts';

/** Opens the invite sheet and asks the client for a fresh link. */
export function openInvite(desk: Desk): void {
  const calls = desk.opened()?.calls;
  open(desk, { ...dialogOf('invite', { link: null, copied: false }), busy: true });
  if (!calls) return;
  const work = async (): Promise<void> => {
    const { link } = await calls.invite({});
    desk.view.update((view) =>
      inDialog(view, 'invite', (now) => ({ ...now, busy: false, link: printableLine(link) })),
    );
  };
  attempt(desk, work, (failure) =>
    desk.view.update((view) => inDialog(view, 'invite', (now) => ({ ...now, busy: false, failure }))),
  );
}

/** Puts the link on the clipboard. */
export function copyLink(desk: Desk): void {
  const { dialog } = desk.view.get();
  if (dialog?.kind !== 'invite' || dialog.link === null) return;
  desk.terminal.copy(dialog.link);
  desk.view.update((view) => inDialog(view, 'invite', (now) => ({ ...now, copied: true })));
}

/** What the invite sheet draws: the link alone on full rows, so that a mouse selects nothing else with it. */
export function invitePanel(dialog: DialogOf<'invite'>, scene: Scene): Panel {
  const { columns, rows } = scene;
  const { link } = dialog;
  const title = say`Invite`;
  if (link === null) {
    const lines = [...busyLines(dialog, say`making a link`), ...failureLines(dialog.failure, columns)];
    return { title, lines, caret: null };
  }
  const parts = chunks(link, columns).map((part) => line(part, 'strong'));
  const qr = qrThatFits(link, columns, rows - parts.length);
  const beside = columns - (qr?.[0] ? lineWidth(qr[0]) : 0) - 3;
  const text = words(dialog, beside >= 24 ? beside : columns - 2);
  if (!qr) return { title, lines: [...parts, blank, ...text], caret: null };
  const lines =
    beside >= 24 ? [...parts, ...sideBySide(text, qr, beside)] : [...parts, blank, ...text, ...qr];
  return { title, lines, caret: null };
}

function words(dialog: DialogOf<'invite'>, columns: number): readonly Line[] {
  const how = say`Give this link to one person, over a way you trust. They type: cryptochat join LINK`;
  const once = say`It works once, for 30 days. You may close this screen: the listener is enough.`;
  const copied = say`Sent to your terminal's clipboard. If it is not there, select the link with the mouse.`;
  const state = dialog.copied ? [blank, ...paragraph(copied, columns)] : [];
  return [blank, ...paragraph(how, columns), blank, ...paragraph(once, columns, 'dim'), ...state];
}

/** `text` cut into pieces of exactly `columns`, without a blank or a sign of its own in between. */
function chunks(text: Printable, columns: number): readonly Printable[] {
  const list = cells(text).map((cell) => cell.text);
  const pieces: Printable[] = [];
  for (let at = 0; at < list.length; at += columns)
    pieces.push(list.slice(at, at + columns).join('') as Printable);
  return pieces;
}

/** Lines on the left, filled up to `columns`, others right of them. */
export function sideBySide(left: readonly Line[], right: readonly Line[], columns: number): readonly Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) => {
    const spans = left[at] ?? blank;
    const gap = Math.max(0, columns - lineWidth(spans) + 1);
    return right[at]
      ? [span(say` `), ...spans, span(repeated(' ', gap)), ...right[at]]
      : [span(say` `), ...spans];
  });
}
