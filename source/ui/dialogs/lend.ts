import { ask, defineDialog, paragraph, type Panel, type Scene } from './define.ts';
import { printableLine } from '../../core/printable.ts';
import { sizeWords } from '../../core/sizes.ts';
import { limits } from '../../core/limits.ts';
import { whoReachesBy } from '../../core/place.ts';
import { callsOf, type Desk } from '../desk/desk.ts';
import { blank, say, type Line } from '../text/line.ts';
import type { Printable } from '../../core/types.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { open } from '../reading/reading.ts';
import { copyKey, linkPanel } from './link-sheet.ts';

/** A fresh box link, as letters and as a code. */
export const lending = defineDialog({
  kind: 'lend',
  shape: 'sheet',
  titles: { lend: 'On the sheet with a mailbox link' },
  keys: [copyKey],
  panel: lendPanel,
});

/** Opens the sheet and asks the client for a box link; `bytes` is the room in the box. */
export function openLend(desk: Desk, bytes: number = limits.boxBytes): void {
  if (!callsOf(desk)) return;
  open(desk, dialogOf(lending, { link: null, copied: null, bytes }));
  ask(desk, 'lend', async (calls) => ({ link: printableLine((await calls.lend({ bytes })).link) }));
}

/** Contents of the sheet. */
function lendPanel(dialog: DialogOf<'lend'>, scene: Scene): Panel {
  const below = (link: Printable, columns: number): readonly Line[] => words(link, dialog.bytes, columns);
  return linkPanel(dialog, scene, { title: say`Lend a mailbox`, making: say`making a mailbox link`, below });
}

function words(link: Printable, bytes: number, columns: number): readonly Line[] {
  const how = say`Send this link to one person. They type /box and the link, or: cryptochat box LINK`;
  const what = say`You keep up to ${printableLine(sizeWords(bytes))} of their sealed messages while they are off. cryptochat lend --list shows what you keep.`;
  const kept = whoReachesBy(link);
  const reach = kept === null ? [] : [blank, ...paragraph(printableLine(kept), columns, 'warn')];
  return [...paragraph(how, columns), blank, ...paragraph(what, columns, 'dim'), ...reach];
}
