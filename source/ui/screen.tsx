import { Readable } from 'node:stream';
import { type Instance, render } from 'ink';
import type { Door, Opened } from '../core/door.ts';
import { printableLine } from '../core/printable.ts';
import { createStore, type State, type Store } from '../core/state.ts';
import { App } from './app.tsx';
import type { Desk, TerminalHand } from './desk.ts';
import { setUpDialog } from './dialogs/set-up.ts';
import { unlockDialog } from './dialogs/unlock.ts';
import { dispatch } from './dispatch.ts';
import { follow } from './follow.ts';
import { createHand, followDialog, followSize } from './hand.ts';
import { createInkOutput } from './ink-output.ts';
import { createTerminalInput, type TerminalSource } from './input/terminal-input.ts';
import { beginUpdate, createModes, eraseScreen, type Modes } from './modes.ts';
import { keepReading } from './reading.ts';
import { sizeOf } from './sizes.ts';
import { onSignals } from './signals.ts';
import { atTime, firstView, type View, withDialog } from './view.ts';

/** What the screen runs with. */
export type ScreenOptions = {
  readonly door: Door;
  readonly version: string;
  readonly stdin: TerminalSource;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The clock, in ms since 1970; Date.now unless given. */
  readonly now?: () => number;
};

/** How long changes of the session may wait for their frame while they come in a stream. */
const framePace = { waitMs: 50, burst: 10 };
/** How often ages ("answered 20 s ago") are brought up to date. */
const tickMs = 5000;

const nothingYet: State = {
  phase: 'opening',
  name: printableLine(''),
  fingerprint: '',
  address: printableLine(''),
  passphrase: false,
  listener: { phase: 'starting' },
  contacts: [],
  conversations: new Map(),
  queued: 0,
  quarantined: 0,
  alert: null,
};

/**
 * Runs the messenger on a terminal until the person quits. The terminal is restored on every way out. SIGTERM, SIGHUP
 * and SIGINT end it like a quit, with `process.exitCode` set to 128 + the signal's number. Throws what the door throws
 * when there is nothing to ask again, and bugs.
 */
export async function runScreen(options: ScreenOptions): Promise<void> {
  const { stdout, env, now = Date.now } = options;
  const view = createStore<View>(firstView(sizeOf(stdout), now()));
  const end = Promise.withResolvers<undefined>();
  const modes = createModes(stdout, env['TERM'] !== 'linux');
  const ends: Array<() => void> = [];
  const ink: { current: Instance | null } = { current: null };
  const input = createTerminalInput(options.stdin, (event) => {
    try {
      if (event.type === 'reply') modes.answered(event.text);
      else dispatch(desk, event);
    } catch (error) {
      end.reject(error);
    }
  });
  const hand = createHand({ stdout, modes, input, ink, view });
  const desk = makeDesk(options, view, { hand, end, ends });
  const tearDown = (): void => {
    input.release();
    if (ink.current) leaveInk(ink.current, modes, stdout);
    else modes.restore();
  };
  ends.push(
    onSignals({
      quit: () => end.resolve(undefined),
      restore: tearDown,
      resume: () => hand.resume(),
    }),
  );
  try {
    stdout.write(beginUpdate);
    modes.enter();
    ends.push(
      onHangUp(options, end.resolve),
      followSize(stdout, hand),
      followClock(view, now),
      followDialog(view, modes),
    );
    showDoor(desk);
    ink.current = renderApp(desk, stdout);
    input.take();
    if (options.door.kind === 'ready') enter(desk, options.door.open);
    await Promise.race([end.promise, untilGone(ink)]);
  } finally {
    for (const stop of ends) stop();
    tearDown();
  }
}

function renderApp(desk: Desk, stdout: NodeJS.WriteStream): Instance {
  return render(<App desk={desk} />, {
    stdout: createInkOutput(stdout, desk.view.get),
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

type Wiring = {
  readonly hand: TerminalHand;
  readonly end: PromiseWithResolvers<undefined>;
  readonly ends: Array<() => void>;
};

function makeDesk({ door, version }: ScreenOptions, view: Store<View>, { hand, end, ends }: Wiring): Desk {
  const facts = createStore<State>(nothingYet);
  let session: Opened | null = null;
  const desk: Desk = {
    version,
    door,
    view,
    facts,
    opened: () => session,
    enter(opened) {
      session = opened;
      view.update((now) => withDialog(now, null));
      ends.push(facts.subscribe(() => keepReading(desk)));
      ends.push(follow(opened.state, facts, framePace));
      keepReading(desk);
    },
    terminal: hand,
    quit: () => end.resolve(undefined),
    crash: (error) => end.reject(error),
  };
  return desk;
}

/** What a door that asks something asks, from the first frame on. */
function showDoor({ door, view }: Desk): void {
  if (door.kind === 'first-run') view.update((now) => ({ ...now, dialog: setUpDialog(door.defaults) }));
  if (door.kind === 'locked') view.update((now) => ({ ...now, dialog: unlockDialog() }));
}

/** Opens a door that asks nothing; a failure ends the screen, because there is nothing to ask again. */
function enter(desk: Desk, open: () => Promise<Opened>): void {
  const work = async (): Promise<void> => {
    try {
      desk.enter(await open());
    } catch (error) {
      desk.crash(error);
    }
  };
  void work();
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
