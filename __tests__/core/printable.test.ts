import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { boundClusters } from '../../source/core/clusters.ts';
import { limits } from '../../source/core/limits.ts';
import { escapeJson, pasteable, printable, printableLine } from '../../source/core/printable.ts';
import { cellWidth, clustersOf } from '../../source/core/width.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { hostileText } from '../support/hostile-text.ts';
import { scanTerminal } from '../support/scan-terminal.ts';

const runs = { numRuns: 2000 };

describe('every hostile string', () => {
  test.each(hostileStrings.map((text) => [JSON.stringify(text), text]))('%s', (_, text) => {
    expect(scanTerminal(printable(text))).toEqual([]);
    expect(scanTerminal(printableLine(text, 32))).toEqual([]);
    expect(scanTerminal(escapeJson(JSON.stringify(text)))).toEqual([]);
    expect(printable(printable(text))).toBe(printable(text));
    expect(printableLine(text)).not.toContain('\n');
    expect(JSON.parse(escapeJson(JSON.stringify(text)))).toBe(text);
  });
});

test('copied text says the same, and can neither end a paste nor press a key', () => {
  expect(pasteable('a\tb\r\nc\rd \u2068e\u{1f44d}\n')).toBe('a\tb\nc\nd \u2068e\u{1f44d}\n');
  expect(pasteable('ls\u001b[201~\rrm\u0000\u0003\u007f\u009b201~')).toBe('ls[201~\nrm201~');
  for (const text of hostileStrings) expect(pasteable(text)).not.toMatch(/(?![\n\t])\p{Control}/u);
});

test.each(['\u200c', '\u200d'])('a cut leaves no joiner that joins nothing: %j', (joiner) => {
  const cut = printableLine(`\u06cc${joiner}\u06a9\n`, 2);
  expect(cut).toBe('\u06cc…');
  expect(printableLine(cut, 2)).toBe(cut);
});

describe('laws', () => {
  test('a body is safe and stays the same the second time', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const once = printable(text);
        expect(scanTerminal(once)).toEqual([]);
        expect(printable(once)).toBe(once);
        expect(once.split('\n').length).toBeLessThanOrEqual(limits.messageLines);
      }),
      runs,
    );
  });

  test('a line is safe, is one line, fits, and stays the same the second time', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 60 }), (text, cells) => {
        const once = printableLine(text, cells);
        expect(scanTerminal(once)).toEqual([]);
        expect(once).not.toContain('\n');
        expect(stringWidth(once)).toBeLessThanOrEqual(cells);
        expect(printableLine(once, cells)).toBe(once);
        expect(printable(printableLine(text))).toBe(printableLine(text));
      }),
      runs,
    );
  });

  test('no cluster holds more than its share', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const cluster of clustersOf(printable(text))) {
          expect([...cluster].length).toBeLessThanOrEqual(limits.clusterCodePoints);
          const marks = cluster.replaceAll('\ufe0f', '').match(/\p{M}+/gu) ?? [];
          for (const run of marks) expect([...run].length).toBeLessThanOrEqual(limits.clusterMarks);
        }
      }),
      runs,
    );
  });

  test('the width is never less than what Ink counts', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const line = printableLine(text);
        expect(cellWidth(line)).toBeGreaterThanOrEqual(stringWidth(line));
      }),
      runs,
    );
  });

  test('JSON comes out safe and the same', () => {
    const value = fc.oneof(hostileText, fc.dictionary(hostileText, hostileText));
    fc.assert(
      fc.property(value, (told) => {
        const json = escapeJson(JSON.stringify(told));
        expect(scanTerminal(json)).toEqual([]);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(told)));
      }),
      runs,
    );
  });
});

test('no forbidden code point gets through alone, and each is stable', () => {
  for (let point = 0; point <= 0x10_ffff; point += 1) {
    const text = String.fromCodePoint(point);
    const once = printable(text);
    if (once === text) {
      if (boundClusters(text) !== text || scanTerminal(text).length > 0)
        expect(point.toString(16)).toBe('kept');
    } else if (printable(once) !== once || scanTerminal(once).length > 0) {
      expect(point.toString(16)).toBe('stable and safe');
    }
  }
});

