/** Whether a terminal takes what is written to it. */
export type Flow = {
  /** It has not taken what was written before: a frame that is drawn now would be old when it is read. */
  readonly isStuck: () => boolean;
  /** Takes note that a write went into the queue, as `write` answers it. */
  readonly wrote: (isFlushed: boolean) => void;
  /** Settles when everything that was written has gone. */
  readonly flushed: () => Promise<void>;
  readonly end: () => void;
};

/**
 * Follows one output stream. While the terminal is stuck, frames are left out, so that nothing grows; `resumed` is called when it reads
 * again, and draws everything anew. It changes between two turns of the event loop, never within a frame.
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
