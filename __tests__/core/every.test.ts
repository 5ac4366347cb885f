import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { atMultiple, every, nextMultiple } from '../../source/core/every.ts';

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

test('an error of one look does not keep another from its time, nor one that was called off', () => {
  fakeClock();
  const looks: string[] = [];
  const bad = every(1000, () => {
    third.stop();
    throw new Error('bad');
  });
  const good = every(1000, () => looks.push('good'));
  const third = every(1000, () => looks.push('third'));
  expect(() => vi.advanceTimersByTime(1000)).toThrow('bad');
  bad.stop();
  vi.advanceTimersByTime(10);
  expect(looks).toEqual(['good']);
  good.stop();
});

test('looks of several periods wake the process once for each of their moments', () => {
  fakeClock();
  const wake = vi.spyOn(globalThis, 'setTimeout');
  onTestFinished(() => wake.mockRestore());
  const ends = [4000, 4000, 12_000, 12_000].map((period) => every(period, () => undefined));
  wake.mockClear();
  vi.advanceTimersByTime(12_000);
  expect(wake).toHaveBeenCalledTimes(3);
  for (const { stop } of ends) stop();
  expect(vi.getTimerCount()).toBe(0);
});

test('a look that waits for one moment comes once, and not after it was called off', () => {
  fakeClock();
  let looks = 0;
  const look = (): void => void (looks += 1);
  atMultiple(500, look);
  atMultiple(500, look)();
  vi.advanceTimersByTime(5000);
  expect(looks).toBe(1);
});

test('a process that was busy when a look was due looks at once, without a warning', () => {
  const program = `
    import { every } from ${JSON.stringify(new URL('../../source/core/every.ts', import.meta.url).href)};
    const busy = (ms) => { for (const end = performance.now() + ms; performance.now() < end; ); };
    let looks = 0;
    every(10, () => { if ((looks += 1) === 20) process.exit(); });
    every(20, () => busy(70));
    const later = every(5000, () => undefined);
    setInterval(() => { busy(70); later.renew(); }, 10);`;
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
});

test.each([
  ['atMultiple(5000, look)', 'look, end'],
  ['atMultiple(5000, look)(); every(4000, look)', 'end'],
  ['every(4000, look)', 'end'],
])('a look that comes once keeps the process from ending, a repeated one does not: %s', (code, said) => {
  const program = `
    import { atMultiple, every } from ${JSON.stringify(new URL('../../source/core/every.ts', import.meta.url).href)};
    const look = () => process.stdout.write('look, ');
    process.on('exit', () => process.stdout.write('end'));
    ${code};`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  expect(stdout).toBe(said);
});

test.each([
  [3000, 0, 3000], [3000, 1, 3000], [3000, 2999.6, 6000], [3000, 2701, 6000], [3000, 2600, 3000], [1000, 5000.2, 6000],
])('the multiple of %i to wait for at %d is %i', (period, now, next) => {
  expect(nextMultiple(period, now)).toBe(next);
}); // prettier-ignore
