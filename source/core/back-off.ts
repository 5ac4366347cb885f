import { limits } from './limits.ts';

/**
 * The pause after the `attempts`-th failure in a row, in ms: doubling from 1 s to 5 min, stretched or shrunk by up to a fifth so peers
 * do not retry in step. `random` is from 0 to 1.
 */
export function backOffMs(attempts: number, random: number = Math.random()): number {
  const doubled = limits.retryFirstMs * 2 ** Math.min(attempts - 1, 30);
  return Math.min(doubled, limits.retryMostMs) * (1 + limits.retryJitter * (2 * random - 1));
}
