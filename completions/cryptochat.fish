# fish completion for cryptochat, made from its tables: cryptochat completions fish

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
            case --home --passphrase-fd --name --listen --address --pouch --as --wait --timeout --last --for --bytes --boxes --end --leave
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
complete -c cryptochat -l home -r -f -a '(__fish_complete_directories)' -d 'the home: keys, messages, settings (else $CRYPTOCHAT_HOME)'
complete -c cryptochat -l passphrase-fd -r -f -d 'read passphrases from this file descriptor, one per line'
complete -c cryptochat -l help -d 'show this'
complete -c cryptochat -l version -d 'show the version'
complete -c cryptochat -l plain -d 'line mode: for screen readers, dumb terminals and pipes'
complete -c cryptochat -n '__cryptochat_at \'\'' -a init -d 'set up a home without the messenger'
complete -c cryptochat -n '__cryptochat_at \'\'' -a invite -d 'print an invite link or reusable link; in a terminal also a QR code'
complete -c cryptochat -n '__cryptochat_at \'\'' -a join -d 'add the person who made the link; the first run asks your name'
complete -c cryptochat -n '__cryptochat_at \'\'' -a accept -d 'accept someone who used your reusable link'
complete -c cryptochat -n '__cryptochat_at \'\'' -a decline -d 'decline someone who used your reusable link'
complete -c cryptochat -n '__cryptochat_at \'\'' -a send -d 'send TEXT, or standard input, as one message'
complete -c cryptochat -n '__cryptochat_at \'\'' -a read -d 'print messages'
complete -c cryptochat -n '__cryptochat_at \'\'' -a search -d 'print messages that contain TEXT, ignoring case and accents'
complete -c cryptochat -n '__cryptochat_at \'\'' -a contacts -d 'list contacts'
complete -c cryptochat -n '__cryptochat_at \'\'' -a status -d 'show who you are, whether you can receive, and what is queued'
complete -c cryptochat -n '__cryptochat_at \'\'' -a keys -d 'show your public key and whom you verified; move your private key'
complete -c cryptochat -n '__cryptochat_at \'\'' -a wire -d 'print what the network saw of a message: headers, bytes'
complete -c cryptochat -n '__cryptochat_at \'\'' -a doctor -d 'show why you can or cannot be reached; asks nobody but your proxy'
complete -c cryptochat -n '__cryptochat_at \'\'' -a box -d 'receive through a mailbox that someone lent you'
complete -c cryptochat -n '__cryptochat_at \'\'' -a host -d 'keep mailboxes for others, in a home without keys; runs until stopped'
complete -c cryptochat -n '__cryptochat_at \'\'' -a lend -d 'print a mailbox link: someone can receive through your listener'
complete -c cryptochat -n '__cryptochat_at \'\'' -a verify -d 'print the digits to read out; with DIGITS (or -) verify theirs'
complete -c cryptochat -n '__cryptochat_at \'\'' -a rename -d 'give a contact a name of your own; without NAME, restore theirs'
complete -c cryptochat -n '__cryptochat_at \'\'' -a block -d 'block a contact'
complete -c cryptochat -n '__cryptochat_at \'\'' -a unblock -d 'unblock a contact'
complete -c cryptochat -n '__cryptochat_at \'\'' -a forget -d 'delete a contact and your conversation'
complete -c cryptochat -n '__cryptochat_at \'\'' -a rotate -d 'make a new identity key, signed by the old one; contacts switch over'
complete -c cryptochat -n '__cryptochat_at \'\'' -a revoke -d 'revoke your identity key and tell every contact; cannot be undone'
complete -c cryptochat -n '__cryptochat_at \'\'' -a backup -d 'write your key, contacts and messages to a new encrypted file'
complete -c cryptochat -n '__cryptochat_at \'\'' -a restore -d 'restore a home from a backup'
complete -c cryptochat -n '__cryptochat_at \'\'' -a passphrase -d 'change, set or remove the passphrase of your home'
complete -c cryptochat -n '__cryptochat_at \'\'' -a pack -d 'write queued messages for a contact to a file, to carry by hand'
complete -c cryptochat -n '__cryptochat_at \'\'' -a unpack -d 'receive what someone packed for you'
complete -c cryptochat -n '__cryptochat_at \'\'' -a retry -d 'try to send queued messages now'
complete -c cryptochat -n '__cryptochat_at \'\'' -a sync -d 'receive, send what is queued, then exit'
complete -c cryptochat -n '__cryptochat_at \'\'' -a listen -d 'run only the listener, in the foreground; it holds no key'
complete -c cryptochat -n '__cryptochat_at \'\'' -a demo -d 'open the messenger with a second peer that answers you'
complete -c cryptochat -n '__cryptochat_at \'\'' -a completions -d 'print shell completions for commands, flags and contacts'
complete -c cryptochat -n '__cryptochat_at \'\'' -a help -d 'show how to use a command, or what cryptochat cannot promise'
complete -c cryptochat -n '__cryptochat_at init' -l name -r -f -d 'your name, as others see it'
complete -c cryptochat -n '__cryptochat_at init' -l listen -r -f -d 'address and port to listen on'
complete -c cryptochat -n '__cryptochat_at init' -l address -r -f -d 'your address for others, used in your links; or none'
complete -c cryptochat -n '__cryptochat_at init' -l no-passphrase -d 'set up without a passphrase, or remove it'
complete -c cryptochat -n '__cryptochat_at invite' -l address -r -f -d 'your address for others, used in your links; or none'
complete -c cryptochat -n '__cryptochat_at invite' -l card -d 'a reusable link; people who use it need your approval'
complete -c cryptochat -n '__cryptochat_at invite' -l new -d 'with --card: replace the reusable link'
complete -c cryptochat -n '__cryptochat_at invite' -l withdraw -d 'with --card: withdraw the reusable link'
complete -c cryptochat -n '__cryptochat_at invite' -l withdraw-all -d 'withdraw all open links, the reusable one too'
complete -c cryptochat -n '__cryptochat_at invite' -l list -d 'list open links, your mailboxes, or what you lent'
complete -c cryptochat -n '__cryptochat_at invite' -l json -d 'one JSON object per line, nothing else'
complete -c cryptochat -n '__cryptochat_at invite' -l pouch -r -f -d 'a file to carry by hand instead of using the network'
complete -c cryptochat -n '__cryptochat_at join' -l as -r -f -d 'your own name for the contact'
complete -c cryptochat -n '__cryptochat_at join' -l pouch -r -f -d 'a file to carry by hand instead of using the network'
complete -c cryptochat -n '__cryptochat_at accept 0' -f -a '(__cryptochat_names)'
complete -c cryptochat -n '__cryptochat_at decline 0' -f -a '(__cryptochat_names)'
complete -c cryptochat -n '__cryptochat_at send' -l wait -r -f -a 'sent delivered' -d 'wait until the message is "sent" or "delivered"; exit 69 if they are unreachable'
complete -c cryptochat -n '__cryptochat_at send' -l timeout -r -f -d 'how long to wait: 500ms, 30s, 5m (default 30s)'
complete -c cryptochat -n '__cryptochat_at send 0' -f -a '(__cryptochat_names)'
complete -c cryptochat -n '__cryptochat_at read' -l json -d 'one JSON object per line, nothing else'
complete -c cryptochat -n '__cryptochat_at read' -l follow -d 'keep printing what arrives, until interrupted'
complete -c cryptochat -n '__cryptochat_at read' -l last -r -f -d 'only the last N messages'
complete -c cryptochat -n '__cryptochat_at read' -l peek -d 'keep the printed messages unread'
complete -c cryptochat -n '__cryptochat_at read 0' -f -a '(__cryptochat_names)'
complete -c cryptochat -n '__cryptochat_at search' -l json -d 'one JSON object per line, nothing else'
complete -c cryptochat -n '__cryptochat_at search' -l last -r -f -d 'only the last N messages'
complete -c cryptochat -n '__cryptochat_at search 1' -f -a '(__cryptochat_names)'
complete -c cryptochat -n '__cryptochat_at contacts' -l json -d 'one JSON object per line, nothing else'
complete -c cryptochat -n '__cryptochat_at status' -l json -d 'one JSON object per line, nothing else'
complete -c cryptochat -n '__cryptochat_at keys' -l json -d 'one JSON object per line, nothing else'
complete -c cryptochat -n '__cryptochat_at keys 0' -f -a 'export import'
complete -c cryptochat -n '__cryptochat_at keys 1' -F
complete -c cryptochat -n '__cryptochat_at wire' -l json -d 'one JSON object per line, nothing else'
complete -c cryptochat -n '__cryptochat_at doctor' -l json -d 'one JSON object per line, nothing else'
complete -c cryptochat -n '__cryptochat_at box' -l list -d 'list open links, your mailboxes, or what you lent'
complete -c cryptochat -n '__cryptochat_at box' -l leave -r -f -d 'leave the mailbox at PLACE'
complete -c cryptochat -n '__cryptochat_at box' -l json -d 'one JSON object per line, nothing else'
complete -c cryptochat -n '__cryptochat_at host' -l listen -r -f -d 'address and port to listen on'
complete -c cryptochat -n '__cryptochat_at host' -l address -r -f -d 'your address for others, used in your links; or none'
complete -c cryptochat -n '__cryptochat_at host' -l stop -d 'stop the listener that runs in the background'
complete -c cryptochat -n '__cryptochat_at lend' -l bytes -r -f -d 'the room in each mailbox: 64M (default), 500K, 1G'
complete -c cryptochat -n '__cryptochat_at lend' -l boxes -r -f -d 'how many mailboxes the link makes (default 1)'
complete -c cryptochat -n '__cryptochat_at lend' -l list -d 'list open links, your mailboxes, or what you lent'
complete -c cryptochat -n '__cryptochat_at lend' -l end -r -f -d 'end a mailbox that you keep for someone, or an unused mailbox link'
complete -c cryptochat -n '__cryptochat_at lend' -l json -d 'one JSON object per line, nothing else'
complete -c cryptochat -n '__cryptochat_at verify 0' -f -a '(__cryptochat_names)'
complete -c cryptochat -n '__cryptochat_at rename 0' -f -a '(__cryptochat_names)'
complete -c cryptochat -n '__cryptochat_at block 0' -f -a '(__cryptochat_names)'
complete -c cryptochat -n '__cryptochat_at unblock 0' -f -a '(__cryptochat_names)'
complete -c cryptochat -n '__cryptochat_at forget' -l yes -d 'do not ask'
complete -c cryptochat -n '__cryptochat_at forget 0' -f -a '(__cryptochat_names)'
complete -c cryptochat -n '__cryptochat_at rotate' -l yes -d 'do not ask'
complete -c cryptochat -n '__cryptochat_at revoke' -l yes -d 'do not ask'
complete -c cryptochat -n '__cryptochat_at backup 0' -F
complete -c cryptochat -n '__cryptochat_at restore' -l listen -r -f -d 'address and port to listen on'
complete -c cryptochat -n '__cryptochat_at restore' -l address -r -f -d 'your address for others, used in your links; or none'
complete -c cryptochat -n '__cryptochat_at restore' -l no-passphrase -d 'set up without a passphrase, or remove it'
complete -c cryptochat -n '__cryptochat_at restore 0' -F
complete -c cryptochat -n '__cryptochat_at passphrase' -l no-passphrase -d 'set up without a passphrase, or remove it'
complete -c cryptochat -n '__cryptochat_at pack 0' -f -a '(__cryptochat_names)'
complete -c cryptochat -n '__cryptochat_at pack 1' -F
complete -c cryptochat -n '__cryptochat_at unpack 0' -F
complete -c cryptochat -n '__cryptochat_at sync' -l for -r -f -d 'keep going for this long: 10s, 5m'
complete -c cryptochat -n '__cryptochat_at listen' -l stop -d 'stop the listener that runs in the background'
complete -c cryptochat -n '__cryptochat_at completions 0' -f -a 'bash zsh fish'
