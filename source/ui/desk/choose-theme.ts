import { nearestName } from '../../core/names.ts';
import { printableLine } from '../../core/printable.ts';
import { settings } from '../../core/settings.ts';
import type { Themes } from '../../core/themes.ts';
import { say } from '../text/line.ts';
import { changeSetting } from './change-setting.ts';
import { attempt, sayError, type Desk } from './desk.ts';

const ownNames: readonly string[] = settings.theme.values;

/** The names of all themes that can be chosen: those of the program, then the files. */
export function themeNames({ files }: Themes): readonly string[] {
  return [...ownNames, ...files.keys()];
}

/** Reads the theme files again, and takes the theme called `name` if there is one; else says why not. */
export function chooseTheme(desk: Desk, name: string): void {
  attempt(desk, async () => {
    const themes = await readAgain(desk);
    if (themeNames(themes).includes(name)) return changeSetting(desk, ['theme'], name);
    const fault = themes.faults.get(name);
    const near = nearestName(name, themeNames(themes));
    const hint = near === null ? say`/theme lists the themes` : say`the nearest is ${printableLine(near)}`;
    if (fault === undefined)
      sayError(desk, { text: say`there is no theme ${printableLine(name, 32)}`, hint });
    else sayError(desk, { text: printableLine(fault), hint: say`correct the file, then choose it again` });
  });
}

/** Reads the theme files, and draws with what is in them now. */
export async function readAgain(desk: Desk): Promise<Themes> {
  const themes = await desk.readThemes();
  desk.view.update((view) => ({ ...view, themes }));
  return themes;
}

/** Once the messenger is open: says why its theme cannot be used, if that is so, and reads the other theme files for their names. */
export function followThemes(desk: Desk): () => void {
  const stop = desk.facts.subscribe(() => {
    if (desk.facts.get().phase !== 'ready') return;
    stop();
    sayFault(desk);
    attempt(desk, async () => void (await readAgain(desk)));
  });
  return stop;
}

function sayFault(desk: Desk): void {
  const { settings: now, themes } = desk.view.get();
  const fault = themes.faults.get(now.theme);
  if (fault === undefined) return;
  sayError(desk, {
    text: printableLine(fault),
    hint: say`the theme auto is used until you correct it; /theme lists the themes`,
  });
}
