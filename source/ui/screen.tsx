import { keyMapOf } from './model/bindings.ts';
import { keymap } from './keymap.ts';
import { Readable } from 'node:stream';
import { render, type Instance } from 'ink';
import type { DesktopNotifier } from '../core/desktop-notifier.ts';
import type { Door } from '../core/door.ts';
import type { Settings } from '../core/settings.ts';
import { noThemes, type ReadThemes, type Themes } from '../core/themes.ts';
import { createStore } from '../core/types.ts';
import { App } from './app.tsx';
import type { Desk, SaveSetting } from './desk/desk.ts';
import { wantsMouse } from './clicks.ts';
import { takeInOrder } from './in-order.ts';
import { takeFirstSteps, type GivenLink } from './first-steps.ts';
import { enterAtOnce, makeDesk, showDoor } from './entering.ts';
import { followEmoji } from './terminal/emoji-policy.ts';
import { followMouse, followSize } from './terminal/control.ts';
import { createInkOutput } from './terminal/ink-output.ts';
import { createIdleness, followIdleness } from './terminal/idleness.ts';
import type { InputEvent } from './model/events.ts';
import { ownTerminal, type OwnTerminal, type TerminalStreams } from './terminal/own-terminal.ts';
import { followClock, tellTime } from './follow-clock.ts';
import { followArrivals } from './arrivals.ts';
import { followKeys } from './dialogs/verify.ts';
import { followNews, followTitle } from './terminal/news.ts';
import { createTelling } from './terminal/telling.ts';
import { sizeOf } from './model/terminal.ts';
import { onSignals } from './terminal/signals.ts';
import { isAsciiIn } from './text/ascii-signs.ts';
import { baseForms } from './text/emoji-drawing.ts';
import { depthIn } from './model/pens.ts';
import { followThemes } from './desk/choose-theme.ts';
import { backgroundIn } from './terminal/background.ts';
import { firstView, type View } from './model/view.ts';

/** The options that the screen runs with. */
type ScreenOptions = TerminalStreams & {
  readonly door: Door;
  readonly version: string;
  /** As config.toml has them at the start. */
  readonly settings: Settings;
  readonly saveSetting: SaveSetting;
  /** The theme file of these settings, as it was read. */
  readonly themes?: Themes;
  readonly readThemes?: ReadThemes;
  /** Notifications of this machine's desktop; null or none where nobody sits at one. */
  readonly desktop?: DesktopNotifier | null;
  /** The link to join with once the client is open. */
  readonly given?: GivenLink | null;
  /** The clock, in ms since 1970; Date.now unless given. */
  readonly now?: () => number;
};

/**
 * Runs the messenger on a terminal until the person quits. The terminal is restored on every way out. SIGTERM, SIGHUP and SIGINT end it
 * like a quit, with `process.exitCode` set to 128 + the signal's number. Throws the door's errors when there is no question to repeat, and
 * bugs.
 */
export async function runScreen(options: ScreenOptions): Promise<void> {
  const { stdout, now = Date.now } = options;
  const view = createStore(viewAtStart(options, now()));
  const end = Promise.withResolvers<undefined>();
  const ends: Array<() => void> = [];
  const idleness = createIdleness(now);
  const terminal = ownTerminal(options, view, (event) => {
    idleness.noticed(event);
    tellTime(view, now());
    takeOrCrash(desk, take, event);
  });
  const { control, input, ink, tearDown } = terminal;
  const desk = makeDesk(options, view, { control, end, ends });
  const take = takeInOrder(desk, ends, now);
  const lockIfIdle = followIdleness(desk, idleness, ends);
  ends.push(
    onSignals({
      quit: () => end.resolve(undefined),
      restore: tearDown,
      suspend: control.suspend,
      resume() {
        lockIfIdle();
        control.resume();
      },
    }),
  );
  try {
    terminal.frames.begin();
    terminal.modes.enter();
    ends.push(control.end, terminal.flow.end, onHangUp(options, end.resolve));
    showDoor(desk, options.given ?? null);
    ends.push(...followers(options, desk, terminal));
    ends.push(takeFirstSteps(desk, options.given ?? null));
    ink.current = renderApp(desk, stdout, terminal);
    input.take();
    enterAtOnce(desk);
    await Promise.race([end.promise, untilGone(ink)]);
  } finally {
    for (const stop of ends) stop();
    tearDown();
  }
}

function viewAtStart({ stdout, env, settings, themes = noThemes }: ScreenOptions, now: number): View {
  return firstView(sizeOf(stdout), now, {
    settings,
    themes,
    keys: keyMapOf(keymap, settings.keys),
    terminal: {
      depth: depthIn(env),
      background: backgroundIn(env),
      isAscii: isAsciiIn(env),
      emoji: baseForms,
    },
  });
}

/** Everything that goes on while the screen runs; each part can be ended. */
function followers(
  { stdout, env, desktop = null, now = Date.now }: ScreenOptions,
  desk: Desk,
  { modes, frames, flow }: OwnTerminal,
): ReadonlyArray<() => void> {
  const write = (bytes: string): void => (flow.isStuck() ? undefined : frames.aside(bytes));
  const tell = createTelling(desk.view, { env, write, desktop });
  return [
    () => desktop?.end(),
    followEmoji(desk.view),
    followSize(stdout, desk.terminal),
    followClock(desk, now),
    followMouse(desk.view, modes, wantsMouse),
    followTitle(desk, modes),
    followNews(desk, { now, tell }),
    followArrivals(desk),
    followKeys(desk),
    followThemes(desk),
  ];
}

function takeOrCrash(desk: Desk, take: (event: InputEvent) => void, event: InputEvent): void {
  try {
    take(event);
  } catch (error) {
    desk.crash(error);
  }
}

function renderApp(desk: Desk, stdout: NodeJS.WriteStream, out: OwnTerminal): Instance {
  return render(<App desk={desk} />, {
    stdout: createInkOutput(stdout, desk.view.get, out),
    stdin: new Readable({ read: () => undefined }),
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    exitOnCtrlC: false,
    // No pause of the renderer's own: a key is drawn at once, and what comes in keeps the pace of follow.ts.
    maxFps: 1000,
    patchConsole: false,
    isScreenReaderEnabled: false,
  });
}

/** Settles when the renderer has ended on its own, because a drawing threw: from then on there is no renderer. */
async function untilGone(ink: { current: Instance | null }): Promise<void> {
  try {
    await ink.current?.waitUntilExit();
  } finally {
    ink.current = null;
  }
}

/** A terminal that is gone (its window was closed) ends the screen; there is nothing left to restore. */
function onHangUp({ stdin, stdout }: ScreenOptions, quit: (nothing: undefined) => void): () => void {
  const gone = (): void => quit(undefined);
  // Stays for good: writes while the screen ends fail as well.
  stdout.on('error', gone);
  stdin.on('end', gone).on('error', gone);
  if (stdin.readableEnded || stdin.destroyed) gone();
  return () => stdin.off('end', gone);
}
