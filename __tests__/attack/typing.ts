import type { InTerminal } from '../support/pty.ts';
import { until } from '../support/until.ts';

/** A longer draft would be drawn in two rows. */
const inOneRow = 60;

/** How long a typed letter takes to appear on the screen, in ms; measured many times. */
export async function typing(screen: InTerminal, letters: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let typed = 0; typed < letters; typed += 1) {
    const n = (typed % inOneRow) + 1;
    if (n === 1) screen.type('\u0015');
    const start = performance.now();
    screen.type('x');
    await until(`${n} letters`, () => screen.screen().includes(` ${'x'.repeat(n)}`), 15_000, 1);
    times.push(performance.now() - start);
  }
  screen.type('\u0015');
  return times.toSorted((one, other) => one - other);
}
