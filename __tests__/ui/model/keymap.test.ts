import { describe, expect, test } from 'vitest';
import { printableLine } from '../../../source/core/printable.ts';
import {
  actionFor,
  bindingsIn,
  canonicalKey,
  keyFor,
  keyLabel,
  keyMapOf,
} from '../../../source/ui/model/bindings.ts';
import { handlers } from '../../../source/ui/handlers.ts';
import { faultOfKeys, keymap } from '../../../source/ui/keymap.ts';
import { mountScreen } from '../support/mount.ts';
import { sampleClient } from '../support/samples.ts';

test('gives no key two meanings in one place', () => {
  const places = keymap.flatMap(({ keys, where }) => keys.map((key) => `${where} ${key}`));
  expect(places).toEqual([...new Set(places)]);
});

test('every action does something, and nothing else does', () => {
  const actions = new Set<string>(keymap.map(({ action }) => action));
  expect(Object.keys(handlers).toSorted()).toEqual([...actions].toSorted());
});

test('no action depends on an F-key or Alt alone, unless it has a command or an arrow', () => {
  const lonely = keymap
    .filter(({ keys }) => keys.every((key) => /^(alt\+|f\d)/.test(key)))
    .map(({ action }) => action);
  expect(lonely.toSorted()).toEqual(
    [
      'go-to-number',
      'lock',
      'narrow-list',
      'next-unread',
      'open-help',
      'redo',
      'toggle-list',
      'widen-list',
      'yank-older',
    ].toSorted(),
  );
});

test.each([
  ['ctrl+k', 'Ctrl+K'],
  ['alt+up', 'Alt+↑'],
  ['pagedown', 'PgDn'],
  ['ctrl+_', 'Ctrl+_'],
  ['c', 'c'],
  ['?', '?'],
])('%s is written %s', (key, label) => {
  expect(keyLabel(key)).toBe(label);
});

test('the innermost place decides', () => {
  const defaultKeyMap = keyMapOf(keymap);
  expect(actionFor(defaultKeyMap, 'up', ['palette', 'dialog', 'text'])).toBe('palette-up');
  expect(actionFor(defaultKeyMap, 'up', ['keys', 'dialog'])).toBe('scroll-dialog-up');
  expect(actionFor(defaultKeyMap, 'f9', ['conversation'])).toBeNull();
  expect(bindingsIn(defaultKeyMap, 'invite')).toHaveLength(1);
});

describe('keys of a person', () => {
  test.each([
    ['Ctrl+X', 'ctrl+x'],
    ['shift+ctrl+alt+Up', 'ctrl+alt+shift+up'],
    ['ctrl++', 'ctrl++'],
    ['F5', 'f5'],
    ['?', '?'],
    ['A', 'A'],
  ])('%j is %j', (written, name) => {
    expect(canonicalKey(written)).toBe(name);
  });

  test('replace the keys of their action, wherever it counts, and leave the others', () => {
    const map = keyMapOf(keymap, { send: ['ctrl+s', 'F5'], 'next-unread': [], 'close-dialog': ['ctrl+x'] });
    expect(actionFor(map, 'ctrl+s', ['conversation'])).toBe('send');
    expect(actionFor(map, 'f5', ['conversation'])).toBe('send');
    expect(actionFor(map, 'enter', ['conversation'])).toBeNull();
    expect(actionFor(map, 'alt+a', ['conversation'])).toBeNull();
    expect(actionFor(map, 'ctrl+x', ['stopped'])).toBe('close-dialog');
    expect(actionFor(map, 'escape', ['stopped'])).toBeNull();
    expect(actionFor(map, 'ctrl+k', ['conversation'])).toBe('open-palette');
    expect(bindingsIn(map, 'conversation').some(({ action }) => action === 'next-unread')).toBe(false);
    expect(keyFor(map, 'send', printableLine('none'))).toBe('Ctrl+S');
    expect(keyFor(map, 'next-unread', printableLine('none'))).toBe('none');
  });

  test.each([
    [{}],
    [{ send: ['ctrl+s'] }],
    [{ 'open-palette': ['ctrl+n'], 'next-conversation': ['ctrl+k'] }],
    [{ 'copy-link': ['x'], 'next-unread': [] }],
    [{ 'open-help': ['f1', 'f2'] }],
  ])('%j can be used', (keys) => {
    expect(faultOfKeys(keys)).toBeNull();
  });

  test.each<[Record<string, string[]>, string, string]>([
    [{ sned: ['ctrl+s'] }, 'sned', 'is not an action, did you mean send'],
    [{ __proto__x: [] }, '__proto__x', 'is not an action'],
    [{ send: [] }, 'send', 'needs a key'],
    [{ quit: [] }, 'quit', 'needs a key'],
    [{ cancel: [] }, 'cancel', 'needs a key'],
    [{ send: ['ctrl+foo'] }, 'send', '"ctrl+foo" is not a key, write for example "ctrl+x"'],
    [{ send: [''] }, 'send', '"" is not a key, write for example "ctrl+x"'],
    [{ send: ['x'] }, 'send', '"x" alone types text there, write for example "ctrl+x"'],
    [{ lock: ['space'] }, 'lock', '"space" alone types text there, write for example "ctrl+x"'],
    [{ send: ['ctrl+k'] }, 'send', 'has "ctrl+k", which open-palette has already'],
    [{ 'open-palette': ['Ctrl+O'] }, 'open-palette', 'has "ctrl+o", which show-keys has already'],
    [{ send: ['ctrl+q'] }, 'send', 'has "ctrl+q", which quit has already'],
    [{ lock: ['ctrl+u'] }, 'lock', 'has "ctrl+u", which kill-to-start has already'],
    [{ 'accept-request': ['d'] }, 'accept-request', 'has "d", which decline-request has already'],
  ])('%j cannot', (keys, action, reason) => {
    expect(faultOfKeys(keys)).toEqual({ action, reason });
  });

  test('the keys of the program pass its own check', () => {
    const all = Object.fromEntries(
      keymap.map(({ action }) => [
        action,
        keymap.filter((one) => one.action === action).flatMap(({ keys }) => [...keys]),
      ]),
    );
    const shared = ['close-dialog', 'quit', 'next-field', 'previous-field', 'join', 'lock'];
    expect(
      faultOfKeys(Object.fromEntries(Object.entries(all).filter(([name]) => !shared.includes(name)))),
    ).toBeNull();
  });
});

test('the hints and the help show the keys in effect', async () => {
  const mounted = mountScreen(
    { kind: 'ready', open: () => Promise.resolve(sampleClient()) },
    { settings: { keys: { 'open-palette': ['ctrl+v'], 'open-help': ['f2'] } } },
  );
  await mounted.sees(/Ctrl\+V go to/);
  mounted.type('\u000b');
  mounted.type('\u0016');
  await mounted.sees('Go to');
  mounted.type('\u001b[27u\u001bOQ');
  await mounted.sees(/Ctrl\+V +go to a person or a command/);
  expect(mounted.screen()).not.toContain('Ctrl+K');
});
