import type { TypedLine } from './line-editor.ts';

/** The typed lines that nobody has taken yet. */
type LineQueue = {
  readonly push: (line: TypedLine) => void;
  /** Notes that no more lines will come. */
  readonly end: () => void;
  /** Forgets all lines that were not taken yet. */
  readonly drop: () => void;
  /** True if a taker would have to wait. */
  readonly isEmpty: () => boolean;
  /** The next line, once there is one; undefined behind the last one. One taker at a time. */
  readonly shift: () => Promise<TypedLine | undefined>;
};

/** Makes an empty queue. */
export function createLineQueue(): LineQueue {
  const lines: TypedLine[] = [];
  const state = { isOver: false, waiting: Promise.withResolvers<void>() };
  return {
    push(line) {
      lines.push(line);
      state.waiting.resolve();
    },
    end() {
      state.isOver = true;
      state.waiting.resolve();
    },
    drop: () => void lines.splice(0),
    isEmpty: () => lines.length === 0 && !state.isOver,
    async shift() {
      if (lines.length === 0 && !state.isOver) {
        state.waiting = Promise.withResolvers<void>();
        await state.waiting.promise;
      }
      return lines.shift();
    },
  };
}
