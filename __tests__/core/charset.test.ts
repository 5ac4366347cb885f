import fc from 'fast-check';
import { expect, test } from 'vitest';
import { charsetIn, createDecoder, decodeWhole } from '../../source/core/charset.ts';
import { runs } from '../support/mutations.ts';

test.each([
  [{}, 'utf-8'],
  [{ LANG: 'C.UTF-8' }, 'utf-8'],
  [{ LANG: 'C' }, 'utf-8'],
  [{ LANG: 'en_US.US-ASCII' }, 'utf-8'],
  [{ LANG: 'de_DE' }, 'utf-8'],
  [{ LANG: 'xx_XX.KLINGON-1' }, 'utf-8'],
  [{ LANG: 'de_DE.ISO-8859-1' }, 'windows-1252'],
  [{ LANG: 'de_DE.ISO8859-15' }, 'iso-8859-15'],
  [{ LANG: 'de_DE@euro' }, 'iso-8859-15'],
  [{ LANG: 'C.UTF-8', LC_CTYPE: 'ru_RU.KOI8-R' }, 'koi8-r'],
  [{ LC_ALL: 'ja_JP.eucJP', LANG: 'C.UTF-8' }, 'euc-jp'],
  [{ LC_ALL: 'ru_RU.CP1251' }, 'windows-1251'],
])('reads %j as %s', (env, charset) => {
  expect(new TextDecoder(charsetIn(env)).encoding).toBe(charset);
});

test('bytes that are not text are null as a whole, and a byte order mark counts as text', () => {
  expect(decodeWhole(Buffer.from('Grüße', 'latin1'), 'utf-8')).toBeNull();
  expect(decodeWhole(Buffer.from('Grüße', 'latin1'), 'iso-8859-1')).toBe('Grüße');
  expect(decodeWhole(Buffer.from('\ufeffa\ufffd'), 'utf-8')).toBe('\ufeffa\ufffd');
});

test('law: UTF-8 text comes through whole in any pieces, and nothing else becomes a letter', () => {
  const part = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('\ufffd'));
  fc.assert(
    fc.property(
      fc.array(part),
      fc.uint8Array({ maxLength: 4 }),
      fc.integer({ min: 1, max: 5 }),
      (parts, junk, size) => {
        const text = parts.join('').toWellFormed();
        const bytes = Buffer.concat([Buffer.from(text), junk]);
        const decode = createDecoder('utf-8');
        let [read, bad] = ['', 0];
        for (let at = 0; at < bytes.length; at += size) {
          const piece = decode(bytes.subarray(at, at + size));
          read += piece.text;
          bad += piece.bad;
        }
        expect(read.startsWith(text)).toBe(true);
        const whole = decodeWhole(bytes, 'utf-8');
        if (whole !== null) expect([read, bad]).toEqual([whole, 0]);
        expect(read.slice(text.length)).not.toContain('\ufffd\ufffd');
      },
    ),
    { numRuns: runs },
  );
});
