import type { Settings } from '../../core/settings.ts';
import type { Printable } from '../../core/types.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How a terminal shows a desktop notification; `bell`: it is not known to show any. */
export type Way = 'osc9' | 'osc777' | 'osc99' | 'bell';

/** The byte that rings. */
export const bell = '\u0007';
/** They show the text of OSC 9: iTerm2's sequence, taken over by others. */
const osc9Programs: ReadonlySet<string | undefined> = new Set(['iTerm.app', 'WezTerm', 'ghostty']);

/** How the terminal of an environment notifies. Inside tmux and screen only the bell is sure to come through. */
export function wayIn(env: Environment): Way {
  const { TERM: term = '' } = env;
  if (env['TMUX'] || env['STY'] || /^(tmux|screen)/u.test(term)) return 'bell';
  if (env['KITTY_WINDOW_ID'] || term === 'xterm-kitty') return 'osc99';
  if (osc9Programs.has(env['TERM_PROGRAM']) || term === 'xterm-ghostty') return 'osc9';
  return /^(rxvt-unicode|foot)/u.test(term) ? 'osc777' : 'bell';
}

/** The bytes of one notification about `text`; a terminal that can show none rings instead. */
export function notification(text: Printable, way: Way, by: Settings['notify_by']): string {
  if (by === 'bell' || way === 'bell') return bell;
  return sequences[way](text) + (by === 'both' ? bell : '');
}

/** A semicolon separates the fields of OSC 9 (as ConEmu reads it) and OSC 777. */
const plain = (text: Printable): string => text.replaceAll(';', ',');

const sequences = {
  osc9: (text) => `\u001b]9;${plain(text)}${bell}`,
  osc777: (text) => `\u001b]777;notify;cryptochat;${plain(text)}${bell}`,
  osc99: (text) =>
    `\u001b]99;i=cryptochat:d=0;cryptochat\u001b\\` +
    `\u001b]99;i=cryptochat:d=1:p=body:e=1;${Buffer.from(text).toString('base64')}\u001b\\`,
} as const satisfies Record<Exclude<Way, 'bell'>, (text: Printable) => string>;
