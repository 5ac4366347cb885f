import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { createPulse } from '../../source/listener/pulse.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const hour = 3600_000;

/** Counts the looks for parcels; time passes only when the test advances it. */
async function pulsing(isClientHeard = false) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const [inbox, lanes] = [await tempInbox(), new Map<string, unknown>()];
  let looks = 0;
  const reporting = { came: () => undefined, failed: () => undefined, lookMs: () => hour };
  const around = { reporting, isClientHeard: () => isClientHeard, began: () => undefined };
  const pulse = createPulse({ inbox, lanes }, around, () => (looks += 1));
  onTestFinished(() => pulse.stop());
  vi.advanceTimersByTime(limits.carryLookMs);
  const leave = (): Promise<void> => writeFile(join(inbox, 'out', 'parcel'), '');
  return { lanes, leave, pulse, looks: () => looks };
}

test('looks once at the start, and then now and then while nothing waits', async () => {
  const { looks } = await pulsing();
  expect(looks()).toBe(1);
  vi.advanceTimersByTime(hour / 2);
  expect(looks()).toBe(1);
});

test('looks for a new parcel until its folder may be listed again', async () => {
  const { looks, leave } = await pulsing();
  await leave();
  await until('it looks', () => {
    vi.advanceTimersByTime(limits.carryLookMs);
    return looks() === 2;
  });
  vi.advanceTimersByTime(limits.carryListLeastMs);
  expect(looks()).toBeGreaterThanOrEqual(3);
  vi.advanceTimersByTime(hour / 2);
  expect(looks()).toBeLessThanOrEqual(6);
});

test.each([
  [false, 20],
  [true, 1],
])('with a parcel that waits, and a client that is heard: %o, it looks %i times', async (isHeard, times) => {
  const { looks, lanes, pulse } = await pulsing(isHeard);
  lanes.set('lane', {});
  const before = looks();
  pulse.soon();
  vi.advanceTimersByTime(20 * limits.carryLookMs);
  expect(looks() - before).toBe(times);
});
