import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const [runUrl, errorsUrl] = ['commands/run.ts', 'core/errors.ts'].map(
  (file) => new URL(`../../source/${file}`, import.meta.url).href,
);

/** Runs `work` (the body of an async function of `signal`) under run() in a process of its own. */
function start(work: string, env: NodeJS.ProcessEnv = {}, out: 'pipe' | number = 'pipe') {
  const code = `import { exitWith, run } from ${JSON.stringify(runUrl)};
    import { ChatError } from ${JSON.stringify(errorsUrl)};
    exitWith(await run(async (signal) => { ${work} }));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', out, 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  const ended = once(child, 'close').then(([exit]) => ({ code: exit as number, stdout, stderr }));
  return { child, ended };
}

const forEver = "console.log('ready'); const timer = setInterval(() => {}, 1000);";
const untilAborted =
  "await new Promise((done) => signal.addEventListener('abort', done)); clearInterval(timer);";

test('done is 0, a number is that number', async () => {
  expect(await start('').ended).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await start('return 3').ended).toMatchObject({ code: 3 });
});

test('a ChatError is two lines, and its own exit code', async () => {
  expect(await start("throw new ChatError('passphrase-wrong')").ended).toEqual({
    code: 77,
    stdout: '',
    stderr: 'cryptochat: error: wrong passphrase\ncryptochat: hint: try again; nothing was changed\n',
  });
});

test.skipIf(process.platform !== 'linux')('a full disk behind standard output is no bug', async () => {
  const { code, stderr } = await start(forEver + untilAborted, {}, openSync('/dev/full', 'w')).ended;
  expect(stderr).toContain('cryptochat: error: the disk is full');
  expect(stderr).not.toContain('bug');
  expect(code).toBe(75);
});

test('an error that carries foreign text stays text', async () => {
  const { stderr } = await start("throw new ChatError('peer-away', 'b\\u001b[2Job\\nx')").ended;
  expect(stderr.split('\n')).toHaveLength(3);
  expect(stderr).not.toContain('\u001b');
});

test.each([
  ['thrown', "throw new TypeError('broken\\nmore\\u001b[2J')"],
  ['thrown later', "setTimeout(() => { throw new TypeError('broken\\nmore') }); await new Promise(() => {})"],
  [
    'rejected',
    "void Promise.reject(new TypeError('broken\\nmore')); await new Promise((done) => setTimeout(done, 5e3))",
  ],
])('a bug that is %s is 70, one line and a pointer, the stack only for who asks', async (_, work) => {
  const { code, stderr } = await start(work).ended;
  expect(code).toBe(70);
  expect(stderr).toBe(
    'cryptochat: error: this is a bug: TypeError: broken\n' +
      'cryptochat: hint: please report it, see CONTRIBUTING.md; CRYPTOCHAT_DEBUG=1 shows where it happened\n',
  );
  const debug = await start(work, { CRYPTOCHAT_DEBUG: '1' }).ended;
  expect(debug.stderr).toMatch(/\n\s+at /u);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s lets the work end in order, and is %i', async (signal, code) => {
  const { child, ended } = start(`${forEver} ${untilAborted} console.log('in order'); throw signal.reason`);
  await once(child.stdout!, 'data');
  child.kill(signal);
  // The same Ctrl+C, passed on by a package manager.
  child.kill(signal);
  expect(await ended).toEqual({ code, stdout: 'ready\nin order\n', stderr: '' });
});

test('everything written to standard output arrives, however slowly it is read', async () => {
  const { stdout, code } = await start("process.stdout.write('x'.repeat(5_000_000))").ended;
  expect([stdout.length, code]).toEqual([5_000_000, 0]);
});
