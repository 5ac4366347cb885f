import { shownProxy } from './proxy.ts';
import { plainThemes } from './themes.ts';
import { directWord } from './way-out.ts';

/** The definition of a setting: its possible values, its default, and one sentence about it. */
export type Setting = {
  /** The comment above it in a new config.toml, and its line in the manual and in the dialog. */
  readonly help: string;
  /** True if a change only takes effect at the next start. */
  readonly restart?: true;
} & (
  | { readonly kind: 'keys'; readonly default: Readonly<Record<string, readonly string[]>> }
  | { readonly kind: 'address' | 'places' | 'proxy' | 'time' | 'hours'; readonly default: string }
  | { readonly kind: 'flag'; readonly default: boolean }
  | { readonly kind: 'choice' | 'theme'; readonly values: readonly string[]; readonly default: string }
);

/**
 * Every setting of config.toml, by its name there: the code that reads, writes, checks, shows and documents settings is built on this
 * table.
 */
export const settings = {
  listen: {
    kind: 'address',
    default: '[::]:8080',
    help: 'Address and port to listen on: HOST:PORT. [::] means every address of this machine. Empty: only collect from your mailboxes.',
    restart: true,
  },
  address: {
    kind: 'places',
    default: '',
    help: 'Your address for others: HOST:PORT, https://HOST:PORT/WORD behind a reverse proxy, or onion; up to four, best first. Links carry the first one that anyone can try. Empty: nobody can reach you directly.',
    restart: true,
  },
  keep_listening: {
    kind: 'flag',
    default: true,
    help: 'Keep receiving messages while the messenger is closed.',
  },
  proxy: {
    kind: 'proxy',
    default: '',
    help: 'Send everything through this proxy, like "socks5://127.0.0.1:9050". Empty: reach contacts directly, or through Tor with onion. direct: use Tor only for onion services.',
    restart: true,
  },
  onion: {
    kind: 'flag',
    default: false,
    help: 'Run Tor for you: others reach you at an onion service (add onion to address), and you send everything through Tor.',
    restart: true,
  },
  map_port: {
    kind: 'flag',
    default: false,
    help: 'Ask your router (PCP, NAT-PMP, UPnP) to forward the port of listen to this machine. Off while you send everything through a proxy or Tor.',
    restart: true,
  },
  lock_after: {
    kind: 'time',
    default: '',
    help: 'Lock the messenger after this long without a key press: "15m", "1h". Empty: never. Needs a passphrase.',
  },
  theme: {
    kind: 'theme',
    values: ['auto', ...plainThemes],
    default: 'auto',
    help: 'How the screen looks. auto asks the terminal whether its background is dark or light; none has no colour.',
  },
  notifications: {
    kind: 'choice',
    values: ['off', 'name', 'preview'],
    default: 'name',
    help: 'What a notification shows: nothing (off), who wrote (name), or also how the message begins (preview).',
  },
  notify_by: {
    kind: 'choice',
    values: ['bell', 'desktop', 'both', 'terminal'],
    default: 'desktop',
    help: 'How you are notified. desktop: by the terminal or your system, else the bell. terminal: by the terminal, else the bell.',
  },
  emoji: {
    kind: 'choice',
    values: ['auto', 'simple', 'full'],
    default: 'auto',
    help: 'Emoji made of several parts (families, skin tones, flags): auto follows your terminal, simple draws the base form, full the whole emoji.',
  },
  lend: {
    kind: 'flag',
    default: true,
    help: 'Lend a small mailbox on your machine to people who join with your links and cannot be reached.',
    restart: true,
  },
  quiet_hours: {
    kind: 'hours',
    default: '',
    help: 'No notifications between two times of the day, like "22:00-07:00". Empty: no quiet hours.',
  },
  layout: {
    kind: 'choice',
    values: ['auto', 'roomy', 'compact'],
    default: 'auto',
    help: 'roomy puts the name over a run of messages, compact the time before each. auto: roomy from 60 columns on.',
  },
  list: {
    kind: 'choice',
    values: ['auto', 'narrow', 'wide', 'hidden'],
    default: 'auto',
    help: 'How wide the list of people is. Alt+S hides or shows it, Alt+, and Alt+. make it narrower or wider.',
  },
  editing: {
    kind: 'choice',
    values: ['emacs', 'vim'],
    default: 'emacs',
    help: 'How you edit what you write: with the keys of emacs and most shells, or with the modes of vim.',
  },
  mouse: {
    kind: 'flag',
    default: true,
    help: 'Click people, messages, links and choices; hold Shift to select text. false: leave the mouse to the terminal.',
  },
  keys: {
    kind: 'keys',
    default: {},
    help: 'A table, [keys]: the name of an action and all its keys. An empty list removes them.',
  },
} as const satisfies Record<string, Setting>;

/** The name of a setting. */
export type SettingName = keyof typeof settings;

type ValueOf<One extends Setting> = One extends { readonly kind: 'flag' }
  ? boolean
  : One extends { readonly kind: 'keys' }
    ? Readonly<Record<string, readonly string[]>>
    : One extends { readonly kind: 'choice'; readonly values: readonly (infer Value)[] }
      ? Value
      : string;

/** All settings, as they stand in config.toml. */
export type Settings = { readonly [Name in SettingName]: ValueOf<(typeof settings)[Name]> };

/** The value of one setting, or of the keys of one action. */
export type SettingValue = string | boolean | readonly string[];

/** The width of the list of people. */
export type ListWidth = Settings['list'];

/** The names of all settings, in the order of the file. */
export const settingNames = Object.keys(settings) as readonly SettingName[];

/** The values of settings that config.toml leaves out. */
export const defaultSettings = Object.fromEntries(
  settingNames.map((name) => [name, settings[name].default]),
) as Settings;

const values = {
  address: 'HOST:PORT, or empty',
  places: '1 to 4 of HOST:PORT, https://HOST:PORT/WORD or onion, or empty',
  proxy: 'socks5://HOST:PORT, http://HOST:PORT, direct or empty',
  time: '10s to 24h, or empty',
  hours: 'HH:MM-HH:MM, or empty',
  flag: 'true, false',
  keys: 'action = ["ctrl+x"]',
} as const;

/** The value that typed `words` mean for `setting`; the code that stores the value checks that it is valid. */
export function valueFrom(setting: Setting, words: string): SettingValue {
  const word = words.trim();
  if (setting.kind === 'flag') return flags.get(word.toLowerCase()) ?? word;
  return mayBeEmpty.has(setting.kind) && nothing.has(word) ? '' : word;
}

const flags = new Map([
  ...['true', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', 'no', 'off'].map((word) => [word, false] as const),
]);
const mayBeEmpty = new Set<Setting['kind']>(['time', 'hours', 'places', 'address', 'proxy']);
const nothing = new Set(['', '""', 'none', 'never', 'off']);

/** The text of a setting for display, without the password of a proxy. */
export function shownText(name: string, text: string): string {
  const isProxy = Object.hasOwn(settings, name) && settings[name as SettingName].kind === 'proxy';
  return isProxy && text !== directWord ? shownProxy(text) : text;
}

/** The possible values of a setting, in words. */
export function valuesOf(setting: Setting): string {
  if (setting.kind === 'theme') return `${setting.values.join(', ')}, or the name of a theme file`;
  return setting.kind === 'choice' ? setting.values.join(', ') : values[setting.kind];
}
