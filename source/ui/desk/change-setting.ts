import { printableLine } from '../../core/printable.ts';
import { settings, shownText, type SettingName, type SettingValue } from '../../core/settings.ts';
import type { Printable } from '../../core/types.ts';
import { keyMapOf } from '../model/bindings.ts';
import { attempt, sayNote, type Desk } from './desk.ts';
import type { Failure } from '../model/dialog.ts';
import { wideFrom } from '../model/terminal.ts';
import { say } from '../text/line.ts';

/** Writes one setting and applies it at once; reports the effect, or passes the failure to `failed`. */
export function changeSetting(
  desk: Desk,
  path: readonly string[],
  value: SettingValue,
  failed?: (failure: Failure) => void,
): void {
  const work = async (): Promise<void> => {
    await applySetting(desk, path, value);
    if (desk.view.get().dialog?.kind !== 'settings') sayChanged(desk, path, value);
  };
  attempt(desk, work, failed);
}

/** Writes one setting and applies it at once. Throws ChatError when it cannot be written. */
export async function applySetting(desk: Desk, path: readonly string[], value: SettingValue): Promise<void> {
  const changed = await desk.saveSetting(path, value);
  desk.view.update((view) => {
    const keys = keyMapOf(view.keys.defaults, changed.keys);
    return { ...view, settings: changed, keys };
  });
}

/** Reports that a setting was changed, with a hint about anything that may puzzle the person. */
export function sayChanged(desk: Desk, path: readonly string[], value: SettingValue): void {
  sayNote(desk, saved(path, value), hintFor(desk, path[0] ?? '', value));
}

function saved(path: readonly string[], value: SettingValue): Printable {
  const words = typeof value === 'object' ? value.join(' ') : shownText(path[0] ?? '', String(value));
  const name = printableLine(path.join('.'));
  if (words === '') return say`${name}: ${emptyWords[name] ?? say`empty`}`;
  return say`${name}: ${printableLine(words, 60)}`;
}

/** The meaning of an empty value, where a person would not say "empty". */
const emptyWords: Readonly<Record<string, Printable>> = { lock_after: say`never`, quiet_hours: say`none` };

/** A hint about anything that may puzzle a person after a change of the setting `name`; often empty. */
export function hintFor(desk: Pick<Desk, 'view' | 'facts'>, name: string, value: SettingValue): Printable {
  const { columns, terminal } = desk.view.get();
  const setting = Object.hasOwn(settings, name) ? settings[name as SettingName] : undefined;
  if (setting && 'restart' in setting) return say`it takes effect at the next start`;
  if (name === 'theme' && terminal.depth === 0) return say`NO_COLOR is set: themes show no colours`;
  if (name === 'list' && columns < wideFrom)
    return say`it is shown in windows of ${wideFrom} columns or more`;
  return name === 'lock_after' && value !== '' ? lockHint(desk) : say``;
}

/** A hint for a person who wants the messenger to lock itself but has no passphrase. */
function lockHint({ facts }: Pick<Desk, 'facts'>): Printable {
  return !facts.get().passphrase ? say`this home has no passphrase to lock it with` : say``;
}
