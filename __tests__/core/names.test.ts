import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import { checkName, nearestName, skeleton } from '../../source/core/names.ts';
import { printableLine } from '../../source/core/printable.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { hostileText } from '../support/hostile-text.ts';
import { scanTerminal } from '../support/scan-terminal.ts';

function checked(name: string): string | null {
  try {
    return checkName(name);
  } catch (error) {
    if (error instanceof ChatError && error.code === 'name-bad') return null;
    throw error;
  }
}

describe('accepted names', () => {
  test.each([
    ['alice', 'alice'],
    ['  Alice  Liddell ', 'Alice Liddell'],
    ['José'.normalize('NFD'), 'José'.normalize('NFC')],
    ['名前', '名前'],
    ['🦊', '🦊'],
    ['constructor', 'constructor'],
    ['x'.repeat(32), 'x'.repeat(32)],
  ])('%j', (name, expected) => expect(checkName(name)).toBe(expected));
});

describe('refused names', () => {
  test.each([
    '', '   ', '\u2800', '\u3164', '\u0301', '-rf', '--help', 'a\nb', 'a\tb', 'a\x1b[2J', 'a\u202eb', 'a\u200bb', 'Ali\u200dce',
    'a\ud800', 'x'.repeat(33), '名'.repeat(17), `a${'\u0301'.repeat(9)}`, '\u{e0041}', '\ue000',
  ])('%j', (name) => expect(checked(name)).toBeNull()); // prettier-ignore
});

describe('laws', () => {
  test('an accepted name is safe, is drawn unchanged, and is accepted again', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.constantFrom(...hostileStrings)), (text) => {
        const name = checked(text);
        if (name === null) return;
        expect(scanTerminal(name)).toEqual([]);
        expect(printableLine(name, 32)).toBe(name);
        expect(checkName(name)).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });

  test('a skeleton never throws and does not depend on the form', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(skeleton(text.normalize('NFD'))).toBe(skeleton(text));
        expect(skeleton(`\u200d${text}\u00a0`)).toBe(skeleton(text));
      }),
    );
  });
});

describe('names that look alike', () => {
  test.each([
    ['alice', 'ALICE'],
    ['alice', '\u0430lice'],
    ['alice', 'Al\u0131ce'],
    ['alice', '\uff21lice'],
    ['alice', 'Ali\u200dce'],
    ['alice', 'a1ice'],
    ['alice', 'aIice'],
    ['alice', 'аӏісе'],
    ['alice', ' Alice\u00a0'],
    ['alice', '𝒜𝓁𝒾𝒸ℯ'],
    ['alice', 'ⓐⓛⓘⓒⓔ'],
    ['alice', 'álice'],
    ['Bob', 'В0b'],
    ['Helen', 'Ηelen'],
    ['Anna', 'ΑΝΝΑ'],
    ['tom', 'torn'],
    ['Max', 'Маx'],
    ['a-b', 'a\u2013b'],
  ])('%j and %j', (one, other) => expect(skeleton(other)).toBe(skeleton(one)));

  test.each([
    ['alice', 'bob'],
    ['Anna', 'Hanna'],
    ['がく', 'かく'],
    ['Иван', 'Ivan'],
    ['日本', '日木'],
  ])('%j and %j do not', (one, other) => expect(skeleton(other)).not.toBe(skeleton(one)));
});

describe('the name that was meant', () => {
  const names = ['alice', 'bob', 'carol'];
  test.each([
    ['alise', 'alice'],
    ['Alice', 'alice'],
    ['acrol', 'carol'],
    ['bo', 'bob'],
    ['bbo', 'bob'],
    ['zzzzz', null],
    ['', null],
  ])('%j: %j', (typed, meant) => expect(nearestName(typed, names)).toBe(meant));
});
