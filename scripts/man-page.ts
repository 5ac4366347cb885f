// Makes man/cryptochat.1 from the tables of the commands, the flags and the key map.

import { keymap } from '../source/ui/keymap.ts';
import { everywhere, flags, spell, type FlagName } from '../source/commands/flags.ts';
import { lineCommands } from '../source/commands/lines/line-commands.ts';
import type { Entry } from '../source/cli/table.ts';
import type { SlashCommand } from '../source/core/slash-commands.ts';
import { namedCommands } from '../source/cli/table.ts';
import { bindingsIn, keyLabel, keyMapOf } from '../source/ui/model/bindings.ts';
import { commands as screenCommands } from '../source/ui/commands/commands.ts';
import type { Where } from '../source/ui/model/keymap.ts';

const day = '2026-11-23';

/** The page in the man macros, which every formatter knows; ASCII only. */
export function manPage(version: string): string {
  const lines = [
    `.TH CRYPTOCHAT 1 ${day} "cryptochat ${version}" "User Commands"`,
    '.ad l',
    ...opening,
    ...section('COMMANDS', namedCommands.flatMap(commandLines)),
    ...section('OPTIONS', (Object.keys(flags) as FlagName[]).flatMap(flagLines)),
    ...section('IN THE MESSENGER', [
      'A line that starts with a slash is a command; two slashes send one.',
      ...screenCommands.flatMap(slashLines),
    ]),
    ...section('LINE MODE', [
      'The same commands, unless they need a screen, and:',
      ...lineOnly().flatMap(slashLines),
      '.P',
      'Anything else is sent to the person you chose last, or to your only contact.',
    ]),
    ...section('KEYS', keyPlaces.flatMap(keyLines)),
    ...section('EXIT STATUS', exits.flatMap(entryOf)),
    ...section('ENVIRONMENT', environment.flatMap(entryOf)),
    ...section('FILES', [...home, ...files.flatMap(entryOf)]),
  ];
  return `${lines.join('\n')}\n`;
}

const keyPlaces = ['conversation', 'completion', 'text', 'everywhere'] as const;

const opening = [
  ...section('NAME', ['cryptochat \\- talk with one other person, encrypted end to end']),
  ...section('SYNOPSIS', ['.B cryptochat', '.RI [ command ]', '.RI [ flags ]']),
  ...section('DESCRIPTION', [
    'A messenger for two people, end\\-to\\-end encrypted, with no server in between.',
    'Without a command it opens in the terminal; the first run sets up a home.',
    'Without a terminal, or with',
    '.BR \\-\\-plain ,',
    'it runs in line mode.',
    'While it is open on a home, commands go through it;',
    'otherwise they open the home themselves.',
  ]),
];

const home = [
  'The home is the folder in',
  '.BR \\-\\-home ,',
  'else in',
  '.BR CRYPTOCHAT_HOME ,',
  'else the data folder of your system.',
];

const exits = [
  ['0', 'done'],
  ['1', 'the command failed; the hint says what to do'],
  ['2', 'the command line is wrong'],
  ['69', 'the other person is unreachable: the message is queued, or the link still works'],
  ['70', 'a bug'],
  ['75', 'try again: the home is busy, or the disk is full'],
  ['77', 'locked: a passphrase is needed, or it was wrong'],
] as const;

const environment = [
  ['CRYPTOCHAT_HOME', 'the home, without --home'],
  ['VISUAL, EDITOR', 'the editor for drafts'],
  ['NO_COLOR', 'if not empty, turns colours off'],
] as const;

const files = [
  ['config.toml', 'the settings'],
  ['keys/', 'your identity, contacts and messages, encrypted; only you can read them'],
  ['inbox/', 'messages that are not opened yet'],
] as const;

function section(title: string, lines: readonly string[]): readonly string[] {
  return [`.SH ${title}`, ...lines];
}

/** A hanging paragraph: `tag` in bold, and what it means. */
function entry(tag: string, means: string): readonly string[] {
  return ['.TP', `.B ${quoted(tag.trim())}`, ...sentence(means)];
}

function entryOf([tag, means]: readonly [string, string]): readonly string[] {
  return entry(tag, means);
}

function slashLines({ name, wants, help }: { readonly name: string } & SlashCommand): readonly string[] {
  return entry(`/${name} ${wants}`, help);
}

function commandLines([name, { usage, help = '', flags: own }]: readonly [string, Entry]): readonly string[] {
  const taken = own.map((flag) => `${spell(flag)} ${flags[flag].value}`.trim());
  return [
    ...entry(`${name} ${usage}`, help),
    ...(taken.length > 0 ? ['.br', ...sentence(taken.join(', '))] : []),
  ];
}

function flagLines(name: FlagName): readonly string[] {
  const takers = namedCommands.filter(([, { flags: own }]) => own.includes(name)).map(([taker]) => taker);
  const where = everywhere.includes(name) ? '' : ` (${takers.join(', ')})`;
  return entry(`${spell(name)} ${flags[name].value}`, `${flags[name].help}${where}`);
}

function lineOnly() {
  const known = new Set(screenCommands.map(({ name }) => name));
  return lineCommands.filter(({ name }) => !known.has(name));
}

function keyLines(where: Where): readonly string[] {
  return bindingsIn(keyMapOf(keymap), where).flatMap(({ keys, help }) =>
    entry(keys.map(keyLabel).join(', '), help),
  );
}

function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', '\\(dq')}"`;
}

/** Wraps to lines of at most 78 characters; no line starts with a dot or an apostrophe, which are roff requests. */
function sentence(text: string): readonly string[] {
  const lines = escaped(text).match(/.{1,76}(?= |$)/gu) ?? [];
  return lines.map((line) => line.trim().replace(/^(?=[.'])/u, '\\&'));
}

const names: Readonly<Record<string, string>> = {
  '…': '...',
  '↑': 'Up',
  '↓': 'Down',
  '←': 'Left',
  '→': 'Right',
};

function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(
      /[^\x20-\x7e]/gu,
      (sign) =>
        names[sign] ?? `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
