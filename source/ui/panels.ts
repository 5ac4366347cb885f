import type { Dialog, DialogKind, DialogOf } from './model/dialog.ts';
import { erasePanel } from './dialogs/erase.ts';
import { doctorPanel } from './dialogs/doctor.ts';
import { helpPanel } from './commands/help.ts';
import { invitePanel } from './dialogs/invite.ts';
import { joinPanel } from './dialogs/join.ts';
import { keysPanel } from './dialogs/keys.ts';
import { messagePanel } from './dialogs/message.ts';
import { palettePanel } from './commands/palette.ts';
import type { Panel, Scene } from './dialogs/panel.ts';
import { rotatePanel } from './dialogs/rotate.ts';
import { forgetPanel } from './dialogs/people.ts';
import { identityPanel } from './dialogs/identity.ts';
import { requestsPanel } from './dialogs/requests.ts';
import { searchPanel } from './dialogs/search.ts';
import { setUpPanel } from './dialogs/set-up.ts';
import { settingsPanel } from './dialogs/settings.ts';
import { unlockPanel } from './dialogs/unlock.ts';
import { verifyPanel } from './dialogs/verify.ts';
import { wirePanel } from './dialogs/wire.ts';

type Drawings = { readonly [Kind in DialogKind]: (dialog: DialogOf<Kind>, scene: Scene) => Panel };

const drawings: Drawings = {
  'set-up': setUpPanel,
  unlock: unlockPanel,
  invite: invitePanel,
  join: joinPanel,
  keys: keysPanel,
  rotate: rotatePanel,
  verify: verifyPanel,
  identity: identityPanel,
  requests: requestsPanel,
  forget: forgetPanel,
  erase: erasePanel,
  search: searchPanel,
  message: messagePanel,
  palette: palettePanel,
  settings: settingsPanel,
  help: helpPanel,
  wire: wirePanel,
  doctor: doctorPanel,
};

/** What the open dialog draws. */
export function panelOf(dialog: Dialog, scene: Scene): Panel {
  const draw = drawings[dialog.kind] as (dialog: Dialog, scene: Scene) => Panel;
  return draw(dialog, scene);
}
