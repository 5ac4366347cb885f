import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { program } from '../support/pty.ts';

const dist = dirname(program);

test('every part of the built program loads, even parts that only one command or dialog needs', async () => {
  const { files } = JSON.parse(await readFile(join(dist, '.build.json'), 'utf8')) as {
    files: readonly string[];
  };
  // The entries run when they are loaded; every journey does that.
  const parts = files.filter((name) => name.startsWith('chunk-'));
  expect(parts.length).toBeGreaterThan(50);
  const urls = parts.map((name) => pathToFileURL(join(dist, name)).href);
  const code = `for (const url of ${JSON.stringify(urls)}) await import(url);
    process.stdout.write('loaded', () => process.exit(0));`;
  const ran = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { cwd: dist });
  expect(ran.stdout).toBe('loaded');
});
