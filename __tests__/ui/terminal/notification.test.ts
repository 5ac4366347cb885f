import { describe, expect, test } from 'vitest';
import { printableLine } from '../../../source/core/printable.ts';
import { settings } from '../../../source/core/settings.ts';
import { notification, type Way, wayIn } from '../../../source/ui/terminal/notification.ts';
import { hostileStrings } from '../../support/hostile-strings.ts';

test.each([
  [{ TERM: 'xterm-256color' }, 'bell'],
  [{ TERM: 'xterm-kitty' }, 'osc99'],
  [{ TERM: 'xterm-256color', KITTY_WINDOW_ID: '1' }, 'osc99'],
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }, 'osc9'],
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm' }, 'osc9'],
  [{ TERM: 'xterm-ghostty' }, 'osc9'],
  [{ TERM: 'foot' }, 'osc777'],
  [{ TERM: 'rxvt-unicode-256color' }, 'osc777'],
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, 'bell'],
  [{ TERM: 'tmux-256color', TERM_PROGRAM: 'tmux' }, 'bell'],
  [{ TERM: 'xterm-kitty', TMUX: '/tmp/tmux-0/default,1,0' }, 'bell'],
  [{ TERM: 'xterm-kitty', STY: '1.pts' }, 'bell'],
  [{}, 'bell'],
] as const)('%j notifies by %s', (env, way) => {
  expect(wayIn(env)).toBe(way);
});

const hello = printableLine('bob: new message');

test.each([
  ['osc9', 'desktop', '\u001b]9;bob: new message\u0007'],
  ['osc777', 'desktop', '\u001b]777;notify;cryptochat;bob: new message\u0007'],
  [
    'osc99',
    'desktop',
    '\u001b]99;i=cryptochat:d=0;cryptochat\u001b\\\u001b]99;i=cryptochat:d=1:p=body:e=1;Ym9iOiBuZXcgbWVzc2FnZQ==\u001b\\',
  ],
  ['osc9', 'both', '\u001b]9;bob: new message\u0007\u0007'],
  ['osc9', 'bell', '\u0007'],
  ['bell', 'desktop', '\u0007'],
  ['bell', 'both', '\u0007'],
] as const)('%s, %s', (way, by, bytes) => {
  expect(notification(hello, way, by)).toBe(bytes);
});

describe.each(['osc9', 'osc777', 'osc99'] as const)('%s', (way: Way) => {
  test.each([...hostileStrings, '4;1;50', 'x;y'])('lets no control sequence out of the text %j', (text) => {
    for (const by of settings.notify_by.values) {
      const bytes = notification(printableLine(`${text}: ${text}`, 80), way, by);
      expect(bytes).toMatch(
        /^(?:\u0007|(?:\u001b\]9;[^;\p{Cc}]*\u0007|\u001b\]777;notify;cryptochat;[^;\p{Cc}]*\u0007|\u001b\]99;i=cryptochat:d=0;cryptochat\u001b\\\u001b\]99;i=cryptochat:d=1:p=body:e=1;[\w+/=]*\u001b\\)\u0007?)$/u,
      );
    }
  });
});
