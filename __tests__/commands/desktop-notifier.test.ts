import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { desktopNotifier } from '../../source/commands/desktop-notifier.ts';
import { limits } from '../../source/core/limits.ts';
import { printableLine } from '../../source/core/printable.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { hasBus, notificationBus } from '../support/notification-bus.ts';
import { until } from '../support/until.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program on PATH that writes down its arguments, byte for byte, and its own pid; then does what `then` says. */
async function fake(name: string, then = 'exit 0'): Promise<void> {
  const script = [
    '#!/bin/sh',
    `echo $$ >> '${folder}/${name}.pids'`,
    `{ for one in "$@"; do printf '%s\\0' "$one"; done; printf '%s\\0<<END>>' "$CRYPTOCHAT_NOTE"; } >> '${folder}/${name}.args'`,
    then,
  ];
  await writeFile(join(folder, name), `${script.join('\n')}\n`, { mode: 0o755 });
}

/** The input of each run of a program: its arguments, and the note in its environment at the end. */
async function given(name: string): Promise<ReadonlyArray<readonly string[]>> {
  const file = join(folder, `${name}.args`);
  if (!existsSync(file)) return [];
  const text = await readFile(file, 'utf8');
  return text
    .split('<<END>>')
    .slice(0, -1)
    .map((one) => one.split('\0').slice(0, -1));
}

const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: [folder, '/usr/bin', '/bin'].join(delimiter),
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere',
  ...more,
});

/** The fakes alone: no program of this machine is found. */
const alone = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => environment({ PATH: folder, ...more });

const hello = 'bob: new message';

const hostile = [
  ...hostileStrings.map((text) => printableLine(`${text}: ${text}`, 80)),
  '-h',
  '--help',
  '--app-name=evil',
  '--',
  '$(touch owned)',
  '`touch owned`',
  '"; do shell script "touch owned"; "',
  "'; touch owned; '",
  '\\',
  "\\'",
  '\\n\\t\\033[31m\\x1b\\u001b\\000',
  '%s%n',
  '<b>bold</b><img src="http://example.org/x">&amp;',
  '<toast launch="x"/>',
  '$env:PATH',
  'bob: -e do shell script "x"',
];

describe('Linux', () => {
  test('notify-send gets the text after the end of its options, without anything that could be markup', async () => {
    await fake('notify-send');
    const notifier = desktopNotifier(environment(), 'linux');
    expect(await notifier?.show('bob: <b>1 & 2</b>')).toBe(true);
    expect(await given('notify-send')).toEqual([
      ['--app-name=cryptochat', '--', 'cryptochat', 'bob: &lt;b&gt;1 &amp; 2&lt;/b&gt;', ''],
    ]);
  });

  test.each(hostile)('%j stays one argument', async (text) => {
    await fake('notify-send');
    expect(await desktopNotifier(environment(), 'linux')?.show(text)).toBe(true);
    const [args = []] = await given('notify-send');
    expect(args.slice(0, 3)).toEqual(['--app-name=cryptochat', '--', 'cryptochat']);
    expect(args).toHaveLength(5);
    expect(args[3]).not.toMatch(/[<>\p{Cc}]/u);
    const plain = args[3]?.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    // It reads the body as C does a string.
    expect(plain).toBe(text.replaceAll('\\', '\\\\'));
    expect(existsSync(join(folder, 'owned'))).toBe(false);
  });

  test('uses gdbus where there is no notify-send, with the text as one string', async () => {
    await fake('gdbus');
    expect(await desktopNotifier(alone({ PATH: `${folder}:/bin` }), 'linux')?.show("it's \\ 'x'")).toBe(true);
    const [args = []] = await given('gdbus');
    expect(args).toEqual([
      'call',
      '--session',
      '--dest=org.freedesktop.Notifications',
      '--object-path=/org/freedesktop/Notifications',
      '--method=org.freedesktop.Notifications.Notify',
      '--',
      "'cryptochat'",
      'uint32 0',
      "''",
      "'cryptochat'",
      "'it\\'s \\\\ \\'x\\''",
      '@as []',
      '@a{sv} {}',
      'int32 -1',
      '',
    ]);
  });

  test('tries the next program when one fails, and reports when none works', async () => {
    await fake('notify-send', 'exit 1');
    await fake('gdbus', 'exit 1');
    expect(await desktopNotifier(environment(), 'linux')?.show(hello)).toBe(false);
    expect(await given('notify-send')).toHaveLength(1);
    expect(await given('gdbus')).toHaveLength(1);
  });

  test('reports a system without any such program, which is not a bug', async () => {
    expect(await desktopNotifier(alone(), 'linux')?.show(hello)).toBe(false);
  });

  test.each([
    [{ DBUS_SESSION_BUS_ADDRESS: '' }, false],
    [{ DBUS_SESSION_BUS_ADDRESS: '', DISPLAY: ':0' }, true],
    [{ DBUS_SESSION_BUS_ADDRESS: '', WAYLAND_DISPLAY: 'wayland-0' }, true],
    [{ SSH_CONNECTION: '1 2 3 4', DISPLAY: 'localhost:10' }, false],
    [{ SSH_TTY: '/dev/pts/1' }, false],
  ])('%j has a desktop: %s', (env, isThere) => {
    expect(desktopNotifier(environment(env), 'linux') !== null).toBe(isThere);
  });
});

