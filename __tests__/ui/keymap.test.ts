import { expect, test } from 'vitest';
import { actionFor, bindingsIn, keyLabel } from '../../source/ui/bindings.ts';
import { handlers } from '../../source/ui/handlers.ts';
import { keymap } from '../../source/ui/keymap.ts';

test('no key has two meanings in one place', () => {
  const places = keymap.flatMap(({ keys, where }) => keys.map((key) => `${where} ${key}`));
  expect(places).toEqual([...new Set(places)]);
});

test('every action does something, and nothing else does', () => {
  const actions = new Set<string>(keymap.map(({ action }) => action));
  expect(Object.keys(handlers).toSorted()).toEqual([...actions].toSorted());
});

test('nothing depends on an F-key or Alt alone, except what has a command or an arrow', () => {
  const lonely = keymap
    .filter(({ keys }) => keys.every((key) => /^(alt\+|f\d)/.test(key)))
    .map(({ action }) => action);
  expect(lonely.toSorted()).toEqual(
    ['go-to-number', 'lock', 'next-unread', 'open-help', 'redo', 'yank-older'].toSorted(),
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
  expect(actionFor('up', ['palette', 'dialog', 'text'])).toBe('palette-up');
  expect(actionFor('up', ['keys', 'dialog'])).toBe('scroll-dialog-up');
  expect(actionFor('f9', ['conversation'])).toBeNull();
  expect(bindingsIn('invite')).toHaveLength(1);
});
