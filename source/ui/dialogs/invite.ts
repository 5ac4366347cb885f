import { ask, defineDialog, openOf, paragraph, type Panel, type Scene } from './define.ts';
import { printableLine } from '../../core/printable.ts';
import { whoJoinsBy } from '../../core/place.ts';
import { callsOf, type Desk } from '../desk/desk.ts';
import { blank, line, say, type Line } from '../text/line.ts';
import type { Printable } from '../../core/types.ts';
import { keyFor } from '../model/bindings.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { inDialog } from '../model/view.ts';
import { close, open, select } from '../reading/reading.ts';
import { copyKey, linkPanel } from './link-sheet.ts';

/** A fresh link, as letters and as a code; it says so when somebody joins. */
export const inviting = defineDialog({
  kind: 'invite',
  shape: 'sheet',
  titles: { invite: 'On the invite sheet', joined: 'On the invite sheet, after someone joined' },
  keys: [
    copyKey,
    {
      action: 'open-joined',
      keys: ['enter'],
      step: 'joined',
      help: say`open the conversation`,
      hint: say`open the conversation`,
      does: openJoined,
    },
  ],
  panel: invitePanel,
});

/** Opens the invite sheet and asks the client for a fresh link. */
export function openInvite(desk: Desk): void {
  openSheet(desk, false);
}

/** Opens the invite sheet at the end of the first run. */
export function openFirstInvite(desk: Desk): void {
  openSheet(desk, true);
}

function openSheet(desk: Desk, isFirst: boolean): void {
  if (!callsOf(desk)) return;
  open(desk, dialogOf(inviting, { link: null, copied: null, isFirst, joined: null }));
  ask(desk, 'invite', async (calls) => ({ link: printableLine((await calls.invite({})).link) }));
}

/** Shows on the open invite sheet who joined; returns whether one is open. */
export function tellJoined(desk: Desk, id: number, label: Printable): boolean {
  if (!openOf(desk, 'invite')) return false;
  desk.view.update((view) =>
    inDialog(view, 'invite', (now) => ({ ...now, step: 'joined', joined: { id, label }, scroll: 0 })),
  );
  return true;
}

function openJoined(desk: Desk): void {
  const joined = openOf(desk, 'invite')?.joined;
  close(desk);
  if (joined && desk.facts.get().contacts.some(({ id }) => id === joined.id)) select(desk, joined.id);
}

/** Contents of the invite sheet. */
function invitePanel(dialog: DialogOf<'invite'>, scene: Scene): Panel {
  const title = say`Invite`;
  if (dialog.joined) return { title, lines: joinedLines(dialog.joined.label, scene), caret: null };
  const below = (link: Printable, columns: number): readonly Line[] => words(link, columns, dialog.isFirst);
  return linkPanel(dialog, scene, { title, making: say`making a link`, below });
}

function joinedLines(label: Printable, { columns, keys }: Scene): readonly Line[] {
  const key = keyFor(keys, 'verify-contact', say`/verify`);
  return [
    blank,
    ...paragraph(say` ✓ ${label} joined.`, columns, 'good'),
    blank,
    ...paragraph(say` Press Enter to write to ${label}.`, columns),
    line(say` Verify the safety number when you can: ${key}`, 'dim'),
  ];
}

function words(link: Printable, columns: number, isFirst: boolean): readonly Line[] {
  const how = say`Send this link to one person over a channel you trust. They run: cryptochat LINK`;
  const own = say`Did someone send you a link? Paste it here.`;
  const once = say`It works once, for 14 days. You can close this screen meanwhile if your listener runs.`;
  const kept = whoJoinsBy(link);
  const reach = kept === null ? [] : [blank, ...paragraph(printableLine(kept), columns, 'warn')];
  return [
    ...paragraph(how, columns),
    ...(isFirst ? [blank, ...paragraph(own, columns)] : []),
    blank,
    ...paragraph(once, columns, 'dim'),
    ...reach,
  ];
}
