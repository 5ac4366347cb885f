import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { canMakeDisks, smallDisk } from '../support/small-disk.ts';

const [runUrl, errorsUrl] = ['cli/run.ts', 'core/errors.ts'].map(
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

test('exits with 0 when done, or with the returned number', async () => {
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

describe.skipIf(process.platform !== 'linux')('lost output is a failure', () => {
  const told =
    /^cryptochat: error: could not write to standard output: .*\ncryptochat: hint: .*carried out.*\n$/u;

  test('when the last line was printed', async () => {
    const { code, stderr } = await start("process.stdout.write('x\\n')", {}, openSync('/dev/full', 'w'))
      .ended;
    expect(stderr).toMatch(told);
    expect(stderr).toContain('no space is left');
    expect(code).toBe(1);
  });

  test('when the command continues: it finishes what is under way first', async () => {
    const work =
      "process.stdout.write('x\\n'); await new Promise((done) => setTimeout(done, 500)); console.error('finished')";
    const { code, stderr } = await start(work, {}, openSync('/dev/full', 'w')).ended;
    expect(stderr).toMatch(/^finished\ncryptochat: error: could not write to standard output/u);
    expect(code).toBe(1);
  });

  test('when the command would never end', async () => {
    const { code, stderr } = await start(forEver + untilAborted, {}, openSync('/dev/full', 'w')).ended;
    expect(stderr).toMatch(told);
    expect(code).toBe(1);
  });

  test('beside a failure, whose exit code stays', async () => {
    const work = "process.stdout.write('x\\n'); throw new ChatError('peer-away', 'bob')";
    const { code, stderr } = await start(work, {}, openSync('/dev/full', 'w')).ended;
    expect(stderr).toMatch(/bob is unreachable.*could not write to standard output/su);
    expect(code).toBe(69);
  });

  test('when nobody has read any of it; a reader that closes early is not a failure', async () => {
    const none = start("await new Promise((done) => setTimeout(done, 300)); process.stdout.write('x\\n')");
    none.child.stdout?.destroy();
    expect(await none.ended).toMatchObject({ code: 1, stderr: expect.stringContaining('nobody reads it') });
    const enough = start(
      "setInterval(() => process.stdout.write('line\\n'), 20); await new Promise((_, no) => signal.addEventListener('abort', no))",
    );
    enough.child.stdout?.once('data', () => enough.child.stdout?.destroy());
    expect(await enough.ended).toMatchObject({ code: 0, stderr: '' });
  });

  test.skipIf(!canMakeDisks)('when there was no room for the end of one long write', async () => {
    const file = openSync(join(await smallDisk(8), 'out'), 'w');
    const { code, stderr } = await start("process.stdout.write('x'.repeat(50_000))", {}, file).ended;
    expect(stderr).toMatch(told);
    expect(code).toBe(1);
  });
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
])('a bug that is %s is 70, one line and a pointer, with the stack only on request', async (_, work) => {
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
