import { expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { tellMoves } from '../../source/inbox/moves.ts';
import { followMoves } from '../../source/listener/follow-moves.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const minute = 60_000;
/** By then a move is noticed that something depends on. */
const promisedMs = limits.returnLookMs + limits.returnSettlesMs;

/** The moves that a listener notices; time passes only when the test advances it. */
async function following(isNeeded: () => boolean = () => true) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const inbox = await tempInbox();
  let [moved, ended] = [0, 0];
  const moves = followMoves(inbox, {
    moved: () => (moved += 1),
    ended: () => (ended += 1),
    isNeeded,
    lookMs: () => minute,
  });
  onTestFinished(() => moves.close());
  return { inbox, moves, moved: () => moved, ended: () => ended };
}

/** The machine was suspended for an hour: the clock of timers stood still. */
function sleep(): void {
  vi.setSystemTime(Date.now() + 3600_000);
}

test('a listener notices a move itself within the promised time while no client runs', async () => {
  const { moved } = await following();
  for (const times of [1, 2]) {
    sleep();
    vi.advanceTimersByTime(promisedMs);
    expect(moved()).toBe(times);
  }
  vi.advanceTimersByTime(10 * minute);
  expect(moved()).toBe(2);
});

test('a listener leaves the looking to a client, and acts at once on what that tells, once for each move', async () => {
  const { inbox, moves, moved } = await following();
  const client = await tellMoves(inbox);
  moves.look();
  expect(moves.isTold()).toBe(true);
  vi.advanceTimersByTime(30_000);
  sleep();
  vi.advanceTimersByTime(promisedMs);
  expect(moved()).toBe(0);
  client.moved();
  await until('it is told', () => moved() === 1);
  vi.advanceTimersByTime(10 * minute);
  expect(moved()).toBe(1);
  await client.close();
});

test('a listener looks itself as soon as the client that looked is gone', async () => {
  const { inbox, moves, moved, ended } = await following();
  const client = await tellMoves(inbox);
  moves.look();
  vi.advanceTimersByTime(30_000);
  await client.close();
  await until('its end is heard', () => ended() === 1);
  sleep();
  vi.advanceTimersByTime(promisedMs);
  expect(moved()).toBe(1);
});

test('a move that a client did not live to tell of is noticed when it is gone', async () => {
  const { inbox, moves, moved, ended } = await following();
  const client = await tellMoves(inbox);
  moves.look();
  vi.advanceTimersByTime(30_000);
  sleep();
  await client.close();
  await until('its end is heard', () => ended() === 1);
  vi.advanceTimersByTime(limits.returnSettlesMs);
  expect(moved()).toBe(1);
});

test('a client that tells nothing, because it was stopped, does not keep a listener from noticing in the end', async () => {
  const { inbox, moves, moved } = await following();
  const client = await tellMoves(inbox);
  moves.look();
  sleep();
  vi.advanceTimersByTime(minute + limits.returnSettlesMs);
  expect(moved()).toBe(1);
  await client.close();
});

test('a listener of which nothing depends on moves sleeps, until something does', async () => {
  let isNeeded = false;
  const { moves, moved } = await following(() => isNeeded);
  vi.advanceTimersByTime(30_000);
  expect(vi.getTimerCount()).toBe(1);
  const calls = vi.spyOn(performance, 'now');
  vi.advanceTimersByTime(20_000);
  expect(calls).not.toHaveBeenCalled();
  isNeeded = true;
  moves.look();
  sleep();
  vi.advanceTimersByTime(promisedMs);
  expect(moved()).toBe(1);
});
