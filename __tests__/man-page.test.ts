import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { flags, spell } from '../source/commands/flags.ts';
import { namedCommands } from '../source/cli/table.ts';

const path = 'man/cryptochat.1';
const page = readFileSync(path, 'utf8');

const checks: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['man', ['--warnings', '-E', 'UTF-8', '-l', path]],
  ['groff', ['-man', '-ww', '-Tascii', path]],
  ['mandoc', ['-Tlint', path]],
];

test.each(checks)('%s has nothing to say about the page', (program, args) => {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) return expect((error as NodeJS.ErrnoException).code).toBe('ENOENT');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return expect(stdout).not.toMatch(/mandoc: /u);
});

test('the page is ASCII in short lines, and asks for nothing but the man macros', () => {
  for (const line of page.trimEnd().split('\n')) {
    expect(line).toMatch(/^[\x20-\x7e]{1,80}$/u);
    if (/^[.']/u.test(line)) expect(line).toMatch(/^\.(?:TH|SH|TP|P|B|BR|RI|br|ad l)(?: |$)/u);
  }
});

test('every command and every flag is in it', () => {
  const text = page.replaceAll('\\-', '-');
  for (const [name] of namedCommands) expect(text).toMatch(new RegExp(`^\\.B "${name}[ "]`, 'mu'));
  for (const name of Object.keys(flags)) expect(text).toMatch(new RegExp(`^\\.B "${spell(name)}[ "]`, 'mu'));
});
