import {
  beyondOf,
  choicesAfter,
  defineDialog,
  failureLines,
  openOf,
  paragraph,
  type Panel,
  type Scene,
} from './define.ts';
import { printableLine } from '../../core/printable.ts';
import {
  settingNames,
  settings,
  shownText,
  type Setting,
  type SettingName,
  type Settings,
} from '../../core/settings.ts';
import type { Printable } from '../../core/types.ts';
import type { Desk, Handler } from '../desk/desk.ts';
import { replaced } from '../model/editor.ts';
import { blank, joined, say, span, type Line } from '../text/line.ts';
import { themeNames } from '../desk/choose-theme.ts';
import { changeSetting, hintFor } from '../desk/change-setting.ts';
import { press } from '../model/events.ts';
import { pad } from '../text/cells.ts';
import { inDialog, withDraft } from '../model/view.ts';
import { withWriting } from '../model/vim-view.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { close, open } from '../reading/reading.ts';

/** The settings, and the meaning of each. */
export const settingsList = defineDialog({
  kind: 'settings',
  shape: 'box',
  titles: { settings: 'On the list of settings' },
  keys: [
    {
      action: 'next-value',
      keys: ['enter', 'right'],
      help: say`change it`,
      hint: say`change`,
      does: turns(1),
    },
    { action: 'previous-value', keys: ['left'], help: say`previous value`, does: turns(-1) },
    { action: 'setting-up', keys: ['up', 'ctrl+p'], help: say`move up`, does: moves(-1) },
    { action: 'setting-down', keys: ['down', 'ctrl+n'], help: say`move down`, does: moves(1) },
  ],
  // The first click chooses, one on the chosen setting changes it.
  clicked(desk, index) {
    const isChosen = openOf(desk, 'settings')?.index === index;
    if (isChosen) return turns(1)(desk, press('enter'));
    choose(desk, index);
  },
  panel: settingsPanel,
});

/** Times to choose from; any other time is typed. */
const times = ['', '1m', '5m', '15m', '1h'];
const nameColumns = 18;

/** Opens the list of the settings. */
export function openSettings(desk: Desk): void {
  open(desk, dialogOf(settingsList, { index: 0, hint: say`` }));
}

/** Moves the choice; it stops at both ends. */
function moves(by: 1 | -1): Handler {
  return (desk) => choose(desk, (openOf(desk, 'settings')?.index ?? 0) + by);
}

function choose(desk: Desk, wanted: number): void {
  const index = Math.max(0, Math.min(settingNames.length - 1, wanted));
  desk.view.update((view) =>
    inDialog(view, 'settings', (now) => ({ ...now, index, failure: null, hint: say`` })),
  );
}

/** Gives the chosen setting its next value, or the one before; a setting with free text goes into the draft instead. */
function turns(by: 1 | -1): Handler {
  return (desk) => {
    const { settings: current } = desk.view.get();
    const name = settingNames[openOf(desk, 'settings')?.index ?? -1];
    if (!name) return;
    const values = valuesToTurn(settings[name], desk);
    if (values.length === 0) return writeSetting(desk, name, current);
    const at = values.findIndex((value) => value === current[name]);
    const value = values[(at + by + values.length) % values.length] ?? '';
    desk.view.update((view) =>
      inDialog(view, 'settings', (now) => ({ ...now, failure: null, hint: hintFor(desk, name, value) })),
    );
    changeSetting(desk, [name], value, (failure) =>
      desk.view.update((view) => inDialog(view, 'settings', (now) => ({ ...now, failure }))),
    );
  };
}

function valuesToTurn(setting: Setting, desk: Desk): ReadonlyArray<string | boolean> {
  if (setting.kind === 'theme') return themeNames(desk.view.get().themes);
  if (setting.kind === 'choice') return setting.values;
  if (setting.kind === 'flag') return [true, false];
  return setting.kind === 'time' ? times : [];
}

/**
 * Puts the command for a setting that is typed (an address, a proxy, a key) into the draft, with its present value unless that must not be
 * shown.
 */
function writeSetting(desk: Desk, name: SettingName, now: Settings): void {
  const value = now[name];
  const text =
    typeof value === 'object' ? `/set ${name}.` : `/set ${name} ${typedValue(name, String(value))}`;
  close(desk);
  const contact = desk.view.get().selected ?? 0;
  desk.view.update((view) => withWriting(withDraft(view, contact, (editor) => replaced(editor, text))));
}

function typedValue(name: SettingName, value: string): string {
  return shownText(name, value) === value ? value : '';
}

/** Contents of the list: names and values, and the meaning of the chosen setting. */
function settingsPanel(dialog: DialogOf<'settings'>, scene: Scene): Panel {
  const { columns, rows } = scene;
  const setting: Setting | undefined = settings[settingNames[dialog.index] ?? 'theme'];
  const hints = dialog.hint === '' ? [] : paragraph(dialog.hint, columns, 'warn');
  const about = [blank, ...helpLines(setting, columns), ...hints, ...failureLines(dialog.failure, columns)];
  const room = Math.max(3, Math.min(settingNames.length, rows - about.length));
  const first = Math.max(0, Math.min(dialog.index - room + 2, settingNames.length - room));
  const list = settingNames.slice(first, first + room).map((name, at): Line => {
    const isChosen = first + at === dialog.index;
    const label = pad(say`${isChosen ? say`❯` : say` `} ${printableLine(name)}`, nameColumns);
    return [
      span(label, isChosen ? 'chosen' : 'plain'),
      span(say` ${shownValue(name, scene.settings[name])}`),
    ];
  });
  const choices = choicesAfter(0, first, list.length);
  const beyond = beyondOf(first, list.length, settingNames.length);
  return { title: say`Settings`, lines: [...list, ...about], caret: null, choices, beyond };
}

/** As many rows as the longest help has, so that the box stays where it is. */
function helpLines(chosen: Setting, columns: number): readonly Line[] {
  const rowsOf = ({ help }: Setting): Line[] => paragraph(printableLine(help), columns, 'dim');
  const most = Math.max(...Object.values(settings).map((setting) => rowsOf(setting).length));
  const rows = rowsOf(chosen);
  return [...rows, ...Array.from({ length: most - rows.length }, () => blank)];
}

function shownValue(name: SettingName, value: Settings[SettingName]): Printable {
  if (typeof value === 'boolean') return value ? say`yes` : say`no`;
  if (typeof value === 'string')
    return value === '' ? say`(empty)` : printableLine(shownText(name, value), 50);
  const names = Object.keys(value).map((action) => printableLine(action));
  return names.length === 0 ? say`(as they are)` : say`your own: ${joined(names, say`, `)}`;
}
