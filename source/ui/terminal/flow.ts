/** Tells whether a terminal takes the text that is written to it. */
export type Flow = {
  /** True if the terminal has not taken earlier writes: a frame that is drawn now would be old when it is read. */
  readonly isStuck: () => boolean;
  /** Takes note whether a write was flushed or went into the queue, as `write` returns it. */
  readonly wrote: (isFlushed: boolean) => void;
  /** Settles when everything that was written has gone. */
  readonly flushed: () => Promise<void>;
  readonly end: () => void;
};

/**
 * Follows one output stream. While the terminal is stuck, frames are left out, so that nothing grows; `resumed` is called when the
 * terminal reads again, and draws everything again. The state changes between two turns of the event loop, never within a frame.
 */
export function followFlow(stdout: NodeJS.WriteStream, resumed: () => void): Flow {
  let isStuck = false;
  let checking: NodeJS.Immediate | undefined;
  const check = (): void => {
    checking = undefined;
    isStuck = stdout.writableNeedDrain;
  };
  const drained = (): void => {
    if (!isStuck) return;
    isStuck = false;
    resumed();
  };
  stdout.on('drain', drained);
  return {
    isStuck: () => isStuck,
    wrote(isFlushed) {
      if (!isFlushed) checking ??= setImmediate(check);
    },
    flushed: () => new Promise((done) => void stdout.write('', () => done())),
    end() {
      clearImmediate(checking);
      stdout.off('drain', drained);
    },
  };
}
