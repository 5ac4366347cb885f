import { setImmediate } from 'node:timers';
import { limits } from './limits.ts';

/**
 * Makes a function that long work calls between its steps: once they have held the event loop for `limits.sliceMs`, it lets keys, sockets
 * and timers use it first. Waiting for promises alone does not let it go.
 */
export function createBreath(): () => Promise<void> | undefined {
  let heldSince: number | null = null;
  const letGo = (): void => void (heldSince = null);
  return () => {
    const now = performance.now();
    if (heldSince === null) {
      heldSince = now;
      setImmediate(letGo);
    }
    if (now - heldSince < limits.sliceMs) return undefined;
    return new Promise((resolve) => void setImmediate(resolve));
  };
}