test.each(hostile)('macOS: %j is an argument of a script that is always the same', async (text) => {
  await fake('osascript');
  expect(await desktopNotifier(environment(), 'darwin')?.show(text)).toBe(true);
  const lines = ['on run argv', 'display notification (item 2 of argv) with title "cryptochat"', 'end run'];
  expect(await given('osascript')).toEqual([
    [...lines.flatMap((line) => ['-e', line]), 'cryptochat', text, ''],
  ]);
});

test.each(hostile)('Windows: %j is in the environment of a script that is always the same', async (text) => {
  await fake('powershell.exe');
  expect(await desktopNotifier(environment(), 'win32')?.show(text)).toBe(true);
  const [args = []] = await given('powershell.exe');
  expect(args.slice(0, 5)).toEqual([
    '-NoProfile',
    '-NonInteractive',
    '-WindowStyle',
    'Hidden',
    '-EncodedCommand',
  ]);
  expect(args).toHaveLength(7);
  expect(args[6]).toBe(text);
  const script = Buffer.from(args[5] ?? '', 'base64').toString('utf16le');
  expect(script).toContain('CreateTextNode($env:CRYPTOCHAT_NOTE)');
  expect(script).not.toContain('Invoke-Expression');
});

test('removes control characters from any text', async () => {
  await fake('notify-send');
  await desktopNotifier(environment(), 'linux')?.show('a\nb\u001b[31m\u2028c\u0000d');
  const [args = []] = await given('notify-send');
  expect(args[3]).toBe('a b [31m c d');
});

/** The pids that a fake wrote down. */
async function pidsOf(name: string): Promise<readonly number[]> {
  const file = join(folder, `${name}.pids`);
  return existsSync(file) ? (await readFile(file, 'utf8')).trim().split('\n').map(Number) : [];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('runs only a few programs that hang, and ends all of them with the messenger', async () => {
  await fake('notify-send', 'exec sleep 1000');
  const notifier = desktopNotifier(environment(), 'linux');
  const shown = Array.from(
    { length: limits.notifiers },
    () => notifier?.show(hello) ?? Promise.resolve(false),
  );
  expect(await notifier?.show('one too many')).toBe(false);
  await until('they run', async () => (await pidsOf('notify-send')).length === limits.notifiers);
  const pids = await pidsOf('notify-send');
  notifier?.end();
  await Promise.all(shown);
  await until('they ended', () => pids.every((pid) => !isAlive(pid)));
  expect(await pidsOf('notify-send')).toEqual(pids);
});

test('ends a program that hangs after a while, and reports a failure', async () => {
  await fake('notify-send', 'exec sleep 1000');
  expect(await desktopNotifier(environment({ PATH: `${folder}:/bin` }), 'linux')?.show(hello)).toBe(false);
  const pids = await pidsOf('notify-send');
  expect(pids.filter(isAlive)).toEqual([]);
});

test('does not wait for a program that hangs', async () => {
  await fake('notify-send', 'exec sleep 20');
  const url = new URL('../../source/commands/desktop-notifier.ts', import.meta.url).href;
  const code = `const { desktopNotifier } = await import('${url}'); void desktopNotifier(process.env, 'linux').show('x');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: environment(),
    stdio: 'ignore',
  });
  const begun = performance.now();
  await new Promise((done) => child.once('exit', done));
  expect(performance.now() - begun).toBeLessThan(limits.notifierMs + 10_000);
  for (const pid of await pidsOf('notify-send')) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  expect(dirname(folder)).toBe(tmpdir());
});

/** Where a real program lies; empty where it is not installed. */
function placeOf(program: string): string {
  return spawnSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
}

describe.each(['gdbus', 'notify-send'])(
  '%s on a bus of its own (skipped where it, or dbus-daemon, is missing)',
  (program) => {
    const place = placeOf(program);
    test.skipIf(place === '' || !hasBus)(
      'the notification service gets every text whole, and nothing else',
      async () => {
        const { address, shown } = await notificationBus();
        await symlink(place, join(folder, program));
        const notifier = desktopNotifier({ PATH: folder, DBUS_SESSION_BUS_ADDRESS: address }, 'linux');
        for (const text of hostile) expect([text, await notifier?.show(text)]).toEqual([text, true]);
        const plain = ({ body }: { readonly body: string }): string =>
          body.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
        expect(shown.map(plain)).toEqual(hostile);
        expect(new Set(shown.map(({ app, summary }) => `${app} ${summary}`))).toEqual(
          new Set(['cryptochat cryptochat']),
        );
        expect(shown.filter(({ body }) => /[<>]/u.test(body))).toEqual([]);
      },
    );
  },
);

test('reports an error at the start, such as an environment that is too large, as a failure', async () => {
  await fake('notify-send');
  const large = Object.fromEntries(
    Array.from({ length: 40 }, (_none, at) => [`X${at}`, 'x'.repeat(100_000)]),
  );
  expect(await desktopNotifier(environment(large), 'linux')?.show(hello)).toBe(false);
});
