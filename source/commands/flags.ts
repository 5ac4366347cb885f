/** Every flag there is, once: parsing, help and the type of a command's flags are built on this table. */
export const flags = {
  home: { type: 'string', value: 'DIR', help: 'the home: keys, messages, settings (else $CRYPTOCHAT_HOME)' },
  help: { type: 'boolean', value: '', help: 'show this' },
  version: { type: 'boolean', value: '', help: 'show the version' },
  plain: { type: 'boolean', value: '', help: 'line mode: for screen readers, dumb terminals and pipes' },
  passphraseFd: {
    type: 'number',
    value: 'N',
    help: 'read passphrases from this file descriptor, one a line',
  },
  passphrase: { type: 'boolean', value: '', help: 'without a passphrase: set up so, or remove it' },
  name: { type: 'string', value: 'NAME', help: 'your name, as others see it' },
  listen: { type: 'string', value: 'HOST:PORT', help: 'where to wait for messages' },
  address: {
    type: 'string',
    value: 'HOST:PORT',
    help: 'how others reach you; links carry it. none: nobody does',
  },
  card: {
    type: 'boolean',
    value: '',
    help: 'the link that anybody who has it can ask with, again and again',
  },
  new: { type: 'boolean', value: '', help: 'with --card: end the card and make another' },
  withdraw: { type: 'boolean', value: '', help: 'with --card: end the card' },
  withdrawAll: { type: 'boolean', value: '', help: 'end all open links, the card too' },
  list: { type: 'boolean', value: '', help: 'open links, your boxes, or what you lent, one a line' },
  pouch: {
    type: 'string',
    value: 'FILE',
    help: 'a file that is carried by hand instead of going by network',
  },
  as: { type: 'string', value: 'ALIAS', help: 'your own name for the contact' },
  wait: {
    type: 'string',
    value: 'STATE',
    help: 'wait until it is "sent" or "delivered"; exit 69 if they are away',
  },
  timeout: { type: 'string', value: 'TIME', help: 'how long to wait: 500ms, 30s, 5m (default 30s)' },
  json: { type: 'boolean', value: '', help: 'one JSON object a line, nothing else' },
  follow: { type: 'boolean', value: '', help: 'go on with what arrives, until interrupted' },
  last: { type: 'number', value: 'N', help: 'only the last N messages' },
  peek: { type: 'boolean', value: '', help: 'what is printed stays unread' },
  yes: { type: 'boolean', value: '', help: 'do not ask' },
  for: { type: 'string', value: 'TIME', help: 'go on for so long: 10s, 5m' },
  bytes: { type: 'string', value: 'SIZE', help: 'the room in each box: 64M (the default), 500K, 1G' },
  boxes: { type: 'number', value: 'N', help: 'how many boxes the link makes (default 1)' },
  end: { type: 'string', value: 'ID', help: 'end a box that you keep, or a link that you lent' },
  leave: { type: 'string', value: 'PLACE', help: 'give the box at PLACE up' },
  stop: { type: 'boolean', value: '', help: 'end the listener that runs by itself' },
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
