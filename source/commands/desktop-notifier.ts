import { spawn, type ChildProcess } from 'node:child_process';
import type { DesktopNotifier } from '../core/desktop-notifier.ts';
import { limits } from '../core/limits.ts';

type Environment = NodeJS.ProcessEnv;

/** A program with its arguments, and what it gets into its environment. No shell ever reads any of it. */
type Program = { readonly file: string; readonly args: readonly string[]; readonly env?: Environment };

const title = 'cryptochat';

/**
 * The notifier of this machine's desktop; null where nobody sits at one: on a machine that is reached by ssh, and on Linux without a
 * session of a desktop.
 */
export function desktopNotifier(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): DesktopNotifier | null {
  if (env['SSH_CONNECTION'] || env['SSH_TTY'] || env['SSH_CLIENT']) return null;
  const programsFor = programs[platform] ?? onLinux;
  const hasSession = env['DBUS_SESSION_BUS_ADDRESS'] || env['WAYLAND_DISPLAY'] || env['DISPLAY'];
  if (programsFor === onLinux && !hasSession) return null;
  const running = new Set<ChildProcess>();
  let isOver = false;
  return {
    async show(text) {
      // More would only pile up behind a desktop that hangs.
      if (running.size >= limits.notifiers) return false;
      for (const program of programsFor(plain(text))) {
        // A program that ended because the messenger ends is not replaced by another one.
        if (isOver) return false;
        if (await runs(program, env, running)) return true;
      }
      return false;
    },
    end() {
      isOver = true;
      for (const child of running) child.kill('SIGKILL');
    },
  };
}

/** The text is printable already; but another program must never get a control character. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu, ' ');
}

/** Tells whether a program ended well, and in time. */
function runs(
  { file, args, env: more }: Program,
  env: Environment,
  running: Set<ChildProcess>,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const options = {
    stdio: 'ignore',
    windowsHide: true,
    timeout: limits.notifierMs,
    killSignal: 'SIGKILL',
  } as const;
  try {
    const child = spawn(file, args, { ...options, env: { ...env, ...more } });
    running.add(child);
    child.unref();
    const ended = (isShown: boolean): void => {
      running.delete(child);
      resolve(isShown);
    };
    child.once('error', () => ended(false));
    child.once('exit', (code) => ended(code === 0));
  } catch {
    // Some failures of the system are thrown at once, such as an environment that is too large.
    resolve(false);
  }
  return promise;
}

/** The text is UTF-8 whatever the locale is, and notify-send reads its arguments in the locale's encoding. */
const utf8 = { LC_ALL: 'C.UTF-8' };

/**
 * notify-send, else gdbus, which comes with GLib: both ask the notification service of the desktop by D-Bus. Behind `--` nothing is an
 * option; the body of a notification may have markup, so what could begin any is escaped (Desktop Notifications Specification 1.2).
 */
function onLinux(text: string): readonly Program[] {
  const body = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const service = 'org.freedesktop.Notifications';
  const call = ['call', '--session', `--dest=${service}`, `--object-path=/${service.replaceAll('.', '/')}`];
  const values = [title, '', title, body].map(quoted);
  const [name = '', icon = '', summary = '', words = ''] = values;
  return [
    { file: 'notify-send', args: [`--app-name=${title}`, '--', title, uncompressed(body)], env: utf8 },
    {
      file: 'gdbus',
      args: [
        ...call,
        `--method=${service}.Notify`,
        '--',
        name,
        'uint32 0',
        icon,
        summary,
        words,
        '@as []',
        '@a{sv} {}',
        'int32 -1',
      ],
    },
  ];
}

/** notify-send reads a body as C does a string: `\\033` of a peer's would become an escape character. */
function uncompressed(body: string): string {
  return body.replaceAll('\\', '\\\\');
}

/** A string in the text form of GVariant, in which gdbus reads its arguments: typed ones mean the same whatever the service says of itself. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** The text is an argument of the script, behind a word that cannot be an option. */
function onMac(text: string): readonly Program[] {
  const script = [
    'on run argv',
    `display notification (item 2 of argv) with title "${title}"`,
    'end run',
  ].flatMap((line) => ['-e', line]);
  return [{ file: 'osascript', args: [...script, title, text] }];
}

/** The script is always the same; the text is in the environment, and goes into the toast as a text node. */
function onWindows(text: string): readonly Program[] {
  const encoded = Buffer.from(toast, 'utf16le').toString('base64');
  const args = ['-NoProfile', '-NonInteractive', '-WindowStyle', 'Hidden', '-EncodedCommand', encoded];
  return [{ file: 'powershell.exe', args, env: { CRYPTOCHAT_NOTE: text } }];
}

/** A toast needs the name of a program that Windows knows; PowerShell's own is on every machine. */
const toast = `
$ErrorActionPreference = 'Stop'
[void][Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$kind = [Windows.UI.Notifications.ToastTemplateType]::ToastText02
$xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent($kind)
$texts = $xml.GetElementsByTagName('text')
[void]$texts.Item(0).AppendChild($xml.CreateTextNode('${title}'))
[void]$texts.Item(1).AppendChild($xml.CreateTextNode($env:CRYPTOCHAT_NOTE))
$program = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'
$toast = [Windows.UI.Notifications.ToastNotification]::new($xml)
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($program).Show($toast)
`;

const programs: Readonly<Partial<Record<NodeJS.Platform, (text: string) => readonly Program[]>>> = {
  darwin: onMac,
  win32: onWindows,
};
