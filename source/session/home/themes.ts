import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { ChatError, systemWords } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { printableLine } from '../../core/printable.ts';
import { settings } from '../../core/settings.ts';
import { isThemeName, noThemes, type ReadThemes, type ThemeFile, type Themes } from '../../core/themes.ts';
import { codeOf, readBounded } from '../../disk/files.ts';
import { themesFolder } from '../control/home-paths.ts';
import { readTheme } from './theme-file.ts';

const ending = '.toml';
/** Names in the folder that are looked at: a folder that somebody fills must not hold up the screen. */
const mostNames = 1000;

/** Makes the reader of the theme files of a user. */
export function themeReader(env: NodeJS.ProcessEnv): ReadThemes {
  const folder = themesFolder(env);
  return async (name) => {
    if (folder === null) return noThemes;
    const names = name === undefined ? await namesIn(folder) : [name];
    return readAll(folder, names);
  };
}

async function readAll(folder: string, names: readonly string[]): Promise<Themes> {
  const files = new Map<string, ThemeFile>();
  const faults = new Map<string, string>();
  for (const name of names.slice(0, limits.themeFiles)) {
    const read = await readOne(folder, name);
    if (typeof read === 'string') faults.set(name, read);
    else if (read) files.set(name, read);
  }
  return { files, faults };
}

/** The theme in a file, or the reason why it cannot be used; null where there is no such file. */
async function readOne(folder: string, name: string): Promise<ThemeFile | string | null> {
  const file = `${printableLine(name, 40)}${ending}`;
  if (settings.theme.values.some((own) => own === name))
    return `${file}: ${name} is built in; give the file another name`;
  if (!isThemeName(name)) return `${file}: a theme is called by up to 32 letters, digits, - and _`;
  try {
    const bytes = await readBounded(join(folder, `${name}${ending}`), limits.themeBytes);
    if (bytes) return readTheme(file, bytes);
    return `${file} is not a plain file of at most ${limits.themeBytes} bytes; links are not followed`;
  } catch (error) {
    if (error instanceof ChatError) return error.message;
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return codeOf(error) === 'ENOENT' ? null : `${file}: ${systemWords(error)}`;
  }
}

/** The names of the theme files in a folder, in order; none for a folder that cannot be read. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    let seen = 0;
    for await (const entry of await opendir(folder)) {
      seen += 1;
      if (seen > mostNames) break;
      if (entry.name.endsWith(ending) && !entry.name.startsWith('.'))
        names.push(entry.name.slice(0, -ending.length));
    }
  } catch {
    return [];
  }
  return names.toSorted();
}
