# bash completion for cryptochat, made from its tables: cryptochat completions bash

# The contacts, one a line; nothing, and no question, when the home is locked.
_cryptochat_names() {
  local i name typed=${1//\\/}
  local -a home=()
  for ((i = 1; i < COMP_CWORD - 1; i++)); do
    [[ ${COMP_WORDS[i]} == --home ]] && home=(--home "${COMP_WORDS[i + 1]/#\~/$HOME}")
  done
  while IFS= read -r name; do
    [[ $name == "$typed"* ]] && COMPREPLY+=("$(printf %q "$name")")
  done < <(command "${COMP_WORDS[0]/#\~/$HOME}" contact-names ${home[@]+"${home[@]}"} </dev/null 2>/dev/null)
}

_cryptochat_words() {
  local word
  for word in "${@:2}"; do
    [[ $word == "$1"* ]] && COMPREPLY+=("$word")
  done
}

_cryptochat_files() {
  compopt -o default 2>/dev/null
}

_cryptochat() {
  local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' place=0 i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --home | --passphrase-fd | --name | --listen | --address | --pouch | --as | --wait | --timeout | --last | --for | --bytes | --boxes | --end | --leave) i=$((i + 1)) ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=${COMP_WORDS[i]}; else place=$((place + 1)); fi ;;
    esac
  done
  case $previous in
    --home) _cryptochat_files; return ;;
    --wait) _cryptochat_words "$cur" sent delivered; return ;;
    --passphrase-fd | --name | --listen | --address | --pouch | --as | --timeout | --last | --leave | --bytes | --boxes | --end | --for) return ;;
  esac
  if [[ $cur == -* ]]; then
    case $command in
      init) _cryptochat_words "$cur" --name --listen --address --no-passphrase ;;
      invite) _cryptochat_words "$cur" --address --card --new --withdraw --withdraw-all --list --json --pouch ;;
      join) _cryptochat_words "$cur" --as --pouch ;;
      send) _cryptochat_words "$cur" --wait --timeout ;;
      read) _cryptochat_words "$cur" --json --follow --last --peek ;;
      search) _cryptochat_words "$cur" --json --last ;;
      contacts) _cryptochat_words "$cur" --json ;;
      status) _cryptochat_words "$cur" --json ;;
      keys) _cryptochat_words "$cur" --json ;;
      wire) _cryptochat_words "$cur" --json ;;
      doctor) _cryptochat_words "$cur" --json ;;
      box) _cryptochat_words "$cur" --list --leave --json ;;
      host) _cryptochat_words "$cur" --listen --address --stop ;;
      lend) _cryptochat_words "$cur" --bytes --boxes --list --end --json ;;
      forget) _cryptochat_words "$cur" --yes ;;
      rotate) _cryptochat_words "$cur" --yes ;;
      revoke) _cryptochat_words "$cur" --yes ;;
      restore) _cryptochat_words "$cur" --listen --address --no-passphrase ;;
      passphrase) _cryptochat_words "$cur" --no-passphrase ;;
      sync) _cryptochat_words "$cur" --for ;;
      listen) _cryptochat_words "$cur" --stop ;;
    esac
    _cryptochat_words "$cur" --home --passphrase-fd --help --version --plain
    return
  fi
  if [[ -z $command ]]; then
    _cryptochat_words "$cur" init invite join accept decline send read search contacts status keys wire doctor box host lend verify rename block unblock forget rotate revoke backup restore passphrase pack unpack retry sync listen demo completions help
    return
  fi
  case $command:$place in
    accept:0) _cryptochat_names "$cur" ;;
    decline:0) _cryptochat_names "$cur" ;;
    send:0) _cryptochat_names "$cur" ;;
    read:0) _cryptochat_names "$cur" ;;
    search:1) _cryptochat_names "$cur" ;;
    keys:0) _cryptochat_words "$cur" export import ;;
    keys:1) _cryptochat_files ;;
    verify:0) _cryptochat_names "$cur" ;;
    rename:0) _cryptochat_names "$cur" ;;
    block:0) _cryptochat_names "$cur" ;;
    unblock:0) _cryptochat_names "$cur" ;;
    forget:0) _cryptochat_names "$cur" ;;
    backup:0) _cryptochat_files ;;
    restore:0) _cryptochat_files ;;
    pack:0) _cryptochat_names "$cur" ;;
    pack:1) _cryptochat_files ;;
    unpack:0) _cryptochat_files ;;
    completions:0) _cryptochat_words "$cur" bash zsh fish ;;
  esac
}

complete -F _cryptochat cryptochat
