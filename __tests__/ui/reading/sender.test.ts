import { expect, test } from 'vitest';
import { printableLine } from '../../../source/core/printable.ts';
import { senderOf } from '../../../source/ui/reading/sender.ts';
import { contactOf } from '../support/samples.ts';

function nameOf(name: string, id = 2, columns = 40): string {
  return senderOf([contactOf(id, name)], id, columns, false).name;
}

test('the colour goes with the contact, not with the name', () => {
  const look = (id: number, name: string): string => senderOf([contactOf(id, name)], id, 40, false).look;
  expect(look(1, 'bob')).toBe(look(1, 'robert'));
  expect(new Set([1, 2, 3, 4].map((id) => look(id, 'bob'))).size).toBe(4);
});

test('no contact is shown under your own name', () => {
  for (const name of ['you', 'You', 'YOU', 'ｙｏｕ']) expect(nameOf(name)).toBe(`${printableLine(name)} 2`);
  expect(nameOf('you 11:59')).toBe('you 11:59 2');
  for (const name of ['youssef', 'yo', 'Yuri', 'not you']) expect(nameOf(name)).toBe(name);
});

test.each(['уоu', 'Υου', 'у0и'.replace('и', 'υ'), 'yoú', 'y\u00a0ou', 'ყоu →', 'you: yes', 'уоu, 11:59'])(
  'no contact is shown as %j, which looks like you',
  (name) => {
    expect(nameOf(name)).toBe(`${printableLine(name)} 2`);
  },
);

test('names that look alike without the screen’s own signs get numbers', () => {
  const two = [contactOf(1, '❯ bob'), contactOf(2, '┃ bob')];
  expect([1, 2].map((id) => senderOf(two, id, 40, false).name)).toEqual(['? bob 1', '? bob 2']);
});

test('a name contains none of the screen’s own signs', () => {
  expect(nameOf('┃ bob')).toBe('? bob');
  expect(nameOf('── Today ──')).toBe('?? Today ??');
  expect(nameOf('— key verified —')).toBe('? key verified ?');
  expect(nameOf('❯ǀ┊▐')).toBe('????');
});

test('names that would look alike when cut get numbers', () => {
  const two = [contactOf(1, 'Alexandra Smith'), contactOf(2, 'Alexandra Jones')];
  expect([1, 2].map((id) => senderOf(two, id, 10, false).name)).toEqual(['Alexand… 1', 'Alexand… 2']);
});
