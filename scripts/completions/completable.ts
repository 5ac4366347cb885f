import { everywhere, flags, spell, type FlagName } from '../../source/commands/flags.ts';
import { namedCommands } from '../../source/cli/table.ts';

/** The kind of completions for one word: contacts, files, folders, some fixed words, or nothing. */
export type Offer = 'contacts' | 'files' | 'folders' | 'nothing' | readonly string[];

/** A flag as a shell sees it; `value` is null for one that takes none. */
export type CompletableFlag = {
  readonly spelling: string;
  readonly help: string;
  readonly value: { readonly name: string; readonly offer: Offer } | null;
};

/** A command as a shell sees it: its flags without those of every command, and what each word behind it may be. */
export type CompletableCommand = {
  readonly name: string;
  readonly help: string;
  readonly flags: readonly CompletableFlag[];
  readonly words: readonly Offer[];
};

const offers: Readonly<Record<string, Offer>> = { DIR: 'folders', STATE: ['sent', 'delivered'] };

/** The flags that every command takes. */
export const completableEverywhere: readonly CompletableFlag[] = everywhere.map(flagOf);

/** Every command that people call, in the order of the help. */
export const completableCommands: readonly CompletableCommand[] = namedCommands.map(([name, entry]) => ({
  name,
  help: entry.help ?? '',
  flags: entry.flags.map(flagOf),
  words: entry.words[1] === 0 ? [] : entry.usage.split(' ').map(offerOf),
}));

/** The spellings of all flags that take a value. */
export const flagsWithValue: readonly string[] = (Object.keys(flags) as FlagName[])
  .filter((name) => flags[name].value !== '')
  .map(spell);

function flagOf(name: FlagName): CompletableFlag {
  const { value, help } = flags[name];
  const taken = value === '' ? null : { name: value, offer: offers[value] ?? 'nothing' };
  return { spelling: spell(name), help, value: taken };
}

/** `[CONTACT]`, `FILE`, `bash/zsh/fish`: small letters are meant as they stand. */
function offerOf(word: string): Offer {
  const bare = word.replaceAll(/[[\]…]/gu, '');
  if (bare === 'CONTACT') return 'contacts';
  if (bare === 'FILE') return 'files';
  return /^[a-z/]+$/u.test(bare) ? bare.split('/') : 'nothing';
}
