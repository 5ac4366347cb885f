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
import { whoReachesBy } from '../../core/place.ts';
import { attempt, callsOf, type Desk } from '../desk/desk.ts';
import type { CopiedTo } from '../model/copying.ts';
import { blank, line, lineWidth, repeated, say, span, type Line } from '../text/line.ts';
import { cells } from '../text/cells.ts';
import type { Printable } from '../../core/types.ts';
import { inDialog } from '../model/view.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { open } from '../reading/reading.ts';
import { qrThatFits } from './qr.ts';

/** A fresh link, as letters and as a code. */
export const inviting = defineDialog({
  kind: 'invite',
  shape: 'sheet',
  titles: { invite: 'On the invite sheet' },
  keys: [
    { action: 'copy-link', keys: ['c', 'y'], help: say`copy the link`, hint: say`copy`, does: copyLink },
  ],
  panel: invitePanel,
});

/** Opens the invite sheet and asks the client for a fresh link. */
export function openInvite(desk: Desk): void {
  if (!callsOf(desk)) return;
  open(desk, dialogOf(inviting, { link: null, copied: null }));
  ask(desk, 'invite', async (calls) => ({ link: printableLine((await calls.invite({})).link) }));
}

/** Puts the link on the clipboard. */
function copyLink(desk: Desk): void {
  const link = openOf(desk, 'invite')?.link ?? null;
  if (link === null) return;
  attempt(desk, async () => {
    const copied = await desk.terminal.copy(link);
    desk.view.update((view) => inDialog(view, 'invite', (now) => ({ ...now, copied })));
  });
}

/** Contents of the invite sheet: the link alone on full rows, so that a mouse selects nothing else with it. */
function invitePanel(dialog: DialogOf<'invite'>, scene: Scene): Panel {
  const { columns, rows, isAscii } = scene;
  const { link } = dialog;
  const title = say`Invite`;
  if (link === null) {
    const lines = [...busyLines(dialog, say`making a link`), ...failureLines(dialog.failure, columns)];
    return { title, lines, caret: null };
  }
  const parts = chunks(link, columns).map((part) => line(part, 'strong'));
  const qr = qrThatFits(link, { columns, rows: rows - parts.length, isAscii });
  const beside = columns - (qr?.[0] ? lineWidth(qr[0]) : 0) - 3;
  const text = words(dialog, link, beside >= 24 ? beside : columns - 2);
  const isBeside = qr !== null && beside >= 24;
  const rest = isBeside ? sideBySide(text, qr, beside) : [...text.map(indented), ...(qr ?? [])];
  return { title, lines: [...parts, ...rest], caret: null };
}

const copied: Readonly<Record<CopiedTo, Printable>> = {
  terminal: say`Sent to your terminal's clipboard. If it is not there, select the link with the mouse.`,
  tmux: say`Copied into a buffer of tmux: prefix ] pastes it.`,
  behind: say`Sent to your terminal, but tmux or screen may have kept it back. If it is not there, select the link with the mouse.`,
};

function words(dialog: DialogOf<'invite'>, link: Printable, columns: number): readonly Line[] {
  const how = say`Give this link to one person, over a way you trust. They paste it after /join, or type: cryptochat join LINK`;
  const once = say`It works once, for 14 days. This screen may be closed meanwhile if your listener runs.`;
  const state = dialog.copied ? [blank, ...paragraph(copied[dialog.copied], columns)] : [];
  const kept = whoReachesBy(link);
  const reach = kept === null ? [] : [blank, ...paragraph(printableLine(kept), columns, 'warn')];
  return [blank, ...paragraph(how, columns), blank, ...paragraph(once, columns, 'dim'), ...reach, ...state];
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
