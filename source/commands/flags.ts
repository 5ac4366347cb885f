/** Every flag there is, once: parsing, help and the type of a command's flags are built on this table. */
export const flags = {
  home: { type: 'string', value: 'DIR', help: 'the home: keys, messages, settings (else $CRYPTOCHAT_HOME)' },
  help: { type: 'boolean', value: '', help: 'show this' },
  version: { type: 'boolean', value: '', help: 'show the version' },
  plain: { type: 'boolean', value: '', help: 'line mode: for screen readers, dumb terminals and pipes' },
  passphraseFd: {
    type: 'number',
    value: 'N',
    help: 'read passphrases from this file descriptor, one per line',
  },
  passphrase: { type: 'boolean', value: '', help: 'set up without a passphrase, or remove it' },
  name: { type: 'string', value: 'NAME', help: 'your name, as others see it' },
  listen: { type: 'string', value: 'HOST:PORT', help: 'address and port to listen on' },
  address: {
    type: 'string',
    value: 'HOST:PORT',
    help: 'your address for others, used in your links; or none',
  },
  card: {
    type: 'boolean',
    value: '',
    help: 'a reusable link; people who use it need your approval',
  },
  new: { type: 'boolean', value: '', help: 'with --card: replace the reusable link' },
  withdraw: { type: 'boolean', value: '', help: 'with --card: withdraw the reusable link' },
  withdrawAll: { type: 'boolean', value: '', help: 'withdraw all open links, the reusable one too' },
  list: { type: 'boolean', value: '', help: 'list open links, your mailboxes, or what you lent' },
  pouch: {
    type: 'string',
    value: 'FILE',
    help: 'a file to carry by hand instead of using the network',
  },
  as: { type: 'string', value: 'ALIAS', help: 'your own name for the contact' },
  wait: {
    type: 'string',
    value: 'STATE',
    help: 'wait until the message is "sent" or "delivered"; exit 69 if they are unreachable',
  },
  timeout: { type: 'string', value: 'TIME', help: 'how long to wait: 500ms, 30s, 5m (default 30s)' },
  json: { type: 'boolean', value: '', help: 'one JSON object per line, nothing else' },
  follow: { type: 'boolean', value: '', help: 'keep printing what arrives, until interrupted' },
  last: { type: 'number', value: 'N', help: 'only the last N messages' },
  peek: { type: 'boolean', value: '', help: 'keep the printed messages unread' },
  yes: { type: 'boolean', value: '', help: 'do not ask' },
  for: { type: 'string', value: 'TIME', help: 'keep going for this long: 10s, 5m' },
  bytes: { type: 'string', value: 'SIZE', help: 'the room in each mailbox: 64M (default), 500K, 1G' },
  boxes: { type: 'number', value: 'N', help: 'how many mailboxes the link makes (default 1)' },
  end: {
    type: 'string',
    value: 'ID',
    help: 'end a mailbox that you keep for someone, or an unused mailbox link',
  },
  leave: { type: 'string', value: 'PLACE', help: 'leave the mailbox at PLACE' },
  stop: { type: 'boolean', value: '', help: 'stop the listener that runs in the background' },
} as const;

/** The name of a flag, as in `flags`. */
export type FlagName = keyof typeof flags;

type ValueOf = { string: string; number: number; boolean: boolean };

/** The flags of one command line; absent when not given. */
export type Flags = { readonly [Name in FlagName]?: ValueOf[(typeof flags)[Name]['type']] };

/** The flags that every command takes. */
export const everywhere: readonly FlagName[] = ['home', 'passphraseFd', 'help', 'version', 'plain'];

/** Spells a flag as people type it: passphraseFd is --passphrase-fd, and passphrase exists only as --no-passphrase. */
export function spell(name: string): string {
  const words = name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
  return name === 'passphrase' ? '--no-passphrase' : `--${words}`;
}
