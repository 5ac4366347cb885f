import { Readable } from 'node:stream';
import { type Instance, render } from 'ink';
import type { Door } from '../core/door.ts';
import type { Settings } from '../core/settings.ts';
import { createStore, type Store } from '../core/state.ts';
import type { Printable } from '../core/types.ts';
import { App } from './app.tsx';
import type { Desk, SaveSetting } from './desk.ts';
import { takeInOrder } from './in-order.ts';
import { enterAtOnce, makeDesk, showDoor } from './entering.ts';
import { followEmoji, measureEmoji } from './terminal/emoji-policy.ts';
import { createFrames, type Frames } from './terminal/frames.ts';
import { createHand, followDialog, followSize } from './terminal/hand.ts';
import { createInkOutput } from './terminal/ink-output.ts';
import { createIdleness, followIdleness } from './terminal/idleness.ts';
import type { InputEvent } from './input/events.ts';
import { createTerminalInput, type TerminalSource } from './input/terminal-input.ts';
import { createModes, eraseScreen, type Modes, type Questions } from './terminal/modes.ts';
import { followNews } from './terminal/news.ts';
import { notification, wayIn } from './terminal/notification.ts';
import { sizeOf } from './terminal/sizes.ts';
import { onSignals } from './terminal/signals.ts';
import { asciiOf } from './text/ascii.ts';
import { isAsciiIn } from './text/ascii-signs.ts';
import { baseForms } from './text/emoji-drawing.ts';
import { hasColourIn } from './theme.ts';
import { followTitle } from './terminal/window-title.ts';
import { widthProbe } from './terminal/width-probe.ts';
import { atTime, firstView, type View } from './view.ts';

/** What the screen runs with. */
export type ScreenOptions = {
  readonly door: Door;
  readonly version: string;
  /** As config.toml has them at the start. */
  readonly settings: Settings;
  readonly saveSetting: SaveSetting;
  readonly stdin: TerminalSource;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The clock, in ms since 1970; Date.now unless given. */
  readonly now?: () => number;
};

/** How often ages ("answered 20 s ago") are brought up to date. */
const tickMs = 5000;

/**
 * Runs the messenger on a terminal until the person quits. The terminal is restored on every way out. SIGTERM, SIGHUP
 * and SIGINT end it like a quit, with `process.exitCode` set to 128 + the signal's number. Throws what the door throws
 * when there is nothing to ask again, and bugs.
 */
export async function runScreen(options: ScreenOptions): Promise<void> {
  const { stdout, env, now = Date.now } = options;
  const view = createStore(viewAtStart(options, now()));
  const end = Promise.withResolvers<undefined>();
  const modes = createModes(stdout, questionsFor(env));
  const frames = createFrames(stdout);
  const measured = measureEmoji(view);
  const ends: Array<() => void> = [];
  const ink: { current: Instance | null } = { current: null };
  const idleness = createIdleness(now);
  const input = createTerminalInput(options.stdin, (event) => {
    idleness.noticed(event);
    if (event.type !== 'reply') return takeOrCrash(desk, take, event);
    modes.answered(event.text);
    measured(event.text);
  });
  const hand = createHand({ stdout, modes, frames, input, ink, view });
  const desk = makeDesk(options, view, { hand, end, ends });
  const take = takeInOrder(desk, ends);
  const lockIfIdle = followIdleness(desk, idleness, ends);
  const tearDown = (): void => {
    input.release();
    if (ink.current) leaveInk(ink.current, modes, stdout);
    else modes.restore();
  };
  ends.push(
    onSignals({
      quit: () => end.resolve(undefined),
      restore: tearDown,
      resume() {
        lockIfIdle();
        hand.resume();
      },
    }),
  );
  try {
    frames.begin();
    modes.enter();
    ends.push(hand.end, onHangUp(options, end.resolve), ...followers(options, desk, { modes, frames }));
    showDoor(desk);
    ink.current = renderApp(desk, stdout, frames);
    input.take();
    enterAtOnce(desk);
    await Promise.race([end.promise, untilGone(ink)]);
  } finally {
    for (const stop of ends) stop();
    tearDown();
  }
}

/** Where only ASCII is understood, the bytes of an emoji may be control functions. */
function questionsFor(env: ScreenOptions['env']): Questions {
  return { asks: env['TERM'] !== 'linux', probe: isAsciiIn(env) ? '' : widthProbe };
}

function viewAtStart({ stdout, env, settings }: ScreenOptions, now: number): View {
  return firstView(sizeOf(stdout), now, {
    settings,
    terminal: { hasColour: hasColourIn(env), isAscii: isAsciiIn(env), emoji: baseForms },
  });
}

/** What goes on while the screen runs; each can be ended. */
function followers(
  { stdout, env, now = Date.now }: ScreenOptions,
  desk: Desk,
  { modes, frames }: { readonly modes: Modes; readonly frames: Frames },
): ReadonlyArray<() => void> {
  const way = wayIn(env);
  const tell = (text: Printable): void => {
    const { settings, terminal } = desk.view.get();
    frames.aside(notification(terminal.isAscii ? asciiOf(text) : text, way, settings.notify_by));
  };
  return [
    followEmoji(desk.view),
    followSize(stdout, desk.terminal),
    followClock(desk.view, now),
    followDialog(desk.view, modes),
    followTitle(desk, modes),
    followNews(desk, { now, tell }),
  ];
}

function takeOrCrash(desk: Desk, take: (event: InputEvent) => void, event: InputEvent): void {
  try {
    take(event);
  } catch (error) {
    desk.crash(error);
  }
}

function renderApp(desk: Desk, stdout: NodeJS.WriteStream, frames: Frames): Instance {
  return render(<App desk={desk} />, {
    stdout: createInkOutput(stdout, desk.view.get, frames),
    stdin: new Readable({ read: () => undefined }),
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    exitOnCtrlC: false,
    maxFps: 120,
    patchConsole: false,
    isScreenReaderEnabled: false,
  });
}

/** Settles when the renderer has left by itself, because a drawing threw: from then on there is none. */
async function untilGone(ink: { current: Instance | null }): Promise<void> {
  try {
    await ink.current?.waitUntilExit();
  } finally {
    ink.current = null;
  }
}

/**
 * The renderer leaves the alternate screen itself; left to the end of the process it would draw on the primary one.
 * It is left empty: tmux, when its window has grown, takes a row of it over to the primary screen otherwise.
 */
function leaveInk(ink: Instance, modes: Modes, stdout: NodeJS.WriteStream): void {
  if (modes.leave()) {
    ink.clear();
    stdout.write(eraseScreen);
  }
  ink.unmount();
}

/** A terminal that is gone (its window was closed) ends the screen; there is nothing left to restore. */
function onHangUp({ stdin, stdout }: ScreenOptions, quit: (nothing: undefined) => void): () => void {
  const gone = (): void => quit(undefined);
  // Stays for good: what is written while it ends fails as well.
  stdout.on('error', gone);
  stdin.on('end', gone).on('error', gone);
  return () => stdin.off('end', gone);
}

function followClock(view: Store<View>, now: () => number): () => void {
  const timer = setInterval(() => view.update((before) => atTime(before, now())), tickMs);
  return () => clearInterval(timer);
}
