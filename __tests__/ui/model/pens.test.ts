import { expect, test } from 'vitest';
import type { Colour } from '../../../source/core/themes.ts';
import { depthIn, luminanceOf, numberOf, penOf, rgbOf } from '../../../source/ui/model/pens.ts';

const all = 16_777_216;

test.each([
  [{}, 16],
  [{ TERM: 'xterm' }, 16],
  [{ TERM: 'linux' }, 16],
  [{ TERM: 'xterm-256color' }, 256],
  [{ TERM: 'screen-256color', STY: '1.x' }, 256],
  [{ TERM: 'screen', STY: '1.x', COLORTERM: 'truecolor' }, 16],
  [{ TERM: 'tmux-256color', TMUX: '/tmp/x,1,0' }, 256],
  [{ TERM: 'tmux-256color', TMUX: '/tmp/x,1,0', COLORTERM: 'truecolor' }, all],
  [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, all],
  [{ TERM: 'xterm', COLORTERM: '24bit' }, all],
  [{ TERM: 'xterm-256color', COLORTERM: 'yes' }, 256],
  [{ TERM: 'xterm-kitty' }, all],
  [{ TERM: 'foot' }, all],
  [{ TERM: 'foot-extra' }, all],
  [{ TERM: 'footloose' }, 16],
  [{ TERM: 'xterm-direct' }, all],
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }, all],
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, 256],
  [{ WT_SESSION: '1' }, all],
  [{ NO_COLOR: '' }, 16],
  [{ NO_COLOR: '1', COLORTERM: 'truecolor' }, 0],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, 16],
  [{ NO_COLOR: '1', FORCE_COLOR: '', TERM: 'xterm-256color' }, 256],
  [{ FORCE_COLOR: '0', COLORTERM: 'truecolor' }, 0],
  [{ FORCE_COLOR: 'false' }, 0],
  [{ FORCE_COLOR: '2', COLORTERM: 'truecolor' }, 256],
  [{ FORCE_COLOR: '3', TERM: 'xterm' }, all],
  [{ FORCE_COLOR: 'true', TERM: 'xterm-256color' }, 256],
])('%j has %d colours', (env, depth) => {
  expect(depthIn(env)).toBe(depth);
});

test.each([
  ['#000000', 16, 0],
  ['#ffffff', 16, 15],
  ['#ff0000', 16, 9],
  ['#c00000', 16, 1],
  ['#00d000', 16, 2],
  ['#808080', 16, 8],
  ['#000000', 256, 16],
  ['#ffffff', 256, 231],
  ['#ff0000', 256, 196],
  ['#5f87af', 256, 67],
  ['#0b0b0b', 256, 232],
  ['#808080', 256, 244],
  [3, 256, 3],
  [3, 16, 3],
  [196, 16, 9],
  [232, 16, 0],
  [196, 256, 196],
] as const)('%s becomes, of %d colours, number %d', (colour, count, number) => {
  expect(numberOf(colour, count)).toBe(number);
});

test.each([
  [{}, all, '', ''],
  [{ color: '#0102ff' }, all, '\u001b[38;2;1;2;255m', '\u001b[39m'],
  [{ color: '#ff0000' }, 256, '\u001b[38;5;196m', '\u001b[39m'],
  [{ color: '#ff0000' }, 16, '\u001b[91m', '\u001b[39m'],
  [{ color: '#ff0000', bold: true }, 0, '\u001b[1m', '\u001b[22m'],
  [{ color: 4, background: 15 }, 16, '\u001b[34m\u001b[107m', '\u001b[49m\u001b[39m'],
  [{ color: 4 }, all, '\u001b[34m', '\u001b[39m'],
  [{ background: 200 }, all, '\u001b[48;5;200m', '\u001b[49m'],
  [
    { dim: true, underline: true, inverse: true, italic: true },
    16,
    '\u001b[2m\u001b[3m\u001b[4m\u001b[7m',
    '\u001b[27m\u001b[24m\u001b[23m\u001b[22m',
  ],
] as const)('%j in %d colours', (style, depth, on, off) => {
  expect(penOf(style, depth)).toEqual({ on, off });
});

test.each<readonly [Colour, readonly number[]]>([
  [0, [0, 0, 0]],
  [15, [255, 255, 255]],
  [16, [0, 0, 0]],
  [67, [95, 135, 175]],
  [231, [255, 255, 255]],
  [232, [8, 8, 8]],
  [255, [238, 238, 238]],
  ['#0a0b0c', [10, 11, 12]],
])('%s is %j', (colour, rgb) => {
  expect(rgbOf(colour)).toEqual(rgb);
});

test('luminance goes from 0 to 1', () => {
  expect([luminanceOf([0, 0, 0]), luminanceOf([255, 255, 255])]).toEqual([0, 1]);
});
