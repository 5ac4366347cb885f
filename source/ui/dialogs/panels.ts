import type { Dialog, DialogKind, DialogOf } from './dialog.ts';
import { erasePanel } from './erase.ts';
import { doctorPanel } from './doctor.ts';
import { helpPanel } from './help.ts';
import { invitePanel } from './invite.ts';
import { joinPanel } from './join.ts';
import { keysPanel } from './keys.ts';
import { messagePanel } from './message.ts';
import { palettePanel } from './palette.ts';
import type { Panel, Scene } from './panel.ts';
import { rotatePanel } from './rotate.ts';
import { forgetPanel } from './people.ts';
import { identityPanel } from './identity.ts';
import { requestsPanel } from './requests.ts';
import { searchPanel } from './search.ts';
import { setUpPanel } from './set-up.ts';
import { settingsPanel } from './settings.ts';
import { unlockPanel } from './unlock.ts';
import { verifyPanel } from './verify.ts';
import { wirePanel } from './wire.ts';

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
