import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexDump, hexRows } from '../../source/core/hex-dump.ts';

test('a dump has offsets, pairs of bytes, and their ASCII letters', () => {
  const bytes = Buffer.from('POST /message \x00\x7f\x1b\x80\xff~ ', 'latin1');
  expect(hexDump(bytes)).toEqual([
    '00000000: 504f 5354 202f 6d65 7373 6167 6520 007f  POST /message ..',
    '00000010: 1b80 ff7e 20                             ...~ ',
  ]);
  expect(hexRows(bytes, 8)[2]).toEqual({ offset: '00000010', hex: '1b80 ff7e 20', ascii: '...~ ' });
  expect(hexDump(new Uint8Array())).toEqual([]);
});

test('a dump reads back to its bytes', () => {
  const bytesIn = (line: string): string => line.slice(10, 49).replaceAll(' ', '');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const dump = hexDump(bytes);
      expect(dump.map(bytesIn).join('')).toBe(Buffer.from(bytes).toString('hex'));
      expect(dump.every((line) => /^[\x20-\x7e]*$/u.test(line))).toBe(true);
    }),
  );
});

function hasXxd(): boolean {
  try {
    execFileSync('xxd', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test.skipIf(!hasXxd())('xxd writes the same', () => {
  const bytes = Buffer.from(Array.from({ length: 300 }, (_, n) => (n * 7) & 255));
  expect(`${hexDump(bytes).join('\n')}\n`).toBe(execFileSync('xxd', { input: bytes }).toString());
});
