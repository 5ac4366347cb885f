import { setImmediate as untilFree } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createBreath } from '../../source/core/breath.ts';
import { limits } from '../../source/core/limits.ts';

function holdFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('steps that have not held the event loop for long go on at once', async () => {
  const breathe = createBreath();
  expect(breathe()).toBeUndefined();
  await untilFree();
  holdFor(limits.sliceMs);
  // The loop was free meanwhile; the time before the first call is not counted.
  expect(breathe()).toBeUndefined();
});

test('steps that have held it for long let everything else go first', async () => {
  const breathe = createBreath();
  const order: string[] = [];
  setImmediate(() => order.push('a socket'));
  setTimeout(() => order.push('a timer'), 0);
  while (!order.includes('a timer')) {
    await breathe();
    holdFor(1);
  }
  expect(order).toContain('a socket');
});
