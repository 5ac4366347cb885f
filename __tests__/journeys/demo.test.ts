// The demo as a person sees it: a second real program that answers, and nothing left of it afterwards.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { jsonLines, setUpPerson } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import type { InTerminal } from '../support/pty.ts';
import { tempFolder } from '../support/temp-home.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

type Demo = InTerminal & {
  /** Where the demo may leave something behind. */
  readonly folder: string;
  /** Whether anything of the demo still runs: every process of it has the folder in its command line. */
  readonly runs: () => Promise<boolean>;
};

async function startDemo(...args: readonly string[]): Promise<Demo> {
  const folder = await tempFolder();
  const terminal = startInTerminal(['demo', ...args], { env: { TMPDIR: folder } });
  return { ...terminal, folder, runs: () => isInAnyCommandLine(folder) };
}

async function isInAnyCommandLine(text: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'command=']);
  return stdout.includes(text);
}

async function leavesNothing({ folder, runs }: Demo): Promise<void> {
  await until('the demo has ended', async () => !(await runs()));
  await until('the demo is removed', async () => (await readdir(folder)).length === 0);
}

test('Echo greets, answers, and changes its key when asked to', async () => {
  const demo = await startDemo();
  await demo.sees('Hi, I am Echo');
  demo.type('hello echo\r');
  await demo.sees('You wrote: hello echo');
  demo.type('Rotate!\r');
  await demo.sees('Done: I have a new key');
  demo.type(actionBytes('quit'));
  expect(await demo.exited).toBe(0);
  await leavesNothing(demo);
});

test.each(['SIGTERM', 'SIGKILL'] as const)('leaves nothing behind after %s', async (signal) => {
  const demo = await startDemo();
  await demo.sees('Hi, I am Echo');
  demo.kill(signal);
  await demo.exited;
  await leavesNothing(demo);
});

test('adds Echo as a contact to an existing home, and keeps the home', async () => {
  const alice = await setUpPerson('alice');
  for (const expected of [['Echo'], ['Echo', 'Echo 2']]) {
    const demo = await startDemo('--home', alice.home);
    await demo.sees('Hi, I am Echo');
    demo.kill('SIGTERM');
    await demo.exited;
    await leavesNothing(demo);
    const contacts = jsonLines(await alice.does('contacts', '--json'));
    expect(contacts.map((one) => one['alias'] ?? one['name'])).toEqual(expected);
  }
  expect(existsSync(join(alice.home, 'keys', 'vault.json'))).toBe(true);
});
