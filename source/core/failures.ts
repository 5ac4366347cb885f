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
    text: (why) => `this link cannot be asked from here: ${why}`,
    hint: 'if a file came with it: cryptochat join LINK --pouch FILE; else ask for a link with a number or a name of the internet',
    exit: peerAway,
  },
  'proxy-failed': {
    text: (why) => why,
    hint: 'the link stays good; cryptochat doctor looks at your proxy or Tor, and nothing goes around it while it is in config.toml',
    exit: peerAway,
  },
  'peer-foreign': {
    text: (address) => `something else answers at ${address}`,
    hint: 'the link stays good; try again from another network, or ask them whether their address has changed',
    exit: peerAway,
  },
  'link-malformed': {
    text: () => 'this link is damaged or was cut short',
    hint: 'copy the whole link again, from cryptochat: to its end; put quotation marks around one of several lines',
    exit: usage,
  },
  'link-foreign': {
    text: () => 'this is not a cryptochat link',
    hint: 'a link begins with cryptochat: and ends with an address; ask for one: cryptochat invite',
    exit: usage,
  },
  'link-changed': {
    text: () => 'a letter or the address of this link was changed',
    hint: 'copy the whole link again; it works only with the address that it was made with',
    exit: usage,
  },
  'link-version': {
    text: () => 'this link is for another version of cryptochat',
    hint: 'the two of you need the same version; ask for a new link after updating',
    exit: operating,
  },
  'link-own': {
    text: () => 'this is your own link',
    hint: 'give it to the other person; they join with it',
    exit: operating,
  },
  'link-known': {
    text: (name) => `you already have ${name}, and this link was used, or has expired`,
    hint: 'write to them; if nothing arrives, ask for a new link',
    exit: operating,
  },
  'link-old': {
    text: (name) => `this link names a key that ${name} has replaced`,
    hint: 'write to them as before; if nothing arrives, ask for a new link',
    exit: operating,
  },
  'link-blocked': {
    text: (name) => `this link is from ${name}, whom you have blocked`,
    hint: 'cryptochat unblock CONTACT lets them in again; then join',
    exit: operating,
  },
  'link-used': {
    text: () => 'this link was already used, or has expired',
    hint: 'each link works once; ask for a new one, or, if a file came with it: cryptochat join LINK --pouch FILE',
    exit: operating,
  },
  'link-unknown': {
    text: (address) => `what answers at ${address} does not know this link`,
    hint: 'it was withdrawn or has expired, or something else answers there now; ask them for a new link, and whether their address has changed',
    exit: operating,
  },
  'link-forged': {
    text: () => 'the answer to this link was not made by the person who made the link',
    hint: 'somebody on the way may be changing what you receive; ask for a new link another way',
    exit: operating,
  },
  'invites-many': {
    text: () => 'there are already 100 open links',
    hint: 'wait until some are used; a link ends after 14 days; cryptochat invite --withdraw-all ends all of them',
    exit: operating,
  },
  'contact-asks': {
    text: (name) => `${name} asks to be your contact`,
    hint: 'cryptochat accept CONTACT lets them in, cryptochat decline CONTACT forgets them; then you can write',
    exit: operating,
  },
  'request-none': {
    text: (name) => `${name} does not ask to be your contact`,
    hint: 'cryptochat contacts shows who asks',
    exit: operating,
  },
  'request-old': {
    text: (name) => `${name} asked before you changed your key, too long ago to be answered`,
    hint: 'decline it, and give them a new link',
    exit: operating,
  },
  'peer-unreachable': {
    text: (where) => `could not reach ${where}`,
    hint: 'the link stays good; join again when their cryptochat is running',
    exit: peerAway,
  },
  'pouch-empty': {
    text: (name) => `nothing waits for ${name}`,
    hint: 'write something first; what was packed before and has come is not packed again',
    exit: operating,
  },
  'pouch-bad': {
    text: (what) => `${what} is no pouch, or it was damaged on the way`,
    hint: 'nothing of it was taken in; have it packed and brought again',
    exit: operating,
  },
  'pouch-foreign': {
    text: (what) => `${what} is not for this home`,
    hint: 'it was packed for somebody else, or for a link or an address of yours that has ended',
    exit: operating,
  },
  'pouch-full': {
    text: (name) => `there is no room for all of ${name}: too much waits to be received`,
    hint: 'open cryptochat, or run cryptochat sync, and unpack it again',
    exit: operating,
  },
  'pouch-half': {
    text: (name) => `the disk became full: a part of ${name} was taken in`,
    hint: 'make room and unpack it again: nothing comes twice',
    exit: operating,
  },
  'pouch-link': {
    text: (name) => `${name} holds what belongs to a link`,
    hint: 'cryptochat join LINK --pouch FILE',
    exit: usage,
  },
  'pouch-letters': {
    text: (name) => `${name} holds messages, nothing that belongs to a link`,
    hint: 'cryptochat unpack FILE',
    exit: usage,
  },
  'pouch-other': {
    text: () => 'this pouch belongs to another link',
    hint: 'take the file that was made with this link: cryptochat invite --pouch FILE',
    exit: operating,
  },
  'peer-elsewhere': {
    text: (name) => `something else answers at the address of ${name}, the message is queued`,
    hint: 'it goes out while cryptochat or its listener runs; ask them whether their address has changed',
    exit: peerAway,
  },
  'peer-proxy': {
    text: (name) => `your proxy or Tor lets nothing through to ${name}, the message is queued`,
    hint: 'cryptochat doctor says what is wrong with the proxy; nothing goes around it while it is in config.toml',
    exit: peerAway,
  },
  'peer-by-hand': {
    text: (name) => `${name} has no address, the message is queued`,
    hint: 'carry it: cryptochat pack CONTACT FILE',
    exit: peerAway,
  },
  'peer-unknown': {
    text: (name) => `what answers at the address of ${name} does not know you, the message is queued`,
    hint: 'they may have blocked or forgotten you, or something else answers there; ask them for a new link',
    exit: peerAway,
  },
  'peer-asked': {
    text: (name) => `${name} has not accepted you yet, the message is queued`,
    hint: 'it goes out by itself when they do',
    exit: peerAway,
  },
  'peer-away': {
    text: (name) => `${name} is away, the message is queued`,
    hint: 'it goes out while cryptochat or its listener runs',
    exit: peerAway,
  },
  'peer-kept': {
    text: (name) => `the box of ${name} has the message, and ${name} has not fetched it yet`,
    hint: 'it is fetched when their listener runs; nothing else for you to do',
    exit: peerAway,
  },
  'peer-silent': {
    text: (name) => `${name} has the message on its disk and has not opened it yet`,
    hint: 'it is opened when their cryptochat runs; nothing more is to be done here',
    exit: peerAway,
  },
  'contact-unknown': {
    text: (detail) => detail,
    hint: 'cryptochat contacts lists them',
    exit: operating,
  },
  'contact-frozen': {
    text: (detail) => detail,
    hint: 'ask them for a new link',
    exit: operating,
  },
  'name-taken': {
    text: (name) => `the name ${name} looks like one you already have`,
    hint: 'choose another with --as',
    exit: operating,
  },
  'name-bad': {
    text: (detail) => detail,
    hint: 'one line, 1 to 32 columns, no control characters',
    exit: usage,
  },
  'address-none': {
    text: () => 'your home has no address that a link could carry',
    hint: 'set address in config.toml, or have it carried: cryptochat invite --pouch FILE',
    exit: usage,
  },
  'address-bad': {
    text: (address) => `${address} is not an address`,
    hint: 'write HOST:PORT, an IPv6 host in brackets, for example 192.168.1.20:8080 or [::1]:8080; up to four, or https://HOST:PORT/WORD; or none',
    exit: usage,
  },
  'box-link-bad': {
    text: (why) => `this is not a box link: ${why}`,
    hint: 'copy the whole link: it begins with cryptochat-box: and ends with the port number or a word',
    exit: usage,
  },
  'box-refused': {
    text: (why) => `the host gave you no box: ${why}`,
    hint: 'ask whoever sent you the link for another one',
    exit: operating,
  },
  'box-unreachable': {
    text: (why) => `the host of this box does not answer: ${why}`,
    hint: 'try the same link again later',
    exit: peerAway,
  },
  'box-unknown': {
    text: (place) => `you have no box at ${place}`,
    hint: 'cryptochat box --list shows your boxes',
    exit: usage,
  },
  'lent-unknown': {
    text: (id) => `you have lent nothing that is called ${id}`,
    hint: 'cryptochat lend --list shows what you have lent',
    exit: usage,
  },
  'lend-nowhere': {
    text: () => 'nobody can reach your listener, so a box here is of no use',
    hint: 'set address in config.toml first',
    exit: operating,
  },
  'text-empty': {
    text: () => 'there is nothing to send',
    hint: 'give a text or standard input',
    exit: usage,
  },
  'text-long': {
    text: (bytes) => `this message is ${bytes} bytes long, 61440 is the most`,
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
    hint: 'bring it back with fg or kill -CONT, or end it',
    exit: tryAgain,
  },
  'folder-open': {
    text: (folder) => `${folder} can be read or changed by others`,
    hint: 'chmod 700 the folder and chmod 600 the files in it, and think about who may have read them',
    exit: operating,
  },
  'folder-owner': {
    text: (folder) => `${folder} belongs to another user`,
    hint: 'use a home of your own with --home',
    exit: operating,
  },
  'path-open': {
    text: (path) => `other users may write to ${path}`,
    hint: 'chmod go-w it and look at what they may have changed, or choose another home with --home',
    exit: operating,
  },
  'path-pattern': {
    text: (path) => `there is a * in ${path}: Node would let the listener into every folder that fits`,
    hint: 'rename that folder, or choose another home with --home',
    exit: operating,
  },
  'home-shape': {
    text: (detail) => detail,
    hint: 'move it away, and put back what belongs there: docs/MANUAL.md, "Files of a home"',
    exit: operating,
  },
  'home-unmakeable': {
    text: (why) => `no home can be made there: ${why}`,
    hint: 'choose another place with --home DIR',
    exit: operating,
  },
  'home-nowhere': {
    text: () => 'HOME is empty or no absolute path, so there is no place for a home',
    hint: 'set HOME, or say where with --home DIR or CRYPTOCHAT_HOME',
    exit: operating,
  },
  'inbox-replaced': {
    text: (path) => `${path} was removed or replaced while cryptochat uses it`,
    hint: 'put it back, or start cryptochat again to go on with what is there now',
    exit: tryAgain,
  },
  'home-replaced': {
    text: (path) => `${path} was removed or replaced while cryptochat uses it; nothing is stored any more`,
    hint: 'put it back, or start cryptochat again to go on with what is there now',
    exit: tryAgain,
  },
  'path-long': {
    text: (path) => `the path ${path} is too long for a UNIX socket`,
    hint: 'choose a home with a shorter path',
    exit: operating,
  },
  'passphrase-needed': {
    text: () => 'this home is locked with a passphrase',
    hint: 'run it on a terminal, or give --passphrase-fd N',
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
    text: (detail) => `this is no key file that can be imported: ${detail}`,
    hint: 'cryptochat keys export FILE writes one; take an unchanged copy',
    exit: operating,
  },
  'key-file-open': {
    text: () => 'this private key is not encrypted',
    hint: 'lock it with openssl pkcs8 -topk8 -scrypt -scrypt_p 5, and think about who may have read it',
    exit: operating,
  },
  'key-file-weak': {
    text: () => 'this private key is not encrypted strongly enough',
    hint: 'lock it again with openssl pkcs8 -topk8 -scrypt -scrypt_p 5',
    exit: operating,
  },
  'key-file-locked': {
    text: () => 'the passphrase does not open this key file',
    hint: 'try again, or take an unchanged copy of the file; nothing was changed here',
    exit: locked,
  },
  'home-talks': {
    text: () => 'this home already talks with others under its own key',
    hint: 'import into a new home: cryptochat init --name NAME --home DIR',
    exit: operating,
  },
  'file-exists': {
    text: (path) => `there is already something at ${path}`,
    hint: 'choose another name; nothing is ever overwritten',
    exit: operating,
  },
  'file-failed': {
    text: (detail) => detail,
    hint: 'check that the file, or the folder for it, is there and yours',
    exit: operating,
  },
  'digits-bad': {
    text: (detail) => detail,
    hint: 'take all six groups of five that the other person reads to you',
    exit: usage,
  },
  'digits-own': {
    text: (name) => `these are your own digits, not those of ${name}`,
    hint: 'read yours out, and type the ones that you hear from them',
    exit: usage,
  },
  'digits-differ': {
    text: (name) => `THESE ARE NOT the digits of ${name}`,
    hint: 'somebody may sit between you; compare again over another channel before you write anything that matters',
    exit: operating,
  },
  'compare-blocked': {
    text: (name) => `${name} is blocked, nothing was compared`,
    hint: 'unblock first, then compare',
    exit: operating,
  },
  'compare-requested': {
    text: (name) => `${name} was not accepted yet, nothing was compared`,
    hint: 'compare when the two of you are contacts',
    exit: operating,
  },
  'compare-revoked': {
    text: (name) => `${name} has revoked this key, nothing was compared`,
    hint: 'ask for a new link another way',
    exit: operating,
  },
  'link-barred': {
    text: (key) => `you have blocked the maker of this link, key ${key}`,
    hint: 'to let them in again: cryptochat unblock, with that key',
    exit: operating,
  },
  'search-long': {
    text: (most) => `this is too long to look for, ${most} letters are the most`,
    hint: 'look for a part of it',
    exit: usage,
  },
  'search-empty': {
    text: () => 'there is nothing to search for',
    hint: 'give a text',
    exit: usage,
  },
  'backup-locked': {
    text: () => 'this is no backup of cryptochat, or it is damaged, or the passphrase is another one',
    hint: 'try again, or take another copy of the file; the three cannot be told apart',
    exit: locked,
  },
  'backup-damaged': {
    text: () => 'this backup is damaged; nothing of it was restored',
    hint: 'take another copy of the file, or an older backup',
    exit: operating,
  },
  'backup-newer': {
    text: () => 'this backup was made by a newer cryptochat',
    hint: 'update cryptochat',
    exit: operating,
  },
  'backup-place': {
    text: (folder) => `a backup does not belong into ${folder}, it would be lost with it`,
    hint: 'choose a file on another disk',
    exit: operating,
  },
  'home-revoked': {
    text: () => 'the key of this home was revoked: nothing can be sent with it any more',
    hint: 'make a new home with --home DIR, and give your contacts new links',
    exit: operating,
  },
  'text-encoding': {
    text: (detail) => `${detail} is no text in the encoding of this locale`,
    hint: 'convert it, or set LC_ALL to a locale with the encoding that it has',
    exit: usage,
  },
  'editor-missing': {
    text: () => 'there is no editor here',
    hint: 'name one in $VISUAL or $EDITOR',
    exit: operating,
  },
  'editor-failed': {
    text: (detail) => `the editor ended with ${detail}`,
    hint: 'the draft is as it was before',
    exit: operating,
  },
  'draft-bad': {
    text: (detail) => detail,
    hint: 'the file is kept until the next start; the draft is as it was before',
    exit: operating,
  },
  'vault-damaged': {
    text: () => 'keys/vault.json is damaged',
    hint: 'put it back from a copy; without it the database cannot be opened',
    exit: operating,
  },
  'database-lost': {
    text: (keys) => `${keys} has the key of a history, but chat.db is missing`,
    hint: 'put chat.db back from a copy; to begin anew, move vault.json and chat.db-wal out of that folder first',
    exit: operating,
  },
  'database-damaged': {
    text: (detail) => `keys/chat.db cannot be read: ${detail}`,
    hint: 'put it back from a copy together with keys/vault.json',
    exit: operating,
  },
  'database-newer': {
    text: () => 'this home was written by a newer cryptochat',
    hint: 'update cryptochat',
    exit: operating,
  },
  'disk-full': {
    text: () => 'the disk is full, nothing was changed',
    hint: 'free some space and try again',
    exit: tryAgain,
  },
  'disk-read-only': {
    text: (home) => `the disk of ${home} can only be read`,
    hint: 'cryptochat read, contacts, search and status work there; for the rest it must be writable',
    exit: tryAgain,
  },
  'disk-late': {
    text: (detail) => `this was done and kept, but not everything that follows from it: ${detail}`,
    hint: 'do not do it again; what is missing is made up for once the disk has room and cryptochat runs',
    exit: operating,
  },
  'disk-failed': {
    text: (detail) => `the disk cannot be read or written: ${detail}`,
    hint: 'look at the disk and at whose the files in the home are',
    exit: tryAgain,
  },
  'output-lost': {
    text: (why) => `standard output could not be written: ${why}`,
    hint: 'only what it was to print is lost, the command was carried out: look before you run it again',
    exit: operating,
  },
  'setting-bad': {
    text: (detail) => detail,
    hint: '/set shows all settings, docs/MANUAL.md says what they mean',
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
    text: (port) => `port ${port} is used by another program`,
    hint: 'stop that program, or choose another port: listen in config.toml, --listen for init',
    exit: operating,
  },
  'port-forbidden': {
    text: (port) => `port ${port} is not for this user to listen on`,
    hint: 'choose a port above 1023: listen in config.toml, --listen for init',
    exit: operating,
  },
  'listen-nowhere': {
    text: (host) => `this machine has no address ${host} to listen on`,
    hint: 'correct listen in config.toml; [::]:PORT means every address of this machine',
    exit: operating,
  },
  deaf: {
    text: (why) => `nobody could use that link, because nothing can reach you here: ${why}`,
    hint: 'no link was made; cryptochat doctor says what is in the way',
    exit: operating,
  },
  'listener-failed': {
    text: (detail) => `the listener does not start: ${detail}`,
    hint: 'cryptochat listen runs it alone and shows what it says',
    exit: operating,
  },
  'tor-missing': {
    text: (command) => `Tor is not installed: ${command}`,
    hint: 'install it with that command, or set onion = false in config.toml',
    exit: operating,
  },
  'tor-failed': {
    text: (detail) => `Tor does not run: ${detail}`,
    hint: 'onion/tor.log in the home has more; lines of your own are in onion/torrc.more',
    exit: operating,
  },
  'control-lost': {
    text: () => 'the running messenger closed the connection',
    hint: 'try again',
    exit: tryAgain,
  },
} as const satisfies Record<string, Failure>;
