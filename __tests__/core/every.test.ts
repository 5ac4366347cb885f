import { expect, onTestFinished, test, vi } from 'vitest';
import { every, untilMultiple } from '../../source/core/every.ts';

function fakeClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
}

test('looks that begin at different times fall together', () => {
  fakeClock();
  const looks: string[] = [];
  const note = (name: string) => () => looks.push(`${name} ${performance.now()}`);
  vi.advanceTimersByTime(700);
  const ends = [every(3000, note('a'))];
  vi.advanceTimersByTime(900);
  ends.push(every(6000, note('b')));
  vi.advanceTimersByTime(5000);
  expect(looks.toSorted()).toEqual(['a 3000', 'a 6000', 'b 6000']);
  for (const { stop } of ends) stop();
  vi.advanceTimersByTime(60_000);
  expect(looks).toHaveLength(3);
});

test('a period that becomes shorter counts at once when it is renewed', () => {
  fakeClock();
  let [period, looks] = [9000, 0];
  const repeating = every(
    () => period,
    () => (looks += 1),
  );
  period = 1000;
  vi.advanceTimersByTime(2000);
  expect(looks).toBe(0);
  repeating.renew();
  vi.advanceTimersByTime(2000);
  expect(looks).toBe(2);
  repeating.stop();
});

test('a look that throws does not end the looks', () => {
  fakeClock();
  let looks = 0;
  const repeating = every(1000, () => {
    looks += 1;
    throw new Error('once');
  });
  expect(() => vi.advanceTimersByTime(1000)).toThrow('once');
  expect(() => vi.advanceTimersByTime(1000)).toThrow('once');
  expect(looks).toBe(2);
  repeating.stop();
});

test.each([
  [3000, 0, 3000], [3000, 1, 2999], [3000, 2999.6, 3001], [3000, 2701, 3299], [3000, 2600, 400], [1000, 5000.2, 1000],
])('of a period of %i ms at %d the next multiple is %i ms away', (period, now, left) => {
  expect(untilMultiple(period, now)).toBe(left);
}); // prettier-ignore
