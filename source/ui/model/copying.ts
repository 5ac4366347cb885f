import type { Printable } from '../../core/types.ts';
import { say } from '../text/line.ts';

/** Where a copied text went: to the terminal, to a buffer of tmux, or to a terminal behind a program that may keep the text back. */
export type CopiedTo = 'terminal' | 'tmux' | 'behind';

type Said = { readonly text: Printable; readonly hint: Printable };

/** Says everything that is known about a copied text. */
export const copiedWords: Readonly<Record<CopiedTo, Said>> = {
  terminal: {
    text: say`sent to your terminal's clipboard`,
    hint: say`terminals do not confirm it`,
  },
  tmux: {
    text: say`copied to a tmux buffer`,
    hint: say`prefix ] pastes it; tmux passes it to your terminal's clipboard if it can`,
  },
  behind: {
    text: say`sent to your terminal, but tmux or screen may have blocked it`,
    hint: say`tmux passes it on with: set -g set-clipboard on`,
  },
};

/** Where a text sent to the terminal (OSC 52) goes in an environment. */
export function wayOut(env: Readonly<Record<string, string | undefined>>): CopiedTo {
  const isBehind = env['TMUX'] || env['STY'] || /^(?:tmux|screen)/u.test(env['TERM'] ?? '');
  return isBehind ? 'behind' : 'terminal';
}
