import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { cannotPromise } from '../../source/commands/limits.ts';
import { helpText } from '../../source/cli/help.ts';
import { run } from '../support/command-line.ts';

test('the program says what it cannot promise in the words of SECURITY.md', async () => {
  const security = await readFile(new URL('../../SECURITY.md', import.meta.url), 'utf8');
  const part = security.split('## What it cannot promise')[1]?.split('\n## ')[0] ?? '';
  const items = part.split(/\n- /u).map((item) => item.replaceAll(/\s+/gu, ' ').trim());
  expect(cannotPromise).toEqual(items.filter(Boolean));
  expect(cannotPromise.length).toBeGreaterThan(5);
});

test('--help leads to the limits, and help prints them without a home', async () => {
  expect(helpText(undefined)).toContain('cryptochat help limits');
  const limits = await run(['help', 'limits'], '', { HOME: '/nowhere' });
  expect(limits).toMatchObject({ code: 0, stderr: '' });
  const words = limits.stdout.replaceAll(/\s+/gu, ' ');
  for (const item of cannotPromise) expect(words).toContain(item);
  expect(Math.max(...limits.stdout.split('\n').map((line) => line.length))).toBeLessThan(80);
  expect((await run(['help', 'send'])).stdout).toBe(`${helpText('send')}\n`);
  expect(await run(['help', 'lmits'])).toMatchObject({ code: 2, stdout: '' });
});
