import { limits } from './limits.ts';

/**
 * Makes a function that long work calls between its steps: after `limits.sliceMs`, it lets keys, sockets and timers use the event loop
 * first.
 */
export function createBreath(): () => Promise<void> {
  let at = performance.now();
  return async () => {
    if (performance.now() - at < limits.sliceMs) return;
    await new Promise(setImmediate);
    at = performance.now();
  };
}
