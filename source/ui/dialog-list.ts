import { helpDialog } from './commands/help.ts';
import { palette } from './commands/palette.ts';
import type { Desk, Handler } from './desk/desk.ts';
import type { Definition, DialogKey, Panel, Scene } from './dialogs/define.ts';
import { boxes } from './dialogs/boxes.ts';
import { doctor } from './dialogs/doctor.ts';
import { erase } from './dialogs/erase.ts';
import { forget } from './dialogs/forget.ts';
import { identity } from './dialogs/identity.ts';
import { inviting } from './dialogs/invite.ts';
import { joining } from './dialogs/join.ts';
import { keys } from './dialogs/keys.ts';
import { leavingBox } from './dialogs/leave-box.ts';
import { lending } from './dialogs/lend.ts';
import { whole } from './dialogs/message.ts';
import { notifying } from './dialogs/notify.ts';
import { requests } from './dialogs/requests.ts';
import { rotate } from './dialogs/rotate.ts';
import { searching } from './dialogs/search.ts';
import { settingUp } from './dialogs/set-up.ts';
import { settingsList } from './dialogs/settings.ts';
import { themesList } from './dialogs/themes.ts';
import { unlocking } from './dialogs/unlock.ts';
import { verifying } from './dialogs/verify.ts';
import { wire } from './dialogs/wire.ts';
import type { Dialog, DialogKind, DialogPlace } from './model/dialog.ts';
import type { Binding } from './model/keymap.ts';

/** Every dialog: a kind without one is a compile error. */
const dialogs = {
  'set-up': settingUp,
  unlock: unlocking,
  invite: inviting,
  lend: lending,
  boxes,
  'leave-box': leavingBox,
  join: joining,
  keys,
  rotate,
  palette,
  wire,
  doctor,
  settings: settingsList,
  themes: themesList,
  notify: notifying,
  help: helpDialog,
  verify: verifying,
  identity,
  requests,
  search: searching,
  message: whole,
  erase,
  forget,
} as const satisfies { readonly [Kind in DialogKind]: Definition<Kind> };

type AnyKey = (typeof dialogs)[DialogKind]['keys'][number];

type Placed<Kind, Key> = Key extends { readonly action: infer Action }
  ? { readonly action: Action; readonly where: Key extends { readonly step: infer Step } ? Step : Kind }
  : never;

/** The keys of each dialog, by place and action. */
export type DialogBound = {
  [Kind in DialogKind]: Placed<Kind, (typeof dialogs)[Kind]['keys'][number]>;
}[DialogKind];

/** The actions that exist only in dialogs. */
export type DialogOnly = Extract<AnyKey, { readonly does: Handler }>['action'];

const all: ReadonlyArray<{
  readonly kind: DialogKind;
  readonly titles: Readonly<Partial<Record<DialogPlace, string>>>;
  readonly keys: readonly DialogKey[];
}> = Object.values(dialogs);

/** Where the keys of dialogs count, in the words of the manual. */
export const dialogTitles: Readonly<Partial<Record<DialogPlace, string>>> = Object.fromEntries(
  all.flatMap(({ titles }) => Object.entries(titles)),
);

/** The keys of each dialog. */
export const dialogKeys: readonly Binding[] = all.flatMap(({ kind, keys: own }) =>
  own.map(({ action, keys: names, help: words, hint, step }) => ({
    action,
    keys: names,
    where: step ?? kind,
    help: words,
    ...(hint === undefined ? {} : { hint }),
  })),
);

/** Handlers of the actions of dialogs. */
export const dialogHandlers: Readonly<Partial<Record<string, Handler>>> = Object.fromEntries(
  all.flatMap(({ keys: own }) => own.flatMap(({ action, does }) => (does ? [[action, does] as const] : []))),
);

/** Tells whether there is something to click in a dialog. */
export function hasChoices({ kind }: Dialog): boolean {
  return (dialogs[kind] as unknown as Definition<DialogKind>).clicked !== undefined;
}

/** Carries out a click on a choice of the open dialog. */
export function takeChoice(desk: Desk, choice: number): void {
  const { dialog } = desk.view.get();
  if (dialog) (dialogs[dialog.kind] as unknown as Definition<DialogKind>).clicked?.(desk, choice);
}

/** The panel of the open dialog. */
export function panelOf(dialog: Dialog, scene: Scene): Panel {
  const { panel } = dialogs[dialog.kind] as unknown as Definition<DialogKind>;
  return panel(dialog, scene);
}
