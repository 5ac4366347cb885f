import type { FlagName } from '../commands/flags.ts';
import type { Command } from '../commands/invocation.ts';

/** The words and flags of a command, and its module. */
export type Entry = {
  /** The words after the name, for people. */
  readonly usage: string;
  /** One line; absent for a command that is not for people. */
  readonly help?: string;
  /** The flags of the command besides those of every command. */
  readonly flags: readonly FlagName[];
  /** The fewest and the most words after the name. */
  readonly words: readonly [least: number, most: number];
  /** True if the command does not touch the named or usual home, or checks it itself. */
  readonly homeless?: true;
  readonly load: () => Promise<Command>;
};

/** Every command, in the order of the help. */
export const commands = {
  init: {
    usage: '--name NAME',
    help: 'set up a home without the messenger',
    flags: ['name', 'listen', 'address', 'passphrase'],
    words: [0, 0],
    load: async () => (await import('../commands/init.ts')).init,
  },
  invite: {
    usage: '',
    help: 'print a link for one person, or your card; on a terminal also a QR code',
    flags: ['address', 'card', 'new', 'withdraw', 'withdrawAll', 'list', 'json', 'pouch'],
    words: [0, 0],
    load: async () => (await import('../commands/invite.ts')).invite,
  },
  join: {
    usage: 'LINK',
    help: 'add the person who made the link; the first run asks your name',
    flags: ['as', 'pouch'],
    words: [1, 1],
    load: async () => (await import('./join.ts')).join,
  },
  accept: {
    usage: 'CONTACT',
    help: 'let somebody in who asked through your card',
    flags: [],
    words: [1, 1],
    load: async () => (await import('../commands/accept.ts')).accept,
  },
  decline: {
    usage: 'CONTACT',
    help: 'forget somebody who asked through your card',
    flags: [],
    words: [1, 1],
    load: async () => (await import('../commands/accept.ts')).decline,
  },
  send: {
    usage: 'CONTACT [TEXT…]',
    help: 'send TEXT, or standard input, as one message',
    flags: ['wait', 'timeout'],
    words: [1, Infinity],
    load: async () => (await import('../commands/send.ts')).send,
  },
  read: {
    usage: '[CONTACT]',
    help: 'print messages',
    flags: ['json', 'follow', 'last', 'peek'],
    words: [0, 1],
    load: async () => (await import('../commands/read.ts')).read,
  },
  search: {
    usage: 'TEXT [CONTACT]',
    help: 'print the messages that hold TEXT, whatever its case and accents',
    flags: ['json', 'last'],
    words: [1, 2],
    load: async () => (await import('../commands/search.ts')).search,
  },
  contacts: {
    usage: '',
    help: 'list contacts',
    flags: ['json'],
    words: [0, 0],
    load: async () => (await import('../commands/contacts.ts')).contacts,
  },
  status: {
    usage: '',
    help: 'show who you are here, whether messages can arrive, and what waits',
    flags: ['json'],
    words: [0, 0],
    load: async () => (await import('../commands/status.ts')).status,
  },
  keys: {
    usage: '[export/import FILE]',
    help: 'show your public key and whom you verified; move your private key',
    flags: ['json'],
    words: [0, 2],
    load: async () => (await import('../commands/keys.ts')).keys,
  },
  wire: {
    usage: 'MESSAGE-ID',
    help: 'print what the network saw of a message: headers, bytes',
    flags: ['json'],
    words: [1, 1],
    load: async () => (await import('../commands/wire.ts')).wire,
  },
  doctor: {
    usage: '',
    help: 'say why you can or cannot be reached; asks nobody but your proxy',
    flags: ['json'],
    words: [0, 0],
    load: async () => (await import('../commands/doctor.ts')).doctor,
  },
  box: {
    usage: '[LINK]',
    help: 'receive through a box that somebody lent you',
    flags: ['list', 'leave', 'json'],
    words: [0, 1],
    load: async () => (await import('../commands/box.ts')).box,
  },
  host: {
    usage: '',
    help: 'keep boxes for others, in a home without keys; runs until it is ended',
    flags: ['listen', 'address', 'stop'],
    words: [0, 0],
    load: async () => (await import('../commands/host.ts')).host,
  },
  lend: {
    usage: '',
    help: 'print a link with which somebody receives through your listener',
    flags: ['bytes', 'boxes', 'list', 'end', 'json'],
    words: [0, 0],
    load: async () => (await import('../commands/lend.ts')).lend,
  },
  verify: {
    usage: 'CONTACT [DIGITS…]',
    help: 'print the digits to read out; with DIGITS (or -) compare theirs',
    flags: [],
    words: [1, Infinity],
    load: async () => (await import('../commands/verify.ts')).verify,
  },
  rename: {
    usage: 'CONTACT [NAME…]',
    help: 'give a contact a name of your own; without NAME, their own again',
    flags: [],
    words: [1, Infinity],
    load: async () => (await import('../commands/rename.ts')).rename,
  },
  block: {
    usage: 'CONTACT',
    help: 'let nothing more come from a contact, nor go there',
    flags: [],
    words: [1, 1],
    load: async () => (await import('../commands/block.ts')).block,
  },
  unblock: {
    usage: 'CONTACT',
    help: 'take a block back',
    flags: [],
    words: [1, 1],
    load: async () => (await import('../commands/block.ts')).unblock,
  },
  forget: {
    usage: 'CONTACT',
    help: 'delete a contact and everything that was said',
    flags: ['yes'],
    words: [1, 1],
    load: async () => (await import('../commands/forget.ts')).forget,
  },
  rotate: {
    usage: '',
    help: 'make a new identity key, signed by the old one; contacts follow',
    flags: ['yes'],
    words: [0, 0],
    load: async () => (await import('../commands/rotate.ts')).rotate,
  },
  revoke: {
    usage: '',
    help: 'give your identity key up for good, and tell every contact',
    flags: ['yes'],
    words: [0, 0],
    load: async () => (await import('../commands/revoke.ts')).revoke,
  },
  backup: {
    usage: 'FILE',
    help: 'write your key, contacts and messages into a new locked file',
    flags: [],
    words: [1, 1],
    load: async () => (await import('../commands/backup.ts')).backup,
  },
  restore: {
    usage: 'FILE',
    help: 'make a home out of a backup',
    flags: ['listen', 'address', 'passphrase'],
    words: [1, 1],
    load: async () => (await import('../commands/restore.ts')).restore,
  },
  passphrase: {
    usage: '',
    help: 'change, set or remove the passphrase of your home',
    flags: ['passphrase'],
    words: [0, 0],
    load: async () => (await import('../commands/change-passphrase.ts')).changePassphrase,
  },
  pack: {
    usage: 'CONTACT FILE',
    help: 'write what waits for a contact into a file, to be carried by hand',
    flags: [],
    words: [2, 2],
    load: async () => (await import('../commands/pouch.ts')).pack,
  },
  unpack: {
    usage: 'FILE',
    help: 'take in what somebody packed for you',
    flags: [],
    words: [1, 1],
    load: async () => (await import('../commands/pouch.ts')).unpack,
  },
  retry: {
    usage: '',
    help: 'try to send now what waits',
    flags: [],
    words: [0, 0],
    load: async () => (await import('../commands/retry.ts')).retry,
  },
  sync: {
    usage: '',
    help: 'receive, send what is queued, and end',
    flags: ['for'],
    words: [0, 0],
    load: async () => (await import('../commands/sync.ts')).sync,
  },
  listen: {
    usage: '',
    help: 'run only the listener, in the foreground: it holds no key',
    flags: ['stop'],
    words: [0, 0],
    load: async () => (await import('../commands/listen.ts')).listen,
  },
  demo: {
    usage: '',
    help: 'open the messenger with somebody to talk to',
    flags: [],
    words: [0, 0],
    homeless: true,
    load: async () => (await import('./demo.ts')).demo,
  },
  completions: {
    usage: 'bash/zsh/fish',
    help: 'print what makes a shell complete commands, flags and contacts',
    flags: [],
    words: [1, 1],
    homeless: true,
    load: async () => (await import('../commands/completions.ts')).completions,
  },
  'contact-names': {
    usage: '',
    flags: [],
    words: [0, 0],
    homeless: true,
    load: async () => (await import('../commands/contact-names.ts')).contactNames,
  },
  help: {
    usage: '[COMMAND/limits]',
    help: 'show what a command takes, or what cannot be promised',
    flags: [],
    words: [0, 1],
    homeless: true,
    load: async () => (await import('../commands/limits.ts')).limits,
  },
  'demo-peer': {
    usage: '',
    flags: [],
    words: [0, 0],
    load: async () => (await import('../commands/demo-peer.ts')).demoPeer,
  },
} as const satisfies Record<string, Entry>;

/** The name of a command. */
export type CommandName = keyof typeof commands;

/** The messenger: runs when no command is named. */
export const messenger: Entry = {
  usage: '[LINK]',
  help: 'open the messenger, and join with LINK; the first run sets up',
  flags: ['as'],
  words: [0, 1],
  load: async () => (await import('./open.tsx')).open,
};

/** The command of this name. */
export function commandNamed(name: string): Entry | null {
  return Object.hasOwn(commands, name) ? commands[name as CommandName] : null;
}

/** The commands that people call, by name. */
export const namedCommands: ReadonlyArray<readonly [name: string, entry: Entry]> = Object.entries<Entry>(
  commands,
).filter(([, entry]) => entry.help !== undefined);
