import {
  completableCommands,
  completableEverywhere,
  type CompletableFlag,
  flagsWithValue,
  type Offer,
} from './completable.ts';

/** The completions of fish, which takes each line of a command for one word as it is. */
export function fishCompletions(): string {
  return `# fish completion for cryptochat, made from its tables: cryptochat completions fish

# The contacts; none, and no question, when the home is locked.
function __cryptochat_names
    set -l home
    set -l words (commandline -opc)
    if set -l at (contains -i -- --home $words)
        set home --home $words[(math $at + 1)]
    end
    command cryptochat contact-names $home </dev/null 2>/dev/null
end

# Whether this is word PLACE (0: the first) behind COMMAND, or without PLACE any word; COMMAND '' is none yet.
function __cryptochat_at --argument-names command place
    set -l words (commandline -opc)
    set -e words[1]
    set -l found
    while set -q words[1]
        switch $words[1]
            case ${flagsWithValue.join(' ')}
                set -e words[1]
            case '-*'
            case '*'
                set -a found $words[1]
        end
        set -e words[1]
    end
    test "$found[1]" = "$command"; or return 1
    test -z "$place"; or test (count $found) -eq (math $place + 1)
end

complete -c cryptochat -f
${completableEverywhere.map((flag) => flagLine(flag, '')).join('\n')}
${completableCommands.map(({ name, help }) => `complete -c cryptochat -n ${quoted("__cryptochat_at ''")} -a ${name} -d ${quoted(help)}`).join('\n')}
${completableCommands.flatMap(({ name, flags, words }) => [...flags.map((flag) => flagLine(flag, `__cryptochat_at ${name}`)), ...words.flatMap((offer, at) => wordLine(offer, `__cryptochat_at ${name} ${at}`))]).join('\n')}
`;
}

function flagLine({ spelling, help, value }: CompletableFlag, when: string): string {
  const condition = when === '' ? '' : ` -n ${quoted(when)}`;
  const taken = value ? ` -r${offered(value.offer)}` : '';
  return `complete -c cryptochat${condition} -l ${spelling.slice(2)}${taken} -d ${quoted(help)}`;
}

function wordLine(offer: Offer, when: string): string[] {
  return offer === 'nothing' ? [] : [`complete -c cryptochat -n ${quoted(when)}${offered(offer)}`];
}

/** Files are offered nowhere but where they are asked for. */
function offered(offer: Offer): string {
  if (offer === 'nothing') return ' -f';
  if (offer === 'files') return ' -F';
  if (offer === 'folders') return ` -f -a ${quoted('(__fish_complete_directories)')}`;
  return ` -f -a ${quoted(offer === 'contacts' ? '(__cryptochat_names)' : offer.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/gu, '\\$&')}'`;
}
