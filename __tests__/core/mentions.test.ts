import { expect, test } from 'vitest';
import { mentions } from '../../source/core/mentions.ts';

test.each([
  ['lunch at noon?', 'lunch', true],
  ['LUNCH!', 'lunch', true],
  ['about lunchtime', 'lunch', false],
  ['brunch', 'unch', false],
  ['brunch, then lunch', 'lunch', true],
  ['lunchlunch lunch', 'lunch', true],
  ['Ça va, Zoë?', 'zoe', true],
  ['@alice: look', '@alice', true],
  ['mail@alice.org', '@alice', true],
  ['see #12', '#12', true],
  ['see #123', '#12', false],
  ['snake_case', 'snake', false],
  ['fresh bread today', 'fresh bread', true],
  ['東京駅で会いましょう', '東京', true],
  ['会いましょう', '東京', false],
  ['Straße', 'strasse', true],
  ['Привет, Анна', 'анна', true],
  ['Анны нет', 'анна', false],
  ['𝒂bc lunch𝟘', 'lunch', false],
  ['', 'lunch', false],
  ['anything', '', false],
  ['anything', '   ', false],
])('%j mentions %j: %s', (text, word, isIn) => {
  expect(mentions(text, word)).toBe(isIn);
});

test('reads a long text of nothing but beginnings quickly', () => {
  const start = performance.now();
  expect(mentions('a'.repeat(61_440), 'a'.repeat(32))).toBe(false);
  expect(performance.now() - start).toBeLessThan(2000);
});
