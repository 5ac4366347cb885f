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
const commands = {
  init: {
    usage: '--name NAME',
    help: 'set up a home without the messenger',
    flags: ['name', 'listen', 'address', 'passphrase'],
    words: [0, 0],
    load: async () => (await import('../commands/init.ts')).init,
  },
  invite: {
    usage: '',
    help: 'print an invite link or reusable link; in a terminal also a QR code',
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
    help: 'accept someone who used your reusable link',
    flags: [],
    words: [1, 1],
    load: async () => (await import('../commands/accept.ts')).accept,
  },
  decline: {
    usage: 'CONTACT',
    help: 'decline someone who used your reusable link',
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
    help: 'print messages that contain TEXT, ignoring case and accents',
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
    help: 'show who you are, whether you can receive, and what is queued',
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
    help: 'show why you can or cannot be reached; asks nobody but your proxy',
    flags: ['json'],
    words: [0, 0],
    load: async () => (await import('../commands/doctor.ts')).doctor,
  },
  box: {
    usage: '[LINK]',
    help: 'receive through a mailbox that someone lent you',
    flags: ['list', 'leave', 'json'],
    words: [0, 1],
    load: async () => (await import('../commands/box.ts')).box,
  },
  host: {
    usage: '',
    help: 'keep mailboxes for others, in a home without keys; runs until stopped',
    flags: ['listen', 'address', 'stop'],
    words: [0, 0],
    load: async () => (await import('../commands/host.ts')).host,
  },
  lend: {
    usage: '',
    help: 'print a mailbox link: someone can receive through your listener',
    flags: ['bytes', 'boxes', 'list', 'end', 'json'],
    words: [0, 0],
    load: async () => (await import('../commands/lend.ts')).lend,
  },
  verify: {
    usage: 'CONTACT [DIGITS…]',
    help: 'print the digits to read out; with DIGITS (or -) verify theirs',
    flags: [],
    words: [1, Infinity],
    load: async () => (await import('../commands/verify.ts')).verify,
  },
  rename: {
    usage: 'CONTACT [NAME…]',
    help: 'give a contact a name of your own; without NAME, restore theirs',
    flags: [],
    words: [1, Infinity],
    load: async () => (await import('../commands/rename.ts')).rename,
  },
  block: {
    usage: 'CONTACT',
    help: 'block a contact',
    flags: [],
    words: [1, 1],
    load: async () => (await import('../commands/block.ts')).block,
  },
  unblock: {
    usage: 'CONTACT',
    help: 'unblock a contact',
    flags: [],
    words: [1, 1],
    load: async () => (await import('../commands/block.ts')).unblock,
  },
  forget: {
    usage: 'CONTACT',
    help: 'delete a contact and your conversation',
    flags: ['yes'],
    words: [1, 1],
    load: async () => (await import('../commands/forget.ts')).forget,
  },
  rotate: {
    usage: '',
    help: 'make a new identity key, signed by the old one; contacts switch over',
    flags: ['yes'],
    words: [0, 0],
    load: async () => (await import('../commands/rotate.ts')).rotate,
  },
  revoke: {
    usage: '',
    help: 'revoke your identity key and tell every contact; cannot be undone',
    flags: ['yes'],
    words: [0, 0],
    load: async () => (await import('../commands/revoke.ts')).revoke,
  },
  backup: {
    usage: 'FILE',
    help: 'write your key, contacts and messages to a new encrypted file',
    flags: [],
    words: [1, 1],
    load: async () => (await import('../commands/backup.ts')).backup,
  },
  restore: {
    usage: 'FILE',
    help: 'restore a home from a backup',
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
    help: 'write queued messages for a contact to a file, to carry by hand',
    flags: [],
    words: [2, 2],
    load: async () => (await import('../commands/pouch.ts')).pack,
  },
  unpack: {
    usage: 'FILE',
    help: 'receive what someone packed for you',
    flags: [],
    words: [1, 1],
    load: async () => (await import('../commands/pouch.ts')).unpack,
  },
  retry: {
    usage: '',
    help: 'try to send queued messages now',
    flags: [],
    words: [0, 0],
    load: async () => (await import('../commands/retry.ts')).retry,
  },
  sync: {
    usage: '',
    help: 'receive, send what is queued, then exit',
    flags: ['for'],
    words: [0, 0],
    load: async () => (await import('../commands/sync.ts')).sync,
  },
  listen: {
    usage: '',
    help: 'run only the listener, in the foreground; it holds no key',
    flags: ['stop'],
    words: [0, 0],
    load: async () => (await import('../commands/listen.ts')).listen,
  },
  demo: {
    usage: '',
    help: 'open the messenger with a second peer that answers you',
    flags: [],
    words: [0, 0],
    homeless: true,
    load: async () => (await import('./demo.ts')).demo,
  },
  completions: {
    usage: 'bash/zsh/fish',
    help: 'print shell completions for commands, flags and contacts',
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
    help: 'show how to use a command, or what cryptochat cannot promise',
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
type CommandName = keyof typeof commands;

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
