import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isOurs } from '../../source/cli/compiled.ts';
import { tempFolder } from '../support/temp-home.ts';

test('keeps compiled code only where no other user could plant theirs', async () => {
  const folder = join(await tempFolder(), '.compiled');
  expect(isOurs(folder)).toBe(true);
  mkdirSync(join(folder, 'v1'), { recursive: true, mode: 0o700 });
  expect(isOurs(folder)).toBe(true);
  for (const path of [folder, join(folder, 'v1')]) {
    for (const mode of [0o720, 0o702, 0o777]) {
      chmodSync(path, mode);
      expect([path, mode, isOurs(folder)]).toEqual([path, mode, false]);
    }
    chmodSync(path, 0o755);
    expect(isOurs(folder)).toBe(true);
  }
  symlinkSync('/tmp', join(folder, 'v2'));
  expect(isOurs(folder)).toBe(false);
  const other = join(await tempFolder(), '.compiled');
  symlinkSync(folder, other);
  expect(isOurs(other)).toBe(false);
  const file = join(await tempFolder(), '.compiled');
  writeFileSync(file, '');
  expect(isOurs(file)).toBe(false);
});

test('does not use a path that cannot be checked, and continues without it', () => {
  expect(isOurs('\0')).toBe(false);
});