describe('ordinary text stays unchanged', () => {
  test.each([
    ['English', 'The quick brown fox, "quoted" — and (so) on… 5 €'],
    ['two paragraphs', 'one\n\ntwo'],
    ['Vietnamese in NFD', 'Tiếng Việt'.normalize('NFD')],
    ['Persian with ZWNJ', 'می\u200cخواهم'],
    ['Hindi conjuncts', 'क्षत्रिय र्त्स्न्य हिन्दी'],
    ['Bengali with ZWJ', 'র\u200d্য'],
    ['Sinhala with ZWJ', 'ශ්\u200dරී ලංකා'],
    ['Malayalam chillu', 'ന്\u200d അവന്'.replace(' ', '')],
    ['Thai', 'น้ำใจ'],
    ['Hebrew with points', 'שָׁלוֹם'],
    ['Korean in NFD', '안녕하세요'.normalize('NFD')],
    ['Japanese', '日本語、ｶﾞｯﾂ がんばって'],
    ['Braille', '⠓⠑⠇⠇⠕⠀⠺'],
    ['a family', '👨‍👩‍👧‍👦'],
    ['a skin tone', '👍🏽 and 👩🏽‍💻'],
    ['a heart on fire', '❤️‍🔥'],
    ['the same, minimally qualified', '❤‍🔥'],
    ['a rainbow flag', '🏳️‍🌈'],
    ['flags', '🇩🇪🇫🇷'],
    ['a keycap', '1️⃣ #️⃣'],
  ])('%s', (_, text) => {
    expect(printable(text)).toBe(text);
  });
});

describe('replacements', () => {
  test.each([
    ['an escape sequence', '\x1b[2J', '␛[2J'],
    ['a carriage return', 'a\rb', 'a␍b'],
    ['line ends of Windows', 'a\r\nb', 'a\nb'],
    ['delete', '\x7f', '␡'],
    ['a tab', 'a\tb', 'a    b'],
    ['C1', '\x9b2J', '�2J'],
    ['other line breaks', 'a\u2028b\u2029c\x85d', 'a\nb\nc\nd'],
    ['a lone surrogate', 'a\ud800', 'a�'],
    ['a bidi override', 'abc\u202etxt.exe', 'abctxt.exe'],
    ['zero width', 'pay\u200bpal\u2060\ufeff', 'paypal'],
    ['a joiner between Latin letters', 'Ali\u200dce', 'Alice'],
    ['tags', '\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}', '🏴'],
    ['annotation', '\ufff9x\ufffay\ufffb', 'xy'],
    ['a mark without a base', '\u0301a', '◌\u0301a'],
    ['a mark at the start of a line', 'a\n\u0301', 'a\n◌\u0301'],
    ['a fifth mark', `Z${'\u0301'.repeat(5)}`, `Z${'\u0301'.repeat(4)}`],
    ['half a flag', '🇩 ', '� '],
    ['a skin tone alone', 'a🏽', 'a�'],
    ['a joined pair that is not an emoji', '👩‍🏠', '👩🏠'],
    ['a digit with VS16', '1\ufe0f', '1'],
    ['private use', '\ue0b0', '�'],
  ])('%s', (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test('line breaks become pictures where there is one line', () => {
    expect(printableLine('a\nb\r\nc\u2028d')).toBe('a␊b␊c␊d');
  });

  test('a line is cut before it is too wide, with an ellipsis', () => {
    expect(printableLine('abcdef', 6)).toBe('abcdef');
    expect(printableLine('abcdefg', 6)).toBe('abcde…');
    expect(printableLine('日本語', 5)).toBe('日本…');
    expect(printableLine('日本語', 4)).toBe('日…');
  });

  test('a message of 201 lines ends in how many more there are', () => {
    const lines = printable(Array.from({ length: 201 }, (_, at) => `${at}`).join('\n')).split('\n');
    expect(lines).toHaveLength(200);
    expect(lines.at(-1)).toBe('… 2 more lines');
    expect(printable('x\n'.repeat(199))).toBe('x\n'.repeat(199));
  });

  test('the longest possible message takes a moment, not a second', () => {
    const worst = ['\u0301', '\u0915\u094d', '👩‍', '\x1b', '\u1100'].map((piece) => piece.repeat(20_480));
    const before = performance.now();
    for (const text of worst) printable(text);
    expect(performance.now() - before).toBeLessThan(1500);
  });
});
