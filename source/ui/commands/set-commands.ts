import { nearestName } from '../../core/names.ts';
import { printableLine } from '../../core/printable.ts';
import {
  settingNames,
  settings,
  valueFrom,
  type SettingName,
  type SettingValue,
} from '../../core/settings.ts';
import { changeSetting } from '../desk/change-setting.ts';
import { sayError, type Desk, type Runs } from '../desk/desk.ts';
import { chooseTheme } from '../desk/choose-theme.ts';
import { openThemes } from '../dialogs/themes.ts';
import { openSettings } from '../dialogs/settings.ts';
import { keyFault } from '../model/key-faults.ts';
import { say } from '../text/line.ts';

function list(desk: Desk): true {
  openSettings(desk);
  return true;
}

/** `/set NAME VALUE`; alone it opens the list. */
function set(desk: Desk, rest: string): boolean {
  if (rest === '') return list(desk);
  const [name = '', words = ''] = rest.split(/\s+([^]*)/u);
  const [top = '', action, ...more] = name.split('.');
  if (!Object.hasOwn(settings, top) || more.length > 0) return sayNoSetting(desk, name);
  if (top === 'keys') return setKeys(desk, action ?? '', words);
  const value = valueFrom(settings[top as SettingName], words);
  writes(desk, action === undefined ? [top] : [top, action], value);
  return true;
}

/** Look for a theme before its name is written. */
function writes(desk: Desk, path: readonly string[], value: SettingValue): void {
  if (path.join('.') === 'theme') chooseTheme(desk, String(value));
  else changeSetting(desk, path, value);
}

function sayNoSetting(desk: Desk, name: string): false {
  const near = nearestName(name, settingNames);
  const hint = near === null ? say`/set shows them all` : say`the nearest is ${printableLine(near)}`;
  sayError(desk, { text: say`there is no setting ${printableLine(name, 32)}`, hint });
  return false;
}

function setKeys(desk: Desk, action: string, words: string): boolean {
  const keys = words.split(/[\s,]+/u).filter((word) => word !== '');
  if (action === '') {
    sayError(desk, { text: say`which action?`, hint: say`for example /set keys.send ctrl+s` });
    return false;
  }
  const view = desk.view.get();
  const fault = keyFault(view.keys.defaults, { ...view.settings.keys, [action]: keys });
  if (fault) {
    const text = say`${printableLine(`keys.${fault.action} ${fault.reason}`)}`;
    sayError(desk, { text, hint: say`docs/MANUAL.md lists the actions` });
    return false;
  }
  changeSetting(desk, ['keys', action], keys);
  return true;
}

/** `/theme NAME`; alone it opens the list of themes. */
function theme(desk: Desk, rest: string): true {
  if (rest === '') openThemes(desk);
  else chooseTheme(desk, rest);
  return true;
}

/** The commands that change settings. */
export const setCommands = { set, settings: list, theme } as const satisfies Runs;
