/** The parts of a failure: one lower-case line, one hint, and the exit code of the command that ends with it. */
export type Failure = {
  readonly text: (detail: string) => string;
  readonly hint: string;
  readonly exit: number;
};

/** The exit codes of failures; the codes of other endings are in cli/run.ts. */
export const exits = { usage: 2, operating: 1, peerAway: 69, tryAgain: 75, locked: 77 } as const;

const { usage, operating, peerAway, tryAgain, locked } = exits;

/** Every failure a person can act on; a text never contains anything by a peer that did not pass printable(). */
export const failures = {
  usage: { text: (detail) => detail, hint: 'cryptochat --help lists the commands', exit: usage },
  'peer-unasked': {
    text: (why) => `you cannot reach the address in this link from here: ${why}`,
    hint: 'if you got a file with it: cryptochat join LINK --pouch FILE; otherwise ask for a link with a public address',
    exit: peerAway,
  },
  'proxy-failed': {
    text: (why) => why,
    hint: 'the link still works; cryptochat doctor checks your proxy or Tor; cryptochat never bypasses it while it is in config.toml',
    exit: peerAway,
  },
  'peer-foreign': {
    text: (address) => `another program answers at ${address}`,
    hint: 'the link still works; try again from another network, or ask whether their address has changed',
    exit: peerAway,
  },
  'link-malformed': {
    text: () => 'this link is damaged or was cut short',
    hint: 'copy the whole link: it starts with cryptochat: and ends with an address; quote it if it spans several lines',
    exit: usage,
  },
  'link-foreign': {
    text: () => 'this is not a cryptochat link',
    hint: 'a link starts with cryptochat: and ends with an address; the other person makes one with cryptochat invite',
    exit: usage,
  },
  'link-changed': {
    text: () => 'this link was altered: a letter or the address is wrong',
    hint: 'copy the whole link again; it works only with the address it was made for',
    exit: usage,
  },
  'link-version': {
    text: () => 'this link is for another version of cryptochat',
    hint: 'you both need the same version; update, then ask for a new link',
    exit: operating,
  },
  'link-own': {
    text: () => 'this is your own link',
    hint: 'send it to the other person; they join with it',
    exit: operating,
  },
  'link-known': {
    text: (name) => `${name} is already a contact, and this link was used or has expired`,
    hint: 'write to them; if nothing arrives, ask for a new link',
    exit: operating,
  },
  'link-old': {
    text: (name) => `${name} has rotated the key in this link`,
    hint: 'write to them as before; if nothing arrives, ask for a new link',
    exit: operating,
  },
  'link-blocked': {
    text: (name) => `you have blocked ${name}, who made this link`,
    hint: 'unblock them first: cryptochat unblock CONTACT; then join',
    exit: operating,
  },
  'link-used': {
    text: () => 'this link was already used or has expired',
    hint: 'each link works once; ask for a new one, or if you got a file with it: cryptochat join LINK --pouch FILE',
    exit: operating,
  },
  'link-unknown': {
    text: (address) => `${address} answered that it does not know this link`,
    hint: 'the link was withdrawn or has expired, or another program answers there now; ask for a new link, and whether their address has changed',
    exit: operating,
  },
  'link-forged': {
    text: () => 'the answer to this link did not come from the person who made it',
    hint: 'someone may be tampering with your connection; ask for a new link over another channel',
    exit: operating,
  },
  'invites-many': {
    text: () => 'you already have 100 open invite links',
    hint: 'wait until some are used; links expire after 14 days; cryptochat invite --withdraw-all withdraws all of them',
    exit: operating,
  },
  'contact-asks': {
    text: (name) => `${name} wants to be your contact`,
    hint: 'accept first: cryptochat accept CONTACT; or decline: cryptochat decline CONTACT',
    exit: operating,
  },
  'request-none': {
    text: (name) => `there is no contact request from ${name}`,
    hint: 'cryptochat contacts lists open requests',
    exit: operating,
  },
  'request-old': {
    text: (name) => `the request from ${name} is too old: it was made for a key that you have since rotated`,
    hint: 'decline it, and send them a new link',
    exit: operating,
  },
  'peer-unreachable': {
    text: (where) => `could not reach ${where}`,
    hint: 'the link still works; join again when their cryptochat is running',
    exit: peerAway,
  },
  'pouch-empty': {
    text: (name) => `nothing is queued for ${name}`,
    hint: 'write something first; delivered messages are not packed again',
    exit: operating,
  },
  'pouch-bad': {
    text: (what) => `${what} is not a pouch, or it was damaged on the way`,
    hint: 'nothing was unpacked; ask for a fresh copy',
    exit: operating,
  },
  'pouch-foreign': {
    text: (what) => `${what} is not for this home`,
    hint: 'it was packed for someone else, or for a link or address of yours that no longer works',
    exit: operating,
  },
  'pouch-full': {
    text: (name) => `${name} does not fit: too many messages are waiting to be received`,
    hint: 'open cryptochat or run cryptochat sync, then unpack it again',
    exit: operating,
  },
  'pouch-half': {
    text: (name) => `the disk filled up: only part of ${name} was unpacked`,
    hint: 'free some space and unpack it again: nothing arrives twice',
    exit: operating,
  },
  'pouch-link': {
    text: (name) => `${name} belongs to an invite link`,
    hint: 'cryptochat join LINK --pouch FILE',
    exit: usage,
  },
  'pouch-letters': {
    text: (name) => `${name} holds messages and does not belong to a link`,
    hint: 'cryptochat unpack FILE',
    exit: usage,
  },
  'pouch-other': {
    text: () => 'this pouch belongs to another link',
    hint: 'use the file that was made together with this link: cryptochat invite --pouch FILE',
    exit: operating,
  },
  'peer-elsewhere': {
    text: (name) => `another program answers at the address of ${name}; the message is queued`,
    hint: 'it is sent automatically while cryptochat or its listener runs; ask whether their address has changed',
    exit: peerAway,
  },
  'peer-proxy': {
    text: (name) => `your proxy or Tor does not connect to ${name}; the message is queued`,
    hint: 'cryptochat doctor shows what is wrong; cryptochat never bypasses the proxy while it is in config.toml',
    exit: peerAway,
  },
  'peer-by-hand': {
    text: (name) => `${name} has no address; the message is queued`,
    hint: 'carry it by hand: cryptochat pack CONTACT FILE',
    exit: peerAway,
  },
  'peer-unknown': {
    text: (name) => `the address of ${name} answered that it does not know you; the message is queued`,
    hint: 'they may have blocked or forgotten you, or another program answers there; ask for a new link',
    exit: peerAway,
  },
  'peer-asked': {
    text: (name) => `${name} has not accepted you yet; the message is queued`,
    hint: 'it is sent automatically when they do',
    exit: peerAway,
  },
  'peer-away': {
    text: (name) => `${name} is unreachable; the message is queued`,
    hint: 'it is sent automatically while cryptochat or its listener runs',
    exit: peerAway,
  },
  'peer-kept': {
    text: (name) => `${name} has not fetched the message from their mailbox yet`,
    hint: 'their listener fetches it when it runs; nothing else for you to do',
    exit: peerAway,
  },
  'peer-silent': {
    text: (name) => `the machine of ${name} has the message; their cryptochat has not opened it yet`,
    hint: 'their cryptochat opens it when it runs; nothing else for you to do',
    exit: peerAway,
  },
  'contact-unknown': {
    text: (detail) => detail,
    hint: 'cryptochat contacts lists your contacts',
    exit: operating,
  },
  'contact-frozen': {
    text: (detail) => detail,
    hint: 'ask them for a new link',
    exit: operating,
  },
  'name-taken': {
    text: (name) => `the name ${name} looks like one you already have`,
    hint: 'choose another name with --as',
    exit: operating,
  },
  'name-bad': {
    text: (detail) => detail,
    hint: 'use one line of 1 to 32 columns without control characters',
    exit: usage,
  },
  'address-none': {
    text: () => 'you have no address to put into a link',
    hint: 'set address in config.toml, or carry the invite by hand: cryptochat invite --pouch FILE',
    exit: usage,
  },
  'address-bad': {
    text: (address) => `${address} is not an address`,
    hint: 'write HOST:PORT, with an IPv6 host in brackets, like 192.168.1.20:8080 or [::1]:8080; give up to four, or https://HOST:PORT/WORD, or none',
    exit: usage,
  },
  'box-link-bad': {
    text: (why) => `this is not a mailbox link: ${why}`,
    hint: 'copy the whole link: it starts with cryptochat-box: and ends with the port number or a word',
    exit: usage,
  },
  'box-refused': {
    text: (why) => `the host refused you a mailbox: ${why}`,
    hint: 'ask the person who sent you the link for another one',
    exit: operating,
  },
  'box-unreachable': {
    text: (why) => `the host of this mailbox does not answer: ${why}`,
    hint: 'try the same link again later',
    exit: peerAway,
  },
  'box-unknown': {
    text: (place) => `you have no mailbox at ${place}`,
    hint: 'cryptochat box --list shows your mailboxes',
    exit: usage,
  },
  'lent-unknown': {
    text: (id) => `you have lent nothing called ${id}`,
    hint: 'cryptochat lend --list shows what you have lent',
    exit: usage,
  },
  'lend-nowhere': {
    text: () => 'nobody can reach your listener, so nobody could use a mailbox here',
    hint: 'set address in config.toml first',
    exit: operating,
  },
  'text-empty': {
    text: () => 'there is nothing to send',
    hint: 'give a text, or pipe one into standard input',
    exit: usage,
  },
  'text-long': {
    text: (bytes) => `this message is ${bytes} bytes long; the limit is 61440`,
    hint: 'send it in parts',
    exit: operating,
  },
  'message-unknown': {
    text: (id) => `there is no message ${id}`,
    hint: 'cryptochat read --json shows the ids',
    exit: operating,
  },
  'home-missing': {
    text: (home) => `there is no cryptochat home at ${home}`,
    hint: 'cryptochat init --name NAME makes one',
    exit: operating,
  },
  'home-exists': {
    text: (home) => `there is already a cryptochat home at ${home}`,
    hint: 'open it with cryptochat, or choose another with --home',
    exit: operating,
  },
  'home-open': {
    text: () => 'another cryptochat screen is open on this home',
    hint: 'use that one, or choose another home with --home',
    exit: tryAgain,
  },
  'home-busy': {
    text: () => 'another cryptochat command is using this home',
    hint: 'try again in a moment',
    exit: tryAgain,
  },
  'home-silent': {
    text: () => 'another cryptochat has this home open and does not answer',
    hint: 'resume it with fg or kill -CONT, or end it',
    exit: tryAgain,
  },
  'folder-open': {
    text: (folder) => `other users can read or change ${folder}`,
    hint: 'chmod 700 the folder, chmod 600 its files, and consider who could have read them',
    exit: operating,
  },
  'folder-owner': {
    text: (folder) => `${folder} belongs to another user`,
    hint: 'use a home of your own with --home',
    exit: operating,
  },
  'path-open': {
    text: (path) => `other users can write to ${path}`,
    hint: 'chmod go-w it and check what they could have changed, or choose another home with --home',
    exit: operating,
  },
  'path-pattern': {
    text: (path) => `${path} contains a *: Node would let the listener into every matching folder`,
    hint: 'rename that folder, or choose another home with --home',
    exit: operating,
  },
  'home-shape': {
    text: (detail) => detail,
    hint: 'move it away, then put back what belongs there: docs/MANUAL.md, "Files of a home"',
    exit: operating,
  },
  'home-unmakeable': {
    text: (why) => `cannot make a home there: ${why}`,
    hint: 'choose another place with --home DIR',
    exit: operating,
  },
  'home-nowhere': {
    text: () => 'HOME is empty or not an absolute path, so there is no place for a home',
    hint: 'set HOME, or choose a place with --home DIR or CRYPTOCHAT_HOME',
    exit: operating,
  },
  'inbox-replaced': {
    text: (path) => `${path} was removed or replaced while cryptochat was using it`,
    hint: 'put it back, or restart cryptochat to continue with what is there now',
    exit: tryAgain,
  },
  'home-replaced': {
    text: (path) => `${path} was removed or replaced while cryptochat was using it; nothing more is stored`,
    hint: 'put it back, or restart cryptochat to continue with what is there now',
    exit: tryAgain,
  },
  'path-long': {
    text: (path) => `the path ${path} is too long for a UNIX socket`,
    hint: 'choose a home with a shorter path',
    exit: operating,
  },
  'passphrase-needed': {
    text: () => 'this home is locked with a passphrase',
    hint: 'run it in a terminal, or give --passphrase-fd N',
    exit: locked,
  },
  'passphrase-wrong': {
    text: () => 'wrong passphrase',
    hint: 'try again; nothing was changed',
    exit: locked,
  },
  'passphrase-bad': {
    text: (detail) => detail,
    hint: 'choose another; nothing was changed',
    exit: usage,
  },
  'no-passphrase': {
    text: () => 'this home has no passphrase to lock it with',
    hint: 'cryptochat passphrase sets one',
    exit: operating,
  },
  'key-file-bad': {
    text: (detail) => `this key file cannot be imported: ${detail}`,
    hint: 'use an unchanged copy; cryptochat keys export FILE writes one',
    exit: operating,
  },
  'key-file-open': {
    text: () => 'this private key is not encrypted',
    hint: 'encrypt it with openssl pkcs8 -topk8 -scrypt -scrypt_p 5, and consider who could have read it',
    exit: operating,
  },
  'key-file-weak': {
    text: () => 'this private key is not encrypted strongly enough',
    hint: 'encrypt it again with openssl pkcs8 -topk8 -scrypt -scrypt_p 5',
    exit: operating,
  },
  'key-file-locked': {
    text: () => 'the passphrase does not open this key file',
    hint: 'try again, or use an unchanged copy of the file; nothing was changed',
    exit: locked,
  },
  'home-talks': {
    text: () => 'this home already has contacts under its own key',
    hint: 'import into a new home: cryptochat init --name NAME --home DIR',
    exit: operating,
  },
  'file-exists': {
    text: (path) => `${path} already exists`,
    hint: 'choose another name; cryptochat never overwrites a file',
    exit: operating,
  },
  'file-failed': {
    text: (detail) => detail,
    hint: 'check that the file or its folder exists and belongs to you',
    exit: operating,
  },
  'digits-bad': {
    text: (detail) => detail,
    hint: 'type all six groups of five that the other person reads to you',
    exit: usage,
  },
  'digits-own': {
    text: (name) => `these are your own digits, not those of ${name}`,
    hint: 'read yours out, and type the ones that you hear from them',
    exit: usage,
  },
  'digits-differ': {
    text: (name) => `THESE ARE NOT the digits of ${name}`,
    hint: 'someone may be intercepting your messages; verify again over another channel before you write anything that matters',
    exit: operating,
  },
  'compare-blocked': {
    text: (name) => `${name} is blocked; nothing was verified`,
    hint: 'unblock first, then verify',
    exit: operating,
  },
  'compare-requested': {
    text: (name) => `${name} is not your contact yet; nothing was verified`,
    hint: 'verify when you are contacts',
    exit: operating,
  },
  'compare-revoked': {
    text: (name) => `${name} has revoked this key; nothing was verified`,
    hint: 'ask for a new link over another channel',
    exit: operating,
  },
  'link-barred': {
    text: (key) => `you have blocked the maker of this link, key ${key}`,
    hint: 'to unblock them: cryptochat unblock, with that key',
    exit: operating,
  },
  'search-long': {
    text: (most) => `this search is too long; the limit is ${most} letters`,
    hint: 'search for a part of it',
    exit: usage,
  },
  'search-empty': {
    text: () => 'there is nothing to search for',
    hint: 'give a text to search for',
    exit: usage,
  },
  'backup-locked': {
    text: () => 'this is not a cryptochat backup, it is damaged, or the passphrase is wrong',
    hint: 'try again, or use another copy of the file',
    exit: locked,
  },
  'backup-damaged': {
    text: () => 'this backup is damaged; nothing was restored',
    hint: 'use another copy of the file, or an older backup',
    exit: operating,
  },
  'backup-newer': {
    text: () => 'this backup was made by a newer cryptochat',
    hint: 'update cryptochat',
    exit: operating,
  },
  'backup-place': {
    text: (folder) => `do not put the backup in ${folder}: it would be lost with it`,
    hint: 'choose a file on another disk',
    exit: operating,
  },
  'home-revoked': {
    text: () => 'you revoked the key of this home: you cannot send with it any more',
    hint: 'make a new home with --home DIR, and send your contacts new links',
    exit: operating,
  },
  'text-encoding': {
    text: (detail) => `${detail} is not text in the encoding of your locale`,
    hint: 'convert it, or set LC_ALL to a locale with its encoding',
    exit: usage,
  },
  'editor-missing': {
    text: () => 'no editor was found',
    hint: 'set $VISUAL or $EDITOR',
    exit: operating,
  },
  'editor-failed': {
    text: (detail) => `the editor ended with ${detail}`,
    hint: 'the draft is unchanged',
    exit: operating,
  },
  'draft-bad': {
    text: (detail) => detail,
    hint: 'the file is kept until the next start; the draft is unchanged',
    exit: operating,
  },
  'vault-damaged': {
    text: () => 'keys/vault.json is damaged',
    hint: 'restore it from a copy; the database cannot be opened without it',
    exit: operating,
  },
  'database-lost': {
    text: (keys) => `${keys} has the key to your history, but chat.db is missing`,
    hint: 'restore chat.db from a copy; to start over, first move vault.json and chat.db-wal out of that folder',
    exit: operating,
  },
  'database-damaged': {
    text: (detail) => `keys/chat.db cannot be read: ${detail}`,
    hint: 'restore it from a copy together with keys/vault.json',
    exit: operating,
  },
  'database-newer': {
    text: () => 'this home was written by a newer cryptochat',
    hint: 'update cryptochat',
    exit: operating,
  },
  'disk-full': {
    text: () => 'the disk is full; nothing was changed',
    hint: 'free some space and try again',
    exit: tryAgain,
  },
  'disk-read-only': {
    text: (home) => `the disk of ${home} is read-only`,
    hint: 'cryptochat read, contacts, search and status still work; everything else needs a writable disk',
    exit: tryAgain,
  },
  'disk-late': {
    text: (detail) => `this was done and saved, but some of the work that follows failed: ${detail}`,
    hint: 'do not repeat it; cryptochat catches up once the disk has room',
    exit: operating,
  },
  'disk-failed': {
    text: (detail) => `the disk cannot be read or written: ${detail}`,
    hint: 'check the disk, and who owns the files in the home',
    exit: tryAgain,
  },
  'output-lost': {
    text: (why) => `could not write to standard output: ${why}`,
    hint: 'the command was carried out, only its output is lost: check before you run it again',
    exit: operating,
  },
  'setting-bad': {
    text: (detail) => detail,
    hint: '/set lists all settings; docs/MANUAL.md explains them',
    exit: usage,
  },
  'notify-word': {
    text: () => 'a word to wait for has 1 to 64 letters',
    hint: 'for example /notify NAME word lunch',
    exit: usage,
  },
  'theme-bad': {
    text: (detail) => detail,
    hint: 'docs/MANUAL.md has a page about theme files; /theme reads them again',
    exit: operating,
  },
  'config-bad': { text: (detail) => detail, hint: 'correct config.toml in the home', exit: operating },
  'port-taken': {
    text: (port) => `another program uses port ${port}`,
    hint: 'stop that program, or choose another port: listen in config.toml, or init --listen',
    exit: operating,
  },
  'port-forbidden': {
    text: (port) => `you are not allowed to listen on port ${port}`,
    hint: 'choose a port above 1023: listen in config.toml, or init --listen',
    exit: operating,
  },
  'listen-nowhere': {
    text: (host) => `this machine has no address ${host} to listen on`,
    hint: 'correct listen in config.toml; [::]:PORT listens on every address of this machine',
    exit: operating,
  },
  deaf: {
    text: (why) => `nobody could use that link, because nobody can reach you: ${why}`,
    hint: 'no link was made; cryptochat doctor shows why',
    exit: operating,
  },
  'listener-failed': {
    text: (detail) => `the listener does not start: ${detail}`,
    hint: 'cryptochat listen runs it alone and shows its messages',
    exit: operating,
  },
  'tor-missing': {
    text: (command) => `Tor is not installed: ${command}`,
    hint: 'install it with that command, or set onion = false in config.toml',
    exit: operating,
  },
  'tor-failed': {
    text: (detail) => `Tor is not running: ${detail}`,
    hint: 'see onion/tor.log in the home; your own lines are in onion/torrc.more',
    exit: operating,
  },
  'control-lost': {
    text: () => 'the running messenger closed the connection',
    hint: 'try again',
    exit: tryAgain,
  },
} as const satisfies Record<string, Failure>;
