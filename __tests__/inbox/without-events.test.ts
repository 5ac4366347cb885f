import { EventEmitter } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { listNew, watchInbox } from '../../source/inbox/watch.ts';
import type { Noticing } from '../../source/inbox/watch.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const watchers = vi.hoisted((): EventEmitter[] => []);

// A watcher that reports the events that the test makes it report, and nothing else.
vi.mock('chokidar', () => ({
  watch() {
    const watcher = Object.assign(new EventEmitter(), { close: () => Promise.resolve() });
    watchers.push(watcher);
    return watcher;
  },
}));

/** Time passes only when the test advances it. */
function fakeClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
}

async function deafReader() {
  const inbox = await tempInbox();
  const [seen, said] = [new Set<string>(), [] as Noticing[]];
  const watch = await watchInbox(inbox, {
    ring: () => void listNew(inbox).then((names) => names.map((name) => seen.add(name))),
    noticed: (how) => said.push(how),
  });
  onTestFinished(() => watch.close());
  const watcher = watchers.at(-1);
  if (!watcher) throw new Error('nothing was watched');
  const arrive = async (name: string): Promise<void> => {
    await writeFile(join(inbox, 'tmp', name), '');
    await rename(join(inbox, 'tmp', name), join(inbox, 'new', name));
  };
  return { seen, said, watcher, arrive };
}

test('says so when there is no watcher, and reads the folder', async () => {
  const { seen, said, watcher, arrive } = await deafReader();
  watcher.emit('error', Object.assign(new Error('none left'), { code: 'EMFILE' }));
  expect(said).toEqual(['clock']);
  for (const name of ['a', 'b', 'c']) {
    await arrive(name);
    await until(`${name} is seen`, () => seen.has(name));
  }
  watcher.emit('raw');
  await arrive('d');
  await until('d is seen', () => seen.has('d'));
  expect(said).toEqual(['clock']);
});

test('sees and reports a file that caused no event, and reports when events come again', async () => {
  const { seen, said, watcher, arrive } = await deafReader();
  watcher.emit('ready');
  expect(said).toEqual([]);
  await until('it is noticed that nothing tells', async () => {
    await arrive(`${seen.size}`);
    return said.length > 0;
  });
  expect(said).toEqual(['clock']);
  await arrive('later');
  await until('it is seen', () => seen.has('later'));
  await until('it is believed again', () => {
    watcher.emit('raw');
    return said.length > 1;
  });
  expect(said).toEqual(['clock', 'events']);
});

test('does not doubt changes that events reported, however late the events are', async () => {
  fakeClock();
  const { said, watcher, arrive } = await deafReader();
  watcher.emit('ready');
  for (let look = 0; look < 20; look += 1) {
    await arrive(`${look}`);
    const isLate = look % 2 === 1;
    if (!isLate) watcher.emit('raw');
    vi.advanceTimersByTime(limits.lookEveryMs);
    if (isLate) watcher.emit('raw');
  }
  expect(said).toEqual([]);
});

test('an event makes the looks seldom; a change without one makes them as many as before', async () => {
  fakeClock();
  const { said, watcher, arrive } = await deafReader();
  watcher.emit('ready');
  vi.advanceTimersByTime(limits.lookEveryMs);
  watcher.emit('raw');
  vi.advanceTimersByTime(2 * limits.lookSeldomMs);
  const changedAt = performance.now();
  await arrive('unheard');
  while (said.length === 0) vi.advanceTimersByTime(limits.lookEveryMs);
  expect(said).toEqual(['clock']);
  expect(performance.now() - changedAt).toBeLessThanOrEqual(limits.lookSeldomMs + 2 * limits.lookEveryMs);
});
