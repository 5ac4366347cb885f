import { limits } from './limits.ts';

/**
 * Makes a function that long work calls between its steps: once `limits.sliceMs` are over, it lets keys, sockets and the clock have the
 * event loop first.
 */
export function createBreath(): () => Promise<void> {
  let at = performance.now();
  return async () => {
    if (performance.now() - at < limits.sliceMs) return;
    await new Promise(setImmediate);
    at = performance.now();
  };
}
