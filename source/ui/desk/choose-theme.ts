import { nearestName } from '../../core/names.ts';
import { printableLine } from '../../core/printable.ts';
import { settings } from '../../core/settings.ts';
import { noThemes, type Themes } from '../../core/themes.ts';
import type { Printable } from '../../core/types.ts';
import { say } from '../text/line.ts';
import { changeSetting } from './change-setting.ts';
import { attempt, sayError, type Desk } from './desk.ts';

const ownNames: readonly string[] = settings.theme.values;

/** The names of all themes that can be chosen: those of the program, then the files. */
export function themeNames({ files }: Themes): readonly string[] {
  return [...ownNames, ...files.keys()];
}

/** Reads the theme files again, and uses the theme called `name` if there is one; else shows the reason why not. */
export function chooseTheme(desk: Desk, name: string): void {
  attempt(desk, async () => {
    const themes = await readAgain(desk, name);
    if (themeNames(themes).includes(name)) return changeSetting(desk, ['theme'], name);
    const near = nearestName(name, themeNames(themes));
    const nearest = near === null ? say`/theme lists the themes` : say`the nearest is ${printableLine(near)}`;
    const hint = themes.faults.has(name) ? say`correct the file, then choose it again` : nearest;
    sayError(desk, { text: faultOf(themes, name), hint });
  });
}

/** The reason why there is no theme of a name. */
function faultOf({ faults }: Themes, name: string): Printable {
  const fault = faults.get(name);
  return fault === undefined ? say`there is no theme ${printableLine(name, 32)}` : printableLine(fault);
}

/**
 * Reads the theme files, and draws with their current content. The file called `name`, by default that of the setting, is read in any case.
 */
export async function readAgain(desk: Desk, name = desk.view.get().settings.theme): Promise<Themes> {
  const all = await desk.readThemes();
  const isRead = ownNames.includes(name) || all.files.has(name) || all.faults.has(name);
  const one = isRead ? noThemes : await desk.readThemes(name);
  const themes = {
    files: new Map([...all.files, ...one.files]),
    faults: new Map([...all.faults, ...one.faults]),
  };
  desk.view.update((view) => ({ ...view, themes }));
  return themes;
}

/** Runs once the messenger is open: reports a theme that cannot be used, and reads the other theme files for their names. */
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
  if (themeNames(themes).includes(now.theme)) return;
  sayError(desk, {
    text: faultOf(themes, now.theme),
    hint: say`the theme auto is used until you correct it; /theme lists the themes`,
  });
}
