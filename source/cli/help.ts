import { everywhere, flags, spell, type FlagName } from '../commands/flags.ts';
import { commandNamed, namedCommands, type Entry } from './table.ts';

/** The help of the whole program, or of one command. */
export function helpText(name: string | undefined): string {
  const entry = name === undefined ? null : commandNamed(name);
  return entry && name !== undefined ? commandHelp(name, entry) : programHelp();
}

function programHelp(): string {
  const rows = namedCommands.map(
    ([name, entry]) => [`${name} ${entry.usage}`.trimEnd(), entry.help ?? ''] as const,
  );
  return [
    'cryptochat: a messenger for two people, end-to-end encrypted, with no server in between',
    '',
    'Usage',
    '  cryptochat                 open the messenger; the first run sets up',
    '  cryptochat LINK            open it and join with an invite link',
    '  cryptochat COMMAND …',
    '',
    'Commands',
    ...table(rows),
    '',
    'Flags of every command',
    ...flagTable(everywhere),
    '',
    'cryptochat COMMAND --help shows the flags of a command.',
    'cryptochat help limits lists what it cannot promise.',
    'Exit: 0 done, 1 error, 2 usage, 69 unreachable, 70 bug, 75 try again, 77 locked.',
  ].join('\n');
}

function commandHelp(name: string, entry: Entry): string {
  const own = entry.flags.length === 0 ? [] : ['Flags', ...flagTable(entry.flags), ''];
  const usage = ['cryptochat', name, entry.usage, entry.flags.length > 0 ? '[flags]' : ''];
  return [
    `cryptochat ${name}: ${entry.help ?? 'used by cryptochat itself'}`,
    '',
    'Usage',
    `  ${usage.filter(Boolean).join(' ')}`,
    '',
    ...own,
    'Flags of every command',
    ...flagTable(everywhere),
  ].join('\n');
}

function flagTable(names: readonly FlagName[]): string[] {
  return table(names.map((name) => [`${spell(name)} ${flags[name].value}`.trimEnd(), flags[name].help]));
}

function table(rows: ReadonlyArray<readonly [string, string]>): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
