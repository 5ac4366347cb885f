import type { Colour, Style, styleMarks } from '../../core/themes.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The number of colours of a terminal; 0: draw without colours. */
export type Depth = 0 | 16 | 256 | 16_777_216;

/** The escapes (SGR) that begin a style, and those that end it. */
export type Pen = { readonly on: string; readonly off: string };

const trueColour = 16_777_216;

/** Their names of the terminal promise true colour where COLORTERM was lost on the way, as it is by ssh. */
const trueTerms = /^(?:xterm-(?:kitty|ghostty)|alacritty|foot|wezterm|contour|rio)(?:$|-)|-direct$/u;
const truePrograms: ReadonlySet<string | undefined> = new Set([
  'iTerm.app',
  'WezTerm',
  'ghostty',
  'vscode',
  'rio',
]);

/**
 * How many colours the terminal of an environment has. NO_COLOR, if not empty, forbids them (no-color.org). FORCE_COLOR wins over it: 0 or
 * false is none, 1, 2 and 3 are 16, 256 and all; any other value asks for what the terminal has.
 */
export function depthIn(env: Environment): Depth {
  const { FORCE_COLOR: forced, NO_COLOR: forbidden } = env;
  if (forced !== undefined) return forcedDepths.get(forced.toLowerCase()) ?? terminalDepth(env);
  return forbidden ? 0 : terminalDepth(env);
}

const forcedDepths: ReadonlyMap<string, Depth> = new Map([
  ['0', 0],
  ['false', 0],
  ['1', 16],
  ['2', 256],
  ['3', trueColour],
]);

function terminalDepth(env: Environment): Depth {
  const { TERM: term = '', TERM_PROGRAM: program } = env;
  const has256 = /256/u.test(term) || program === 'Apple_Terminal';
  // GNU screen takes 256 colours, and garbles more.
  if (env['STY']) return has256 ? 256 : 16;
  if (isTrue(env)) return trueColour;
  return has256 ? 256 : 16;
}

function isTrue({
  TERM: term = '',
  COLORTERM: claimed = '',
  TERM_PROGRAM: program,
  WT_SESSION: windows,
}: Environment) {
  if (/^(?:truecolor|24bit)$/iu.test(claimed) || trueTerms.test(term)) return true;
  return truePrograms.has(program) || Boolean(windows);
}

/** The parameters of SGR that begin and end a mark; marks further down lie inside. */
const markCodes = {
  dim: ['2', '22'],
  bold: ['1', '22'],
  italic: ['3', '23'],
  underline: ['4', '24'],
  strikethrough: ['9', '29'],
  inverse: ['7', '27'],
} as const satisfies Record<(typeof styleMarks)[number], readonly [string, string]>;

/** The pen of a style, with its colours as near as a terminal of `depth` colours can come. */
export function penOf(style: Style, depth: Depth): Pen {
  const { color, background } = style;
  const marks = Object.entries(markCodes).filter(([mark]) => style[mark as keyof typeof markCodes]);
  const used: ReadonlyArray<readonly [string, string]> = [
    ...marks.map(([, codes]) => codes),
    ...(color !== undefined && depth > 0 ? [[colourCode(color, 'text', depth), '39'] as const] : []),
    ...(background !== undefined && depth > 0
      ? [[colourCode(background, 'behind', depth), '49'] as const]
      : []),
  ];
  return {
    on: used.map(([on]) => `\u001b[${on}m`).join(''),
    off: used
      .toReversed()
      .map(([, off]) => `\u001b[${off}m`)
      .join(''),
  };
}

/** The parameters of SGR for a colour. */
function colourCode(colour: Colour, layer: 'text' | 'behind', depth: Depth): string {
  const base = layer === 'text' ? 38 : 48;
  if (typeof colour === 'string' && depth === trueColour) return `${base};2;${rgbOf(colour).join(';')}`;
  const number = numberOf(colour, depth === 16 ? 16 : 256);
  if (number >= 16) return `${base};5;${number}`;
  return String((number < 8 ? base - 8 : base + 52 - 8) + number);
}

/** The number of the nearest of the first `count` colours of a terminal. */
export function numberOf(colour: Colour, count: 16 | 256): number {
  if (typeof colour === 'number' && colour < count) return colour;
  // The person may have changed the first 16, so an exact colour maps to one of the fixed ones, if there are any.
  const from = count === 256 ? 16 : 0;
  const wanted = rgbOf(colour);
  let best = { number: from, distance: Infinity };
  for (let number = from; number < count; number += 1) {
    const distance = distanceOf(wanted, rgbOf(number));
    if (distance < best.distance) best = { number, distance };
  }
  return best.number;
}

/** Red, green and blue, from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** How an eye sees the difference of two colours, roughly (the "redmean" of compuphase.com/cmetric.htm). */
function distanceOf(one: Rgb, other: Rgb): number {
  const red = (one[0] + other[0]) / 2;
  const [r, g, b] = [one[0] - other[0], one[1] - other[1], one[2] - other[2]];
  return (2 + red / 256) * r * r + 4 * g * g + (2 + (255 - red) / 256) * b * b;
}

/** As xterm has the first 16. */
const first16 =
  '#000000 #cd0000 #00cd00 #cdcd00 #0000ee #cd00cd #00cdcd #e5e5e5 #7f7f7f #ff0000 #00ff00 #ffff00 #5c5cff #ff00ff #00ffff #ffffff'.split(
    ' ',
  ) as ReadonlyArray<`#${string}`>;
const cubeSteps = [0, 95, 135, 175, 215, 255] as const;

/** Red, green and blue of a colour; for a number, those that xterm gives it. */
export function rgbOf(colour: Colour): Rgb {
  if (typeof colour === 'string') {
    const value = Number.parseInt(colour.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  const named = first16[colour];
  if (named) return rgbOf(named);
  const cube = colour - 16;
  const grey = 8 + (colour - 232) * 10;
  if (colour >= 232) return [grey, grey, grey];
  return [stepOf(Math.floor(cube / 36)), stepOf(Math.floor(cube / 6) % 6), stepOf(cube % 6)];
}

function stepOf(at: number): number {
  return cubeSteps[at] ?? 0;
}

/** The luminance of a colour, from 0 to 1 (WCAG 2.2, "relative luminance"). */
export function luminanceOf(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
