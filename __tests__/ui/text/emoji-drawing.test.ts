import stringWidth from 'string-width';
import { afterEach, expect, test } from 'vitest';
import { drawWhole, shown, widthOf } from '../../../source/ui/text/cells.ts';
import { baseForms, emojiKinds, examples, isDrawnWhole } from '../../../source/ui/text/emoji-drawing.ts';
import { hostileStrings } from '../../support/hostile-strings.ts';

const all = new Set(emojiKinds);

afterEach(() => drawWhole(baseForms));

test('every example is an emoji of two columns, and needs just its own kind', () => {
  for (const kind of emojiKinds) {
    expect(stringWidth(examples[kind])).toBe(2);
    expect(isDrawnWhole(examples[kind], new Set([kind]))).toBe(true);
    expect(isDrawnWhole(examples[kind], new Set(emojiKinds.filter((one) => one !== kind)))).toBe(false);
  }
});

test.each([
  ['👩‍👩‍👧‍👦', '👩', 2],
  ['👍🏽', '👍', 2],
  ['❤️', '❤', 1],
  ['🇩🇪', 'DE', 2],
  ['1️⃣', '1', 1],
  ['🏳️‍🌈', '🏳', 1],
  ['👩🏽‍🚀', '👩', 2],
])('%s is %s of %i columns until it is known to be drawn whole', (cluster, base, columns) => {
  expect(shown(cluster)).toBe(base);
  expect(widthOf(cluster)).toBe(columns);
  drawWhole(all);
  expect(shown(cluster)).toBe(cluster);
  expect(widthOf(cluster)).toBe(2);
  drawWhole(baseForms);
  expect(widthOf(cluster)).toBe(columns);
});

test('an emoji that needs two kinds is whole only with both', () => {
  drawWhole(new Set(['joined', 'flag', 'keycap', 'selector']));
  expect(shown('👩🏽‍🚀')).toBe('👩');
  expect(shown('👩‍🚀')).toBe('👩‍🚀');
  drawWhole(new Set(['joined']));
  expect(shown('🏳️‍🌈')).toBe('🏳');
});

test('text that is no emoji is never drawn whole', () => {
  drawWhole(all);
  expect(shown('👨‍👩‍👧‍👦‍👨‍👩‍👧‍👦‍👨‍👩')).toBe('👨');
  expect(shown('🇽🇽')).toBe('XX');
  expect(shown('\u001b')).toBe('\ufffd');
  for (const text of hostileStrings) expect(shown(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/u);
});
