import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createBell } from '../../source/core/bell.ts';

function neverFails(error: unknown): void {
  throw error;
}

describe('a ring', () => {
  test('runs the work after the ringing code has returned', async () => {
    let runs = 0;
    const bell = createBell(async () => void (runs += 1), neverFails);
    bell.ring();
    expect(runs).toBe(0);
    await bell.idle();
    expect(runs).toBe(1);
  });

  test('joins many before a run into one run', async () => {
    let runs = 0;
    const bell = createBell(async () => void (runs += 1), neverFails);
    for (let ring = 0; ring < 100; ring += 1) bell.ring();
    await bell.idle();
    expect(runs).toBe(1);
  });

  test('during a run leads to another, even from inside it', async () => {
    let runs = 0;
    const bell = createBell(async () => {
      runs += 1;
      await Promise.resolve();
      if (runs < 5) bell.ring();
    }, neverFails);
    bell.ring();
    await bell.idle();
    expect(runs).toBe(5);
  });

  test('counts whenever it comes: the last run begins after the last ring; runs never overlap', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }),
        fc.nat(4),
        async (pauses, length) => {
          let [clock, lastRing, lastStart, running] = [0, 0, 0, 0];
          const bell = createBell(async () => {
            running += 1;
            expect(running).toBe(1);
            lastStart = clock += 1;
            for (let step = 0; step < length; step += 1) await Promise.resolve();
            running -= 1;
          }, neverFails);
          for (const pause of pauses) {
            for (let step = 0; step < pause; step += 1) await Promise.resolve();
            lastRing = clock += 1;
            bell.ring();
          }
          await bell.idle();
          expect(lastStart).toBeGreaterThan(lastRing);
          expect(running).toBe(0);
        },
      ),
    );
  });
});

describe('a run that throws', () => {
  test('is reported, and the next ring is heard', async () => {
    const told: unknown[] = [];
    let runs = 0;
    const bell = createBell(
      async () => {
        runs += 1;
        await Promise.resolve();
        if (runs === 1) throw new Error('first');
      },
      (error) => told.push(error),
    );
    bell.ring();
    await bell.idle();
    expect(told).toEqual([new Error('first')]);
    bell.ring();
    await bell.idle();
    expect(runs).toBe(2);
  });

  test('does not lose a ring that came meanwhile', async () => {
    let runs = 0;
    const bell = createBell(
      async () => {
        runs += 1;
        if (runs === 1) {
          bell.ring();
          throw new Error('first');
        }
      },
      () => undefined,
    );
    bell.ring();
    await bell.idle();
    expect(runs).toBe(2);
  });
});

describe('the end', () => {
  test('lets the current run finish, and begins no other', async () => {
    const gate = Promise.withResolvers<void>();
    let [begun, finished] = [0, 0];
    const bell = createBell(async () => {
      begun += 1;
      await gate.promise;
      finished += 1;
    }, neverFails);
    bell.ring();
    await Promise.resolve();
    bell.ring();
    bell.stop();
    gate.resolve();
    await bell.idle();
    bell.ring();
    await bell.idle();
    expect([begun, finished]).toEqual([1, 1]);
  });

  test('before a run begins means no run', async () => {
    let runs = 0;
    const bell = createBell(async () => void (runs += 1), neverFails);
    bell.ring();
    bell.stop();
    await bell.idle();
    expect(runs).toBe(0);
  });

  test('idle without a ring is at once', async () => {
    await createBell(() => Promise.resolve(), neverFails).idle();
  });
});

describe('a ring for soon', () => {
  test('is one run with the others of its time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let runs = 0;
    const bell = createBell(async () => void (runs += 1), neverFails);
    for (let ring = 0; ring < 5; ring += 1) bell.ringSoon(40);
    await vi.advanceTimersByTimeAsync(39);
    expect(runs).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(runs).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(runs).toBe(1);
  });

  test('runs at once for a caller that waits until idle, or by a ring for now', async () => {
    let runs = 0;
    const bell = createBell(async () => void (runs += 1), neverFails);
    bell.ringSoon(3_600_000);
    await bell.idle();
    expect(runs).toBe(1);
    bell.ringSoon(3_600_000);
    bell.ring();
    await bell.idle();
    expect(runs).toBe(2);
    await bell.idle();
    expect(runs).toBe(2);
  });

  test('is forgotten by a stop', async () => {
    let runs = 0;
    const bell = createBell(async () => void (runs += 1), neverFails);
    bell.ringSoon(1);
    bell.stop();
    bell.ringSoon(1);
    await bell.idle();
    expect(runs).toBe(0);
  });
});
