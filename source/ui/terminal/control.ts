import { stopProcess } from '../../core/stops.ts';
import { setTimeout as pause } from 'node:timers/promises';
import type { Instance } from 'ink';
import type { Store } from '../../core/types.ts';
import { wayOut } from '../model/copying.ts';
import type { TerminalControl } from '../desk/desk.ts';
import type { TerminalInput } from '../input/terminal-input.ts';
import type { Flow } from './flow.ts';
import type { Frames } from './frames.ts';
import { eraseScreen, type Modes } from './modes.ts';
import { sizeOf } from '../model/terminal.ts';
import { say } from '../text/line.ts';
import { withToast } from '../model/toast.ts';
import type { View } from '../model/view.ts';

/** The parts that the control works with. */
type Parts = {
  readonly stdout: NodeJS.WriteStream;
  readonly modes: Modes;
  readonly frames: Frames;
  readonly flow: Pick<Flow, 'isStuck' | 'flushed'>;
  readonly input: TerminalInput;
  readonly ink: { readonly current: Instance | null };
  readonly view: Store<View>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly toTmux?: ((text: string) => Promise<boolean>) | undefined;
};

/** The control of a terminal that also hears of stops and of the end. */
export type Control = TerminalControl & { readonly resume: () => void; readonly end: () => void };

/** How long the last bytes may take to the terminal before the process stops. */
const flushMs = 200;
/** A stop that has not happened after this long will not happen. */
const undoneMs = 100;

/** The owner of the terminal: this program, nobody, or another program that it was lent to; `over` after the end. */
type Whose = 'ours' | 'nobody' | 'lent' | 'over';

/** Makes the control of one terminal; `resume` takes the terminal back after any stop; nothing does after `end`. */
export function createTerminalControl(hands: Parts): Control {
  const { modes, frames, flow, input } = hands;
  let whose: Whose = 'ours';
  const redraw = (): void => drawAnew(hands);
  const giveAway = (to: 'nobody' | 'lent'): void => {
    whose = to;
    input.release();
    modes.restore();
    // Also when the process is stopped: timers that became due meanwhile run before the signal that wakes the process is told.
    frames.give(true);
  };
  const takeBack = (): void => {
    whose = 'ours';
    frames.give(false);
    // Comes before any write: in the background the kernel stops the process here, with the screen of the shell as it was.
    input.take();
    modes.enter();
    redraw();
  };
  const undo = (): void => {
    takeBack();
    sayUndone(hands.view);
  };
  const stop = stopping(flow, () => whose === 'nobody', undo);
  return {
    redraw,
    copy: copying(hands),
    suspend() {
      if (whose === 'lent') stopProcess('alone');
      if (whose !== 'ours') return;
      giveAway('nobody');
      stop();
    },
    async lend(work) {
      giveAway('lent');
      try {
        await flow.flushed();
        await work();
      } finally {
        frames.give(false);
        if (whose === 'lent') takeBack();
      }
    },
    end: () => void (whose = 'over'),
    resume() {
      // A process that was stopped without a chance to tidy up does so now: the shell has set the terminal to its own ways.
      if (whose === 'ours') giveAway('nobody');
      if (whose === 'nobody') takeBack();
    },
  };
}

/** Copies to tmux if tmux takes the text, else to the terminal (OSC 52). */
function copying({ stdout, env, toTmux }: Parts): TerminalControl['copy'] {
  return async (text) => {
    if (toTmux && (await toTmux(text))) return 'tmux';
    stdout.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`);
    return wayOut(env);
  };
}

function drawAnew({ stdout, frames, flow, ink, view }: Parts): void {
  if (frames.isGiven() || flow.isStuck()) return;
  frames.begin();
  ink.current?.clear();
  stdout.write(eraseScreen);
  view.update((now) => ({ ...now, ...sizeOf(stdout) }));
}

/** Stops the process once the terminal has everything that was written; calls `undo` when nothing stopped the process. */
function stopping(flow: Pick<Flow, 'flushed'>, isAway: () => boolean, undo: () => void): () => void {
  const look = (): void => (isAway() ? undo() : undefined);
  const stop = async (): Promise<void> => {
    await Promise.race([flow.flushed(), pause(flushMs)]);
    if (!isAway()) return;
    stopProcess('group');
    // The signals of one turn come after its timers: a process that a signal woke has the terminal by then.
    setTimeout(() => setImmediate(look), undoneMs);
  };
  return () => void stop();
}

function sayUndone(view: Store<View>): void {
  const note = {
    text: say`no shell is there to bring this program back`,
    hint: say`so it keeps running`,
  };
  view.update((now) => withToast(now, 'note', note));
}

/** Draws again in every new size of the terminal: nobody can know what the terminal made of the old frame. */
export function followSize(stdout: NodeJS.WriteStream, terminal: TerminalControl): () => void {
  const resized = (): void => terminal.redraw();
  stdout.on('resize', resized);
  return () => stdout.off('resize', resized);
}

/** Has the mouse reported only while `wants` says so: otherwise it is the terminal's, for selecting text. */
export function followMouse(view: Store<View>, modes: Modes, wants: (view: View) => boolean): () => void {
  const follow = (): void => modes.mouse(wants(view.get()));
  follow();
  return view.subscribe(follow);
}
