import { existsSync } from 'node:fs';
import { ChatError } from '../core/errors.ts';
import { settings, type Settings, type SettingValue } from '../core/settings.ts';
import { noThemes, type ReadThemes } from '../core/themes.ts';
import type { DesktopNotifier } from '../core/desktop-notifier.ts';
import { lazily } from '../core/lazily.ts';
import { createTurns } from '../core/turns.ts';
import { homePaths } from '../session/control/home-paths.ts';
import { readAhead } from '../ui/input/read-ahead.ts';
import type { GivenLink } from '../ui/first-steps.ts';
import { loadScreen } from '../ui/load-screen.ts';
import { eraseSkeleton, paintSkeleton } from '../ui/terminal/skeleton.ts';
import { divertErrors } from '../commands/divert-errors.ts';
import type { OnEnter } from '../commands/door.ts';
import { takeTypedBefore } from '../commands/typed-before.ts';
import { say, untilStopped, type Invocation } from '../commands/invocation.ts';

/** The messenger: on a terminal the screen, else (with --plain, or where the cursor cannot be moved) lines. */
export async function open(call: Invocation): Promise<void | number> {
  const exit = await openMessenger(call, async () => (await import('./small-heap.ts')).keepHeapSmall());
  if (!call.signal.aborted && call.stderr.isTTY) await sayWhatGoesOn(call);
  return exit;
}

/** Tell the user about the program that keeps running after its window is closed, and how to stop it. */
async function sayWhatGoesOn(call: Invocation): Promise<void> {
  const { runningListener } = await import('../session/home/running-listener.ts');
  if (await runningListener(homePaths(call.home).inbox))
    say(call, 'You still receive messages; cryptochat listen --stop stops that.');
}

/**
 * Opens the messenger; `onEnter` runs on the home once it is open. Only the modules that the first paint needs are imported here, the rest
 * while the person already sees it.
 */
export async function openMessenger(call: Invocation, onEnter?: OnEnter): Promise<void | number> {
  const { stdin, stdout, env, version } = call;
  if (call.flags.as !== undefined && call.words.length === 0)
    throw new ChatError('usage', '--as needs a link: cryptochat LINK --as ALIAS');
  if (call.flags.plain || !stdin.isTTY || !stdout.isTTY || env['TERM'] === 'dumb') {
    const { plain } = await import('../commands/lines/lines.ts');
    return plain(call, onEnter);
  }
  await refuseSecondScreen(call);
  const given = await givenLink(call);
  const giveBackErrors = divertErrors(homePaths(call.home).errors);
  try {
    paintSkeleton(stdout, stdin, env);
    const toTmux = async (text: string): Promise<boolean> =>
      (await import('../commands/tmux-buffer.ts')).copyToTmux(text, env);
    const early = readAhead(stdin, takeTypedBefore());
    const { doorway, runScreen, ...config } = await load(call, onEnter);
    const desktop = lazyNotifier(env);
    try {
      await untilStopped(
        call.signal,
        runScreen({
          door: doorway.door,
          version,
          ...config,
          stdin,
          stdout,
          env,
          given,
          early,
          toTmux,
          desktop,
        }),
      );
    } finally {
      await doorway.leave();
    }
  } finally {
    giveBackErrors();
  }
}

/** The link on the command line. Throws ChatError link-* for a damaged one, before anything is made. */
async function givenLink({ words: [link], flags }: Invocation): Promise<GivenLink | null> {
  if (link === undefined) return null;
  const { parseLink } = await import('../session/pairing/parse-link.ts');
  parseLink(link);
  return { link, alias: flags.as ?? '' };
}

async function load(call: Invocation, onEnter?: OnEnter) {
  try {
    const [{ makeDoorway }, { loadSettings }, { faultOfKeys }, { runScreen }] = await Promise.all([
      import('../commands/door.ts'),
      import('../session/home/config.ts'),
      import('../ui/keymap.ts'),
      loadScreen(),
    ]);
    const read = await loadSettings(call.home, faultOfKeys);
    return {
      doorway: await makeDoorway(call, onEnter),
      runScreen,
      settings: read,
      saveSetting: saveInto(call.home),
      ...(await themesFor(read.theme, call.env)),
    };
  } catch (error) {
    eraseSkeleton(call.stdout, call.stdin);
    throw error;
  }
}

/** The theme file that the settings name; a built-in theme reads nothing before the first frame. */
async function themesFor(name: string, env: NodeJS.ProcessEnv) {
  const readThemes: ReadThemes = async (one) =>
    (await import('../session/home/themes.ts')).themeReader(env)(one);
  const isOwn = settings.theme.values.some((own) => own === name);
  return { readThemes, themes: isOwn ? noThemes : await readThemes(name) };
}

/** The desktop's notifier, loaded when something is told for the first time. */
function lazyNotifier(env: NodeJS.ProcessEnv): DesktopNotifier {
  let made: DesktopNotifier | null = null;
  let isOver = false;
  const make = lazily(async () => {
    const { desktopNotifier } = await import('../commands/desktop-notifier.ts');
    return (made = desktopNotifier(env));
  });
  return {
    async show(text) {
      const notifier = await make();
      return notifier !== null && !isOver && notifier.show(text);
    },
    end() {
      isOver = true;
      made?.end();
    },
  };
}

/** Makes one change after the other, so that none is lost. */
function saveInto(home: string) {
  const takeTurn = createTurns();
  return (path: readonly string[], value: SettingValue): Promise<Settings> =>
    takeTurn(async () => {
      const { changeSetting } = await import('../session/home/change-setting.ts');
      return changeSetting(home, path, value);
    });
}

/** Runs before anything is drawn; a missing socket costs one check. */
async function refuseSecondScreen({ home }: Invocation): Promise<void> {
  const { control } = homePaths(home);
  if (!existsSync(control)) return;
  const { connectControl } = await import('../session/control/client.ts');
  const client = await connectControl(control);
  const hello = await client?.hello('none').catch((error: unknown) => {
    if (error instanceof ChatError && error.code === 'home-silent') throw error;
    return null;
  });
  client?.end();
  if (hello?.holds === 'screen') throw new ChatError('home-open');
}
