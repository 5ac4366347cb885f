// The first line of the launcher, by which the system runs the installed command.

import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import about from '../../package.json' with { type: 'json' };

const launcher = fileURLToPath(new URL('../../scripts/launch.mjs', import.meta.url));

/** Tells at the end of a process what it was started with, and what the programs that it starts would get. */
const told = `process.on('exit', () => {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const started = readFileSync('/proc/self/environ', 'utf8').split('\\0').filter((one) => one.startsWith('MALLOC'));
  process.stderr.write(JSON.stringify({ started, left: Object.keys(process.env).filter((one) => one.startsWith('MALLOC')) }));
});`;

test('runs under the Node in PATH', () => {
  const env = { PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
  const { status, stdout } = spawnSync(launcher, ['--version'], { env, encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${about.version}\n` });
});

test.runIf(process.platform === 'linux')(
  'has one arena of memory, and the programs that it starts their own',
  () => {
    const env = {
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(told)}`,
    };
    const { stderr } = spawnSync(launcher, ['--version'], { env, encoding: 'utf8' });
    expect(JSON.parse(stderr)).toEqual({ started: ['MALLOC_ARENA_MAX=1'], left: [] });
  },
);
