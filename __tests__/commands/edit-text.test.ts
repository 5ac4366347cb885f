import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { editText, sweepEdits } from '../../source/commands/edit-text.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

test('removes drafts that a dead messenger left, and keeps those that a running one waits for', async () => {
  const home = await tempFolder();
  const editing = join(home, 'keys', 'editing');
  const dead = 2 ** 22 + 1;
  for (const name of [`draft-${dead}-abcdef`, `draft-${process.pid}-abcdef`, 'draft-abcdef']) {
    await mkdir(join(editing, name), { recursive: true });
    await writeFile(join(editing, name, 'message.txt'), 'half a thought');
  }
  await sweepEdits(home);
  expect(await readdir(editing)).toEqual([`draft-${process.pid}-abcdef`]);
});

test('another start does not touch a file that is open in an editor', async () => {
  const home = await tempFolder();
  const go = join(home, 'go');
  const waiting = `sh -c 'until [ -e "$0" ]; do sleep 0.05; done; echo more >> "$1"' '${go}'`;
  const text = editText({ home, env: { PATH: process.env['PATH'], EDITOR: waiting } }, 'before');
  const editing = join(home, 'keys', 'editing');
  await until('the editor has it', async () => (await readdir(editing)).length === 1);
  await sweepEdits(home);
  await writeFile(go, '');
  expect(await text).toBe('before\nmore');
  await sweepEdits(home);
  expect(await readdir(join(home, 'keys'))).toEqual([]);
});
