import {
  completableCommands,
  completableEverywhere,
  type CompletableFlag,
  flagsWithValue,
  type Offer,
} from './completable.ts';

/**
 * The completions of bash. Other people chose the names of contacts: they are compared as text and quoted, and never handed to `compgen
 * -W`, which would run a `$(…)` in it.
 */
export function bashCompletions(): string {
  return `${asking}${completing()}complete -F _cryptochat cryptochat
`;
}

const asking = `# bash completion for cryptochat, made from its tables: cryptochat completions bash

# The contacts, one a line; nothing, and no question, when the home is locked.
_cryptochat_names() {
  local i name typed=\${1//\\\\/}
  local -a home=()
  for ((i = 1; i < COMP_CWORD - 1; i++)); do
    [[ \${COMP_WORDS[i]} == --home ]] && home=(--home "\${COMP_WORDS[i + 1]/#\\~/$HOME}")
  done
  while IFS= read -r name; do
    [[ $name == "$typed"* ]] && COMPREPLY+=("$(printf %q "$name")")
  done < <(command "\${COMP_WORDS[0]/#\\~/$HOME}" contact-names \${home[@]+"\${home[@]}"} </dev/null 2>/dev/null)
}

_cryptochat_words() {
  local word
  for word in "\${@:2}"; do
    [[ $word == "$1"* ]] && COMPREPLY+=("$word")
  done
}

_cryptochat_files() {
  compopt -o default 2>/dev/null
}

`;

function completing(): string {
  return `_cryptochat() {
  local cur=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command='' place=0 i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${flagsWithValue.join(' | ')}) i=$((i + 1)) ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=\${COMP_WORDS[i]}; else place=$((place + 1)); fi ;;
    esac
  done
  case $previous in
${valueCases()}
  esac
  if [[ $cur == -* ]]; then
    case $command in
${flagCases()}
    esac
    _cryptochat_words "$cur" ${spellings(completableEverywhere)}
    return
  fi
  if [[ -z $command ]]; then
    _cryptochat_words "$cur" ${completableCommands.map(({ name }) => name).join(' ')}
    return
  fi
  case $command:$place in
${wordCases()}
  esac
}

`;
}

function spellings(flags: readonly CompletableFlag[]): string {
  return flags.map(({ spelling }) => spelling).join(' ');
}

function flagCases(): string {
  return completableCommands
    .filter(({ flags }) => flags.length > 0)
    .map(({ name, flags }) => `      ${name}) _cryptochat_words "$cur" ${spellings(flags)} ;;`)
    .join('\n');
}

function valueCases(): string {
  const flags = [...completableEverywhere, ...completableCommands.flatMap((command) => command.flags)];
  const offers = new Map(flags.flatMap(({ spelling, value }) => (value ? [[spelling, value.offer]] : [])));
  const silent = [...offers].filter(([, offer]) => offer === 'nothing').map(([spelling]) => spelling);
  return [
    ...[...offers].flatMap(([spelling, offer]) =>
      offer === 'nothing' ? [] : [`    ${spelling}) ${answer(offer)}; return ;;`],
    ),
    `    ${silent.join(' | ')}) return ;;`,
  ].join('\n');
}

function wordCases(): string {
  return completableCommands
    .flatMap(({ name, words }) =>
      words.map((offer, at) => (offer === 'nothing' ? '' : `    ${name}:${at}) ${answer(offer)} ;;`)),
    )
    .filter(Boolean)
    .join('\n');
}

function answer(offer: Exclude<Offer, 'nothing'>): string {
  if (offer === 'contacts') return '_cryptochat_names "$cur"';
  if (offer === 'files' || offer === 'folders') return '_cryptochat_files';
  return `_cryptochat_words "$cur" ${offer.join(' ')}`;
}
