import { beginUpdate, endUpdate, type Out } from './modes.ts';

/** The synchronized updates of one terminal, and what is written between them. */
export type Frames = {
  /** Begins an update that the renderer's next frame ends. */
  readonly begin: () => void;
  /** Takes note of what the renderer wrote. */
  readonly wrote: (text: string) => void;
  /** Writes `text` at once, or when the update that is under way has ended. */
  readonly aside: (text: string) => void;
};

/** Keeps what is no part of a frame (a bell, a notification) out of the frames. */
export function createFrames(stdout: Out): Frames {
  let isOpen = false;
  let waiting = '';
  return {
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
      if (isOpen) waiting += text;
      else stdout.write(text);
    },
  };
}
