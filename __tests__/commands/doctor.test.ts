import { expect, test } from 'vitest';
import { checkLines, verdict } from '../../source/commands/doctor.ts';
import type { Check } from '../../source/core/check.ts';

const bad: Check = {
  check: 'answers',
  subject: 'bob\u001b[2J',
  state: 'problem',
  text: 'gone\nfor good',
  hint: 'ask\tthem',
};

test('a check is one line, and its hint another; nothing of it steers the terminal', () => {
  expect(checkLines(bad)).toEqual([
    '✗ problem  answers     bob␛[2J: gone␊for good',
    `${' '.repeat(23)}→ ask    them`,
  ]);
  expect(checkLines({ ...bad, state: 'ok', hint: '' })).toEqual([
    '✓ ok       answers     bob␛[2J: gone␊for good',
  ]);
});

test('the last line counts the problems', () => {
  const note: Check = { ...bad, state: 'note' };
  const ok: Check = { ...bad, state: 'ok' };
  expect(verdict([ok])).toBe('No problems found.');
  expect(verdict([ok, note])).toBe('No problems found, 1 note.');
  expect(verdict([bad, note, note])).toBe('1 problem found, 2 notes.');
  expect(verdict([bad, bad])).toBe('2 problems found.');
});
