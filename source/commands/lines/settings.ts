import { printableLine } from '../../core/printable.ts';
import { type SettingName, settingNames, settings, valueFrom } from '../../core/settings.ts';
import { changeSetting } from '../../session/home/change-setting.ts';
import { loadSettings } from '../../session/home/config.ts';
import { print, say } from '../invocation.ts';
import type { Talk } from './talk.ts';

/** `/set NAME VALUE` of line mode; alone it lists the settings. Only the screen knows the keys that exist. */
export async function setInLines({ call }: Talk, rest: string): Promise<void> {
  const [, name = '', words = ''] = /^(\S*)\s*(.*)$/su.exec(rest) ?? [];
  if (name === '') {
    const now = await loadSettings(call.home);
    for (const one of settingNames) print(call, printableLine(`${one} = ${JSON.stringify(now[one])}`));
    return;
  }
  const setting = Object.hasOwn(settings, name) ? settings[name as SettingName] : undefined;
  await changeSetting(call.home, [name], setting ? valueFrom(setting, words) : words);
  const later = setting && 'restart' in setting ? ' It counts from the next start on.' : '';
  say(call, `${printableLine(name)} is written into config.toml.${later}`);
}
