import { beginUpdate, endUpdate, type Out } from './modes.ts';

/** The synchronized updates of one terminal, and the text written between them. */
export type Frames = {
  /** Begins an update that the renderer's next frame ends. */
  readonly begin: () => void;
  /** Takes note of what the renderer wrote. */
  readonly wrote: (text: string) => void;
  /** Writes `text` at once, or when the update that is under way has ended. */
  readonly aside: (text: string) => void;
  /** Gives the terminal to another program, or takes it back; meanwhile nothing is written. */
  readonly give: (isGiven: boolean) => void;
  readonly isGiven: () => boolean;
};

/** Keeps text that is not part of a frame (a bell, a notification) out of the frames. */
export function createFrames(stdout: Out): Frames {
  let isOpen = false;
  let isGiven = false;
  let waiting = '';
  return {
    give(toAnother) {
      isGiven = toAnother;
    },
    isGiven: () => isGiven,
    begin() {
      isOpen = true;
      stdout.write(beginUpdate);
    },
    wrote(text) {
      const [begun, ended] = [text.lastIndexOf(beginUpdate), text.lastIndexOf(endUpdate)];
      if (begun !== ended) isOpen = begun > ended;
      if (isOpen || waiting === '') return;
      stdout.write(waiting);
      waiting = '';
    },
    aside(text) {
      if (isGiven) return;
      if (isOpen) waiting += text;
      else stdout.write(text);
    },
  };
}
