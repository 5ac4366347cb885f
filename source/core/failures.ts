import { backupFailures } from './backup-failures.ts';
import { exits, type Failure } from './failure.ts';
import { homeFailures } from './home-failures.ts';
import { keyFailures } from './key-failures.ts';
import { linkFailures } from './link-failures.ts';
import { peopleFailures } from './people-failures.ts';
import { writingFailures } from './writing-failures.ts';

const { usage, operating, peerAway, tryAgain, locked } = exits;

/** Every failure a person can act on; a text never holds anything a peer wrote that did not pass printable(). */
export const failures = {
  usage: { text: (detail) => detail, hint: 'cryptochat --help lists the commands', exit: usage },
  ...linkFailures,
  'peer-unreachable': {
    text: (address) => `nobody answers at ${address}`,
    hint: 'the link stays good; join again when their cryptochat is running',
    exit: peerAway,
  },
  'peer-elsewhere': {
    text: (name) => `something else answers at the address of ${name}, the message is queued`,
    hint: 'it goes out while cryptochat is open or sync runs; ask them whether their address has changed',
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
    hint: 'it goes out while cryptochat is open, or cryptochat sync runs',
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
  'address-bad': {
    text: (address) => `${address} is not an address`,
    hint: 'write HOST:PORT, an IPv6 host in brackets, for example 192.168.1.20:8080 or [::1]:8080',
    exit: usage,
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
  ...homeFailures,
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
  ...keyFailures,
  ...peopleFailures,
  ...backupFailures,
  ...writingFailures,
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
  'control-lost': {
    text: () => 'the running messenger closed the connection',
    hint: 'try again',
    exit: tryAgain,
  },
} as const satisfies Record<string, Failure>;
