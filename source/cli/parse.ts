import { ChatError } from '../core/errors.ts';
import { nearestName } from '../core/names.ts';
import { printableLine } from '../core/printable.ts';
import { everywhere, flags, spell, type FlagName, type Flags } from '../commands/flags.ts';
import { commandNamed, messenger, namedCommands, type Entry } from './table.ts';

/** The result of an argument parser: words in order, flags by their names in camelCase. */
type Parsed = { readonly input: readonly string[]; readonly flags: Readonly<Record<string, unknown>> };

/** A command line that makes sense. */
type CommandLine = {
  /** Absent for the messenger. */
  readonly name: string | undefined;
  readonly entry: Entry;
  readonly words: readonly string[];
  readonly flags: Flags;
};

type FlagType = { readonly type: 'string' | 'number' | 'boolean'; readonly shortFlag?: 'h' };

/** The flags in the form for an argument parser: their types, by name. */
export const flagTypes: Readonly<Record<FlagName, FlagType>> = {
  ...(Object.fromEntries(Object.entries(flags).map(([name, { type }]) => [name, { type }])) as Record<
    FlagName,
    FlagType
  >),
  help: { type: 'boolean', shortFlag: 'h' },
};

/** The words of a command line in which `-`, which stands for standard input or output, belongs to the flag before it. */
export function withDashes(argv: readonly string[]): readonly string[] {
  const isValue = (word: string, at: number): boolean => {
    const flag = Object.keys(flags).find((name) => spell(name) === argv[at - 1]);
    return word === '-' && flag !== undefined && flags[flag as FlagName].type === 'string';
  };
  const joined = argv.map((word, at) => (isValue(argv[at + 1] ?? '', at + 1) ? `${word}=-` : word));
  return joined.filter((_, at) => !isValue(argv[at] ?? '', at));
}

/** Parses a command line and checks it against the table; throws ChatError usage with the nearest name for an unknown one. */
export function checkCommandLine(parse: () => Parsed): CommandLine {
  const parsed = parseOnce(parse);
  if (parsed.flags['passphrase'] === true) {
    throw new ChatError('usage', 'a passphrase is never given on the command line; use --passphrase-fd N');
  }
  const [first, ...rest] = parsed.input;
  // A link instead of a command: the messenger, which joins with it.
  const isLink = first !== undefined && /^\s*<?cryptochat:/iu.test(first);
  const [name, words] = isLink ? [undefined, parsed.input] : [first, rest];
  const entry = name === undefined ? messenger : commandNamed(name);
  if (!entry) {
    const names = namedCommands.map(([known]) => known);
    throw usage(`there is no command ${shown(name)}`, nearestName(name ?? '', names));
  }
  const allowed = [...everywhere, ...entry.flags];
  const given = checkFlags(parsed.flags, allowed, name);
  if (!given.help && !given.version) checkWords(words, entry, name);
  if (name === 'help') checkTopic(words[0]);
  return { name, entry, words, flags: given };
}

/** Among the mistakes that a person can make, the parser itself knows only a flag that was given twice. */
function parseOnce(parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    const [, name] = /--(\w+) can only be set once/u.exec(String(error)) ?? [];
    throw name === undefined ? error : new ChatError('usage', `${spell(name)} can be given only once`);
  }
}

/** Throws ChatError usage for a topic that `help` does not know. */
function checkTopic(topic: string | undefined): void {
  const topics = ['limits', ...namedCommands.map(([known]) => known)];
  if (topic === undefined || topics.includes(topic)) return;
  throw usage(`there is no help for ${shown(topic)}`, nearestName(topic, topics));
}

function checkFlags(
  given: Parsed['flags'],
  allowed: readonly FlagName[],
  command: string | undefined,
): Flags {
  for (const [name, value] of Object.entries(given)) {
    if (!isFlag(name)) throw unknownFlag(name, allowed, command);
    if (!allowed.includes(name)) {
      throw usage(`${spell(name)} is not a flag of ${command ?? 'the messenger'}`, null);
    }
    checkValue(name, value);
  }
  return given;
}

function unknownFlag(name: string, allowed: readonly FlagName[], command: string | undefined): ChatError {
  const nearest = nearestName(name, allowed);
  const written = shown(name.length === 1 ? `-${name}` : spell(name));
  const dashes = command === 'send' && nearest === null ? '; put -- before a text that starts with -' : '';
  return usage(`there is no flag ${written}${dashes}`, nearest && spell(nearest));
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(flags, name);
}

function checkValue(name: FlagName, value: unknown): void {
  const { type, value: placeholder } = flags[name];
  if (typeof value !== type || value === '')
    throw new ChatError('usage', `${spell(name)} needs ${placeholder}`);
  if (type === 'number' && !(Number.isSafeInteger(value) && Number(value) >= 0)) {
    throw new ChatError('usage', `${spell(name)} needs a whole number`);
  }
}

function checkWords(words: readonly string[], entry: Entry, name: string | undefined): void {
  const [least, most] = entry.words;
  const form = `cryptochat ${name ?? ''} ${entry.usage}`.trimEnd();
  if (words.length < least) throw new ChatError('usage', `something is missing: ${form}`);
  if (words.length > most) throw new ChatError('usage', `unexpected ${shown(words[most])}: ${form}`);
}

function usage(text: string, nearest: string | null): ChatError {
  return new ChatError('usage', nearest === null ? text : `${text}, did you mean ${nearest}`);
}

function shown(word: string | undefined): string {
  return printableLine(word ?? '', 40);
}
