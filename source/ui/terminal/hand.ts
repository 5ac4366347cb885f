import type { Instance } from 'ink';
import type { Store } from '../../core/state.ts';
import type { TerminalHand } from '../desk.ts';
import { isSheet } from '../dialogs/dialog.ts';
import type { TerminalInput } from '../input/terminal-input.ts';
import type { Frames } from './frames.ts';
import { eraseScreen, type Modes } from './modes.ts';
import { sizeOf } from './sizes.ts';
import type { View } from '../view.ts';

/** What a hand works with. */
export type Hands = {
  readonly stdout: NodeJS.WriteStream;
  readonly modes: Modes;
  readonly frames: Frames;
  readonly input: TerminalInput;
  readonly ink: { readonly current: Instance | null };
  readonly view: Store<View>;
};

type Hand = TerminalHand & { readonly resume: () => void; readonly end: () => void };

/** Makes the hand on one terminal; `resume` takes it back after a suspension, after `end` nothing does. */
export function createHand({ stdout, modes, frames, input, ink, view }: Hands): Hand {
  let isSuspended = false;
  let isOver = false;
  const redraw = (): void => {
    if (frames.isGiven()) return;
    frames.begin();
    ink.current?.clear();
    stdout.write(eraseScreen);
    view.update((now) => ({ ...now, ...sizeOf(stdout) }));
  };
  const giveAway = (): void => {
    input.release();
    modes.restore();
    // Also when the process is stopped: timers that became due meanwhile run before the signal that wakes it is told.
    frames.give(true);
  };
  const takeBack = (): void => {
    frames.give(false);
    modes.enter();
    input.take();
    redraw();
  };
  return {
    redraw,
    copy: (text) => void stdout.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`),
    suspend() {
      isSuspended = true;
      giveAway();
      // The whole group, as the terminal's own Ctrl+Z would: a package manager that waits for us stops too.
      process.kill(0, 'SIGTSTP');
    },
    async lend(work) {
      giveAway();
      try {
        await work();
      } finally {
        frames.give(false);
        if (!isOver) takeBack();
      }
    },
    end: () => void (isOver = true),
    resume() {
      if (!isSuspended) return;
      isSuspended = false;
      takeBack();
    },
  };
}

/** Draws anew in every new size of the terminal: what the terminal made of the old frame cannot be known. */
export function followSize(stdout: NodeJS.WriteStream, hand: TerminalHand): () => void {
  const resized = (): void => hand.redraw();
  stdout.on('resize', resized);
  return () => stdout.off('resize', resized);
}

/** Lets the mouse be the terminal's own while a sheet is open: its texts are there to be selected. */
export function followDialog(view: Store<View>, modes: Modes): () => void {
  return view.subscribe(() => {
    const { dialog } = view.get();
    modes.mouse(!dialog || !isSheet(dialog));
  });
}
