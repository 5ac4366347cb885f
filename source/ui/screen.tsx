import { Readable } from 'node:stream';
import { type Instance, render } from 'ink';
import type { Door, Opened } from '../core/door.ts';
import { printableLine } from '../core/printable.ts';
import { createStore, type State, type Store } from '../core/state.ts';
import { App } from './app.tsx';
import { attempt, type Desk, type TerminalHand } from './desk.ts';
import { setUpDialog } from './dialogs/set-up.ts';
import { unlockDialog } from './dialogs/unlock.ts';
import { dispatch } from './dispatch.ts';
import { follow } from './follow.ts';
import { createTerminalInput, type TerminalInput, type TerminalSource } from './input/terminal-input.ts';
import { beginUpdate, createModes, eraseScreen, type Modes } from './modes.ts';
import { keepReading } from './reading.ts';
import { onSignals } from './signals.ts';
import { atTime, firstView, type View } from './view.ts';

/** What the screen runs with. */
export type ScreenOptions = {
  readonly door: Door;
  readonly version: string;
  readonly stdin: TerminalSource;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** How long changes of the session may wait for their frame while they come in a stream. */
const frameWaitMs = 50;
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
  const { stdout } = options;
  const view = createStore<View>(firstView(stdout.columns, stdout.rows, Date.now()));
  const end = Promise.withResolvers<undefined>();
  const modes = createModes(stdout);
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
  const hand = terminalHand({ stdout, modes, input, ink, view });
  const desk = makeDesk(options, view, { hand, end, ends });
  ends.push(
    onSignals({
      quit: () => end.resolve(undefined),
      restore: () => modes.restore(),
      resume: () => hand.resume(),
    }),
  );
  try {
    stdout.write(beginUpdate);
    modes.enter();
    ends.push(followSize(stdout, view), followClock(desk), followDialog(view, modes));
    ink.current = renderApp(desk, stdout);
    input.take();
    enterDoor(desk);
    await Promise.race([end.promise, ink.current.waitUntilExit()]);
  } finally {
    for (const stop of ends) stop();
    input.release();
    modes.leave();
    ink.current?.unmount();
    modes.restore();
  }
}

function renderApp(desk: Desk, stdout: NodeJS.WriteStream): Instance {
  return render(<App desk={desk} />, {
    stdout,
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
      ends.push(facts.subscribe(() => keepReading(desk)));
      ends.push(follow(opened.state, facts, frameWaitMs));
      keepReading(desk);
    },
    terminal: hand,
    quit: () => end.resolve(undefined),
    crash: (error) => end.reject(error),
  };
  return desk;
}

function enterDoor(desk: Desk): void {
  const { door } = desk;
  if (door.kind === 'first-run') {
    return desk.view.update((view) => ({ ...view, dialog: setUpDialog(door.defaults) }));
  }
  if (door.kind === 'locked') return desk.view.update((view) => ({ ...view, dialog: unlockDialog() }));
  const work = async (): Promise<void> => {
    try {
      desk.enter(await door.open());
    } catch (error) {
      desk.crash(error);
    }
  };
  attempt(desk, work);
}

type Hands = {
  readonly stdout: NodeJS.WriteStream;
  readonly modes: Modes;
  readonly input: TerminalInput;
  readonly ink: { readonly current: Instance | null };
  readonly view: Store<View>;
};

function terminalHand({
  stdout,
  modes,
  input,
  ink,
  view,
}: Hands): TerminalHand & { readonly resume: () => void } {
  let isSuspended = false;
  const redraw = (): void => {
    ink.current?.clear();
    stdout.write(eraseScreen);
    view.update((now) => ({ ...now, columns: stdout.columns, rows: stdout.rows }));
  };
  return {
    redraw,
    copy: (text) => void stdout.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`),
    suspend() {
      isSuspended = true;
      input.release();
      modes.restore();
      // The whole group, as the terminal's own Ctrl+Z would: a package manager that waits for us stops too.
      process.kill(0, 'SIGTSTP');
    },
    resume() {
      if (!isSuspended) return;
      isSuspended = false;
      modes.enter();
      input.take();
      redraw();
    },
  };
}

function followSize(stdout: NodeJS.WriteStream, view: Store<View>): () => void {
  const resized = (): void => view.update((now) => ({ ...now, columns: stdout.columns, rows: stdout.rows }));
  stdout.on('resize', resized);
  return () => stdout.off('resize', resized);
}

function followClock(desk: Desk): () => void {
  const timer = setInterval(() => desk.view.update((view) => atTime(view, Date.now())), tickMs);
  return () => clearInterval(timer);
}

/** The mouse is the terminal's while a sheet is open: its texts are there to be selected. */
function followDialog(view: Store<View>, modes: Modes): () => void {
  return view.subscribe(() => {
    const kind = view.get().dialog?.kind;
    modes.mouse(kind !== 'invite' && kind !== 'keys');
  });
}
