// Fills the tables of docs/MANUAL.md from the sources, between their markers, and writes what else is made of them: the man
// page and the completions of shells. `npm run manual`

import { dialogTitles } from '../source/ui/dialog-list.ts';
import { keymap } from '../source/ui/keymap.ts';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { everywhere, flags, spell, type FlagName } from '../source/commands/flags.ts';
import { lineCommands } from '../source/commands/lines/line-commands.ts';
import { messenger, namedCommands } from '../source/cli/table.ts';
import { type Setting, settings, valuesOf } from '../source/core/settings.ts';
import { bindingsIn, keyLabel, keyMapOf } from '../source/ui/model/bindings.ts';
import { commands as screenCommands } from '../source/ui/commands/commands.ts';
import type { Where } from '../source/ui/model/keymap.ts';
import about from '../package.json' with { type: 'json' };
import { madeCompletions } from './completions/scripts.ts';
import { manPage } from './man-page.ts';

/** The file that is kept. */
export const manualPath = fileURLToPath(new URL('../docs/MANUAL.md', import.meta.url));

/** Every file that is made as a whole: its path in the checkout, and its text. */
export const madeFiles: ReadonlyArray<readonly [path: string, text: string]> = [
  ['man/cryptochat.1', manPage(about.version)],
  ...madeCompletions,
];

const places: Readonly<Partial<Record<Where, string>>> = {
  conversation: 'In a conversation',
  completion: 'While completions are offered',
  text: 'Where you type text',
  everywhere: 'Everywhere',
  dialog: 'In every dialog',
  selecting: 'While a message is selected',
  finding: 'While the selected message is a search hit',
  vim: "In vim's normal mode, besides vim's own commands",
  'vim-selecting': 'While a message is selected, with `editing = "vim"`',
  ...dialogTitles,
};

const tables: Readonly<Record<string, () => string>> = {
  commands: () => table(['command', 'does', 'flags'], commandRows()),
  flags: () => table(['flag', 'means', 'taken by'], flagRows()),
  keys: () => Object.entries(places).map(keyTable).join('\n\n'),
  settings: () => table(['setting', 'values', 'default', 'means'], settingRows()),
  'screen commands': () =>
    table(
      ['command', 'does'],
      screenCommands.map(({ name, wants, help }) => [code(`/${name} ${wants}`), help]),
    ),
  'line commands': () =>
    table(
      ['command', 'does'],
      lineCommands.map(({ name, wants, help }) => [code(`/${name} ${wants}`), help]),
    ),
};

/** `text` with every table between markers regenerated. Throws when a table has no markers. */
export async function fillManual(text: string): Promise<string> {
  let filled = text;
  for (const [name, make] of Object.entries(tables)) {
    const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [filled.indexOf(start), filled.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`the manual has no place for ${name}`);
    filled = `${filled.slice(0, from + start.length)}\n\n${make()}\n\n${filled.slice(to)}`;
  }
  return format(filled, { ...(await resolveConfig(manualPath)), parser: 'markdown' });
}

function commandRows(): string[][] {
  const all = [['', messenger] as const, ...namedCommands];
  return all.map(([name, entry]) => [
    code(`cryptochat ${name} ${entry.usage}`),
    entry.help ?? '',
    entry.flags.map((flag) => code(written(flag))).join(' '),
  ]);
}

function flagRows(): string[][] {
  const names = Object.keys(flags) as FlagName[];
  return names.map((name) => {
    const takers = namedCommands.filter(([, entry]) => entry.flags.includes(name)).map(([taker]) => taker);
    return [code(written(name)), flags[name].help, everywhere.includes(name) ? 'all' : takers.join(', ')];
  });
}

function settingRows(): string[][] {
  return Object.entries<Setting>(settings).map(([name, setting]) => {
    const { help, restart } = setting;
    const when = restart ? ' Takes effect at the next start.' : '';
    return [code(name), valuesOf(setting), code(JSON.stringify(setting.default)), `${help}${when}`];
  });
}

function written(name: FlagName): string {
  return `${spell(name)} ${flags[name].value}`;
}

function keyTable([place, title]: readonly [string, string]): string {
  const rows = bindingsIn(keyMapOf(keymap), place as Where).map(({ action, keys, help }) => [
    keys.map((key) => code(keyLabel(key))).join(' '),
    help,
    code(action),
  ]);
  return `**${title}**\n\n${table(['keys', 'do', 'action'], rows)}`;
}

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function code(text: string): string {
  return `\`${text.trim().replaceAll('  ', ' ')}\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(manualPath, await fillManual(readFileSync(manualPath, 'utf8')));
  for (const [path, text] of madeFiles) {
    const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
