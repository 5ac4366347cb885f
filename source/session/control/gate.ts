import type { Calls } from '../../core/calls.ts';
import { callMethod, callsFrom } from './methods.ts';

/** One value, made once and compared by reference: it never reaches a person. */
const moved = new Error('the home has another holder now');

/** The error for a call that was not carried out because the home changed hands: repeat it with the next holder. */
export function movedError(): Error {
  return moved;
}

/** Tells whether a call was rejected because the home is changing hands; it can be asked again. */
export function isMoved(error: unknown): boolean {
  return error === moved;
}

/** Calls that can be stopped. */
type Gate = {
  readonly calls: Calls;
  /** Rejects new calls as "moved", aborts those that only wait, and resolves when the others are done. */
  readonly close: () => Promise<void>;
};

/** The calls that only wait for something: aborting them changes nothing, so a hand-over does not wait for them. */
const waiting: ReadonlySet<keyof Calls> = new Set(['wait', 'changed', 'untilIdle']);

/** Puts a gate in front of `calls`. */
export function createGate(calls: Calls): Gate {
  const underWay = new Set<Promise<unknown>>();
  const closing = Promise.withResolvers<never>();
  closing.promise.catch(() => undefined);
  let closed = false;
  const ask = async (method: keyof Calls, params: unknown): Promise<unknown> => {
    if (closed) throw moved;
    const work = callMethod(calls, method, params);
    if (waiting.has(method)) return Promise.race([work, closing.promise]);
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  };
  return {
    calls: callsFrom(ask),
    async close() {
      closed = true;
      closing.reject(moved);
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
