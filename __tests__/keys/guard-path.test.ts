import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import { guardPath } from '../../source/keys/guard-path.ts';
import { tempFolder } from '../support/temp-home.ts';

const isRoot = process.getuid?.() === 0;
const somebody = 12345;

let root = '';
let home = '';
beforeEach(async () => {
  root = await tempFolder();
  home = join(root, 'above', 'home');
  mkdirSync(home, { recursive: true, mode: 0o755 });
});

function refusal(path: string): readonly string[] {
  try {
    guardPath(path);
    return [];
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return [error.code, error.message];
  }
}

test('accepts a folder that only this user can write to, and returns its real path', () => {
  symlinkSync('above', join(root, 'link'));
  expect(guardPath(home)).toBe(home);
  expect(guardPath(join(root, 'link', 'home', '..', 'home'))).toBe(home);
  expect(guardPath(join(root, 'link', 'not', 'there'))).toBe(join(root, 'above', 'not', 'there'));
});

test.each([0o775, 0o757, 0o777, 0o720, 0o1777])('refuses a home of the mode %o', (mode) => {
  chmodSync(home, mode);
  expect(refusal(home)).toEqual(['path-open', `other users can write to ${home}`]);
});

test.each([0o775, 0o757, 0o777])(
  'refuses a folder of the mode %o above a home, even one that is not made yet',
  (mode) => {
    const above = join(root, 'above');
    chmodSync(above, mode);
    expect(refusal(home)).toEqual(['path-open', `other users can write to ${above}`]);
    expect(refusal(join(above, 'new', 'home'))).toEqual(['path-open', `other users can write to ${above}`]);
  },
);

test('accepts a sticky folder above a home, but not as the home', () => {
  chmodSync(join(root, 'above'), 0o1777);
  expect(refusal(home)).toEqual([]);
  expect(refusal(join(root, 'above', 'new'))).toEqual([]);
});

test('refuses a file that others can write to', () => {
  const config = join(home, 'config.toml');
  writeFileSync(config, '');
  chmodSync(config, 0o644);
  expect(refusal(config)).toEqual([]);
  chmodSync(config, 0o664);
  expect(refusal(config)).toEqual(['path-open', `other users can write to ${config}`]);
});

test('checks the target of a link, and the folders above it', () => {
  const other = join(root, 'other');
  mkdirSync(join(other, 'inbox'), { recursive: true });
  symlinkSync(join(other, 'inbox'), join(home, 'inbox'));
  expect(refusal(join(home, 'inbox'))).toEqual([]);
  chmodSync(other, 0o777);
  expect(refusal(join(home, 'inbox'))).toEqual(['path-open', `other users can write to ${other}`]);
});

test('refuses links that lead in a circle', () => {
  symlinkSync('b', join(home, 'a'));
  symlinkSync('a', join(home, 'b'));
  expect(refusal(join(home, 'a'))[0]).toBe('disk-failed');
});

test.runIf(isRoot)('refuses what belongs to another user: a home, a folder above it, a file, a link', () => {
  const file = join(home, 'config.toml');
  writeFileSync(file, '');
  const link = join(root, 'link');
  symlinkSync(home, link);
  const owners = [
    [home, home],
    [join(root, 'above'), home],
    [file, file],
    [link, link],
  ] as const;
  for (const [theirs, path] of owners) {
    lchownSync(theirs, somebody, somebody);
    expect(refusal(path)).toEqual(['folder-owner', `${theirs} belongs to another user`]);
    lchownSync(theirs, 0, 0);
    expect(refusal(path)).toEqual([]);
  }
});

test.runIf(isRoot)('accepts a folder of root for every user', () => {
  chmodSync(root, 0o755);
  chownSync(home, somebody, somebody);
  vi.spyOn(process, 'getuid').mockReturnValue(somebody);
  onTestFinished(() => void vi.restoreAllMocks());
  expect(refusal(home)).toEqual([]);
  expect(refusal(join(root, 'above'))).toEqual([]);
  chownSync(join(root, 'above'), somebody + 1, 0);
  expect(refusal(home)[0]).toBe('folder-owner');
});
