import type { Desk, Handler } from './desk/desk.ts';
import { insert } from './model/editor.ts';
import { withEditor } from './model/view.ts';
import { confirmErase } from './dialogs/erase.ts';
import { copyOpened } from './dialogs/message.ts';
import { openDoctor } from './dialogs/doctor.ts';
import { blockIdentity, compareIdentity } from './dialogs/identity.ts';
import { copyLink, openInvite } from './dialogs/invite.ts';
import { join } from './dialogs/join.ts';
import { copyFromKeys } from './dialogs/keys.ts';
import { close, moveFocus, scrollPanel } from './reading/open.ts';
import { movePalette, takeFromPalette } from './commands/palette.ts';
import { confirmForget } from './dialogs/people.ts';
import { answerRequest, moveRequest } from './dialogs/requests.ts';
import { confirmRotation } from './dialogs/rotate.ts';
import { moveSetting, turnSetting } from './dialogs/settings.ts';
import { moveHit, switchScope, takeHit } from './dialogs/search.ts';
import { acceptNoPassphrase, answerSetUp } from './dialogs/set-up.ts';
import { lock, unlock } from './dialogs/unlock.ts';
import { compare } from './dialogs/verify.ts';
import { turnWire } from './dialogs/wire.ts';

function typeQuestion(desk: Desk): void {
  close(desk);
  desk.view.update((view) => withEditor(view, (editor) => insert(editor, '?', 'type')));
}

/** What the actions of dialogs do. */
export const dialogHandlers = {
  'close-dialog': close,
  'scroll-dialog-up': scrollPanel(-1),
  'scroll-dialog-down': scrollPanel(1),
  'next-field': moveFocus(1),
  'previous-field': moveFocus(-1),
  'answer-set-up': answerSetUp,
  'accept-no-passphrase': acceptNoPassphrase,
  lock,
  unlock,
  'copy-link': copyLink,
  join: (desk) => join(desk),
  'copy-key': copyFromKeys('fingerprint'),
  'copy-pem': copyFromKeys('publicKeyPem'),
  'confirm-rotation': confirmRotation,
  compare,
  'compare-identity': compareIdentity,
  'invite-instead': openInvite,
  'block-identity': blockIdentity,
  'request-up': moveRequest(-1),
  'request-down': moveRequest(1),
  'accept-request': answerRequest('accept'),
  'decline-request': answerRequest('decline'),
  'block-request': answerRequest('block'),
  'confirm-forget': confirmForget,
  'confirm-erase': confirmErase,
  'hit-up': moveHit(-1),
  'hit-down': moveHit(1),
  'take-hit': takeHit,
  'switch-scope': switchScope,
  'copy-opened': copyOpened,
  'setting-up': moveSetting(-1),
  'setting-down': moveSetting(1),
  'next-value': turnSetting(1),
  'previous-value': turnSetting(-1),
  'palette-up': movePalette(-1),
  'palette-down': movePalette(1),
  'palette-take': takeFromPalette,
  'examine-again': openDoctor,
  'next-wire-part': turnWire(1),
  'previous-wire-part': turnWire(-1),
  'type-question': typeQuestion,
} as const satisfies Record<string, Handler>;
