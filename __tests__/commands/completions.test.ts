import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { completableCommands } from '../../scripts/completions/completable.ts';
import { madeCompletions } from '../../scripts/completions/scripts.ts';
import { completionFiles } from '../../source/commands/completions.ts';

const script = 'completions/cryptochat.bash';

/** The completions of bash for a line, with the cursor after its last word. */
function offered(...words: readonly string[]): readonly string[] {
  const code = `source ${script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cryptochat; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', code, 'bash', 'cryptochat', ...words], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

test.each(Object.entries(completionFiles))('%s takes its script', (shell, file) => {
  const { error, status, stderr } = spawnSync(shell, ['-n', `completions/${file}`], { encoding: 'utf8' });
  if (error) expect((error as NodeJS.ErrnoException).code).toBe('ENOENT');
  else expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.each([
  [[''], completableCommands.map(({ name }) => name)],
  [
    ['--home', '/x', 're'],
    ['read', 'rename', 'revoke', 'restore', 'retry'],
  ],
  [['send', '--w'], ['--wait']],
  [
    ['send', '--wait', ''],
    ['sent', 'delivered'],
  ],
  [['send', '--wait', 'sent', '--ti'], ['--timeout']],
  [['send', '--timeout', ''], []],
  [
    ['rotate', '--'],
    ['--yes', '--home', '--passphrase-fd', '--help', '--version', '--plain'],
  ],
  [
    ['keys', ''],
    ['export', 'import'],
  ],
  [['completions', 'f'], ['fish']],
  [['status', ''], []],
] as const)('bash: %j', (words, entries) => {
  expect(offered(...words)).toEqual(entries);
});

test('every flag that takes a value is known to, and every command is in, each script', () => {
  for (const [, text] of madeCompletions) {
    for (const { name, flags } of completableCommands) {
      expect(text).toContain(name);
      for (const { spelling } of flags) expect(text).toContain(spelling.slice(2));
    }
  }
});
