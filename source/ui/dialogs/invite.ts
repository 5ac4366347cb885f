import { ask, defineDialog, paragraph, type Panel, type Scene } from './define.ts';
import { printableLine } from '../../core/printable.ts';
import { whoJoinsBy } from '../../core/place.ts';
import { callsOf, type Desk } from '../desk/desk.ts';
import { blank, say, type Line } from '../text/line.ts';
import type { Printable } from '../../core/types.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { open } from '../reading/reading.ts';
import { copyKey, linkPanel } from './link-sheet.ts';

/** A fresh link, as letters and as a code. */
export const inviting = defineDialog({
  kind: 'invite',
  shape: 'sheet',
  titles: { invite: 'On the invite sheet' },
  keys: [copyKey],
  panel: invitePanel,
});

/** Opens the invite sheet and asks the client for a fresh link. */
export function openInvite(desk: Desk): void {
  if (!callsOf(desk)) return;
  open(desk, dialogOf(inviting, { link: null, copied: null }));
  ask(desk, 'invite', async (calls) => ({ link: printableLine((await calls.invite({})).link) }));
}

/** Contents of the invite sheet. */
function invitePanel(dialog: DialogOf<'invite'>, scene: Scene): Panel {
  return linkPanel(dialog, scene, { title: say`Invite`, making: say`making a link`, below: words });
}

function words(link: Printable, columns: number): readonly Line[] {
  const how = say`Give this link to one person, over a way you trust. They paste it after /join, or type: cryptochat join LINK`;
  const once = say`It works once, for 14 days. This screen may be closed meanwhile if your listener runs.`;
  const kept = whoJoinsBy(link);
  const reach = kept === null ? [] : [blank, ...paragraph(printableLine(kept), columns, 'warn')];
  return [...paragraph(how, columns), blank, ...paragraph(once, columns, 'dim'), ...reach];
}
