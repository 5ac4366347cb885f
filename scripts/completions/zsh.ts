import {
  completableCommands,
  type CompletableCommand,
  completableEverywhere,
  type CompletableFlag,
  type Offer,
} from './completable.ts';

/** The completions of zsh: `compadd` quotes what others called themselves. */
export function zshCompletions(): string {
  return `#compdef cryptochat
# zsh completion for cryptochat, made from its tables: cryptochat completions zsh

# The contacts; none, and no question, when the home is locked.
_cryptochat_names() {
  local -a names home
  local at=\${cryptochat_line[(i)--home]}
  (( at < \${#cryptochat_line} )) && home=(--home \${\${(Q)cryptochat_line[at + 1]}/#\\~/$HOME})
  names=(\${(f)"$(command cryptochat contact-names $home </dev/null 2>/dev/null)"})
  compadd -a names
}

_cryptochat() {
  local -a cryptochat_line=("\${words[@]}") commands everywhere
  local context state line curcontext=$curcontext
  typeset -A opt_args
  commands=(
${completableCommands.map(({ name, help }) => `    ${quoted(`${name}:${help}`)}`).join('\n')}
  )
  everywhere=(
${completableEverywhere.map((flag) => `    ${flagSpec(flag)}`).join('\n')}
  )
  _arguments -C $everywhere '1: :->command' '*:: :->words'
  case $state in
    command) _describe -t commands command commands ;;
    words)
      case $line[1] in
${completableCommands.map(commandCase).join('\n')}
      esac ;;
  esac
}

# Sourced, it registers itself; from a folder of $fpath it is called.
if [[ $funcstack[1] == _cryptochat ]]; then
  _cryptochat "$@"
else
  compdef _cryptochat cryptochat
fi
`;
}

function commandCase({ name, flags, words }: CompletableCommand): string {
  const own = flags.map(flagSpec);
  const places = words.map((offer, at) => quoted(`${at + 1}: :${action(offer)}`));
  return `        ${name}) _arguments ${['$everywhere', ...own, ...places].join(' ')} ;;`;
}

function flagSpec({ spelling, help, value }: CompletableFlag): string {
  const about = `${spelling}[${escaped(help)}]`;
  return quoted(value ? `${about}:${escaped(value.name)}:${action(value.offer)}` : about);
}

function action(offer: Offer): string {
  if (offer === 'nothing') return '';
  if (offer === 'contacts') return '_cryptochat_names';
  if (offer === 'folders') return '_files -/';
  return offer === 'files' ? '_files' : `(${offer.join(' ')})`;
}

function escaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/gu, '\\$&');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
