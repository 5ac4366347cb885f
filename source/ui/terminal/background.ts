import type { Background } from '../../core/themes.ts';
import type { Store } from '../../core/types.ts';
import { luminanceOf, type Rgb } from '../model/pens.ts';
import type { View } from '../model/view.ts';

/** Of this luminance a colour has the same contrast (WCAG) with black as with white. */
const middle = 0.179;

/** Takes the answers of the terminal, and puts its background into the view; a terminal that does not answer changes nothing. */
export function followBackground(view: Store<View>): (reply: string) => void {
  return (reply) => {
    const background = backgroundOf(reply);
    if (background === null || background === view.get().terminal.background) return;
    view.update((now) => ({ ...now, terminal: { ...now.terminal, background } }));
  };
}

/** The background in an answer to OSC 11: `]11;rgb:RRRR/GGGG/BBBB` (one to four digits each), or `#RRGGBB`; null for any other answer. */
export function backgroundOf(reply: string): Background | null {
  const [, ...parts] =
    /^\]11;rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})(?:\/[0-9a-f]{1,4})?$/iu.exec(reply) ??
    /^\]11;#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/iu.exec(reply) ??
    [];
  const [red, green, blue] = parts.map((part) => (Number.parseInt(part, 16) * 255) / (16 ** part.length - 1));
  if (red === undefined || green === undefined || blue === undefined) return null;
  return groundOf([red, green, blue]);
}

function groundOf(rgb: Rgb): Background {
  return luminanceOf(rgb) < middle ? 'dark' : 'light';
}

/** The background that an environment tells: COLORFGBG (of rxvt and others) ends in its number among the 16 colours; null without it. */
export function backgroundIn({
  COLORFGBG: told = '',
}: Readonly<Record<string, string | undefined>>): Background | null {
  const [, number] = /;(\d{1,2})$/u.exec(told) ?? [];
  if (number === undefined || Number(number) > 15) return null;
  return number === '7' || number === '15' ? 'light' : 'dark';
}
