import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import { limits } from '../../source/core/limits.ts';
import { printableLine } from '../../source/core/printable.ts';
import type { Envelope } from '../../source/core/types.ts';
import { backOffMs } from '../../source/core/back-off.ts';
import { createCourier, type Away, type Courier } from '../../source/outbox/courier.ts';
import type { Parcel } from '../../source/outbox/trip.ts';
import type { Outcome, Post } from '../../source/outbox/post.ts';

const head = 'POST /message HTTP/1.1\r\n\r\n';
const accepted: Outcome = { kind: 'accepted', head, kept: 'k'.repeat(22) };
const gone: Outcome = { kind: 'unreachable', reason: printableLine('nothing listens there') };
const longestMs = limits.retryMostMs * (1 + limits.retryJitter);

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date', 'setImmediate', 'clearImmediate'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A queue in memory, and a network in which the test decides how each post ends. */
function createWorld(answer: (post: Post, count: number) => Outcome | Promise<Outcome>) {
  const queue: Parcel[] = [];
  const tries: Array<{ readonly id: number; readonly at: number }> = [];
  const told: Array<{ readonly contactId: number; readonly away: Away | null }> = [];
  const batches: number[][] = [];
  const underWay = new Set<string>();
  let broken: Error | null = null;
  let most = 0;
  const courier: Courier = createCourier({
    heads: () =>
      queue.filter((parcel, at) => queue.findIndex((one) => one.contactId === parcel.contactId) === at),
    behind: (first, count) =>
      queue.filter(({ id, contactId }) => id > first.id && contactId === first.contactId).slice(0, count),
    async settle(parcel, outcome) {
      if (broken) throw broken;
      if (outcome.kind === 'accepted') queue.splice(queue.indexOf(parcel), 1);
    },
    waiting: (contactId, away) => told.push({ contactId, away }),
    async post(post) {
      expect(underWay.has(post.place)).toBe(false);
      underWay.add(post.place);
      most = Math.max(most, underWay.size);
      tries.push({ id: idOf(post.envelope), at: performance.now() });
      batches.push([post.envelope, ...(post.behind ?? [])].map(idOf));
      const outcome = await answer(post, tries.length);
      underWay.delete(post.place);
      return outcome;
    },
  });
  return {
    courier,
    queue,
    tries,
    batches,
    told,
    most: () => most,
    breakStore: (error: Error | null) => (broken = error),
    add(id: number, contactId = 1) {
      const envelope = Uint8Array.of(id >> 8, id) as Envelope;
      const address = `127.0.0.${contactId}:1`;
      queue.push({ id, contactId, address, slotKey: new Uint8Array(32), envelope });
    },
  };
}

/** A post that ends only when it is stopped. */
function hanging(signal: AbortSignal | undefined): Promise<Outcome> {
  return new Promise((resolve) =>
    signal?.addEventListener('abort', () =>
      resolve({ kind: 'unreachable', reason: printableLine('stopped') }),
    ),
  );
}

function idOf(envelope: Envelope): number {
  return ((envelope[0] ?? 0) << 8) | (envelope[1] ?? 0);
}

describe('carrying', () => {
  test('posts in order, one at a time, at once', async () => {
    const world = createWorld(() => Promise.resolve(accepted));
    for (let id = 1; id <= 50; id += 1) world.add(id);
    world.courier.wake();
    await world.courier.idle();
    expect(world.tries.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
    expect(world.queue).toEqual([]);
    expect(world.told).toEqual([]);
  });

  test('posts to several contacts at the same time, up to the limit', async () => {
    const holds: Array<() => void> = [];
    const world = createWorld(() => new Promise((resolve) => holds.push(() => resolve(accepted))));
    for (let contact = 1; contact <= 50; contact += 1) world.add(contact, contact);
    world.courier.wake();
    expect(holds).toHaveLength(limits.postsAtOnce);
    while (world.queue.length > 0) {
      holds.shift()?.();
      await vi.advanceTimersByTimeAsync(0);
    }
    await world.courier.idle();
    expect(world.most()).toBe(limits.postsAtOnce);
    expect(world.tries).toHaveLength(50);
  });

  test('delays nobody because one contact is away', async () => {
    const world = createWorld((post) => (post.place === '127.0.0.1:1' ? gone : accepted));
    world.add(1, 1);
    world.add(2, 2);
    world.add(3, 2);
    world.courier.wake();
    await world.courier.idle();
    expect(world.queue.map(({ id }) => id)).toEqual([1]);
  });

  test('is idle when every contact was tried, although some of many who are away are always tried again', async () => {
    const awayAfter = async (ms: number): Promise<Outcome> => {
      await new Promise((done) => setTimeout(done, ms));
      return gone;
    };
    const world = createWorld(({ place }) =>
      awayAfter(Number(place.split(/[.:]/u)[3]) % 2 === 0 ? 10_000 : 15_000),
    );
    for (let contact = 1; contact <= 20; contact += 1) world.add(contact, contact);
    world.courier.wake();
    const start = performance.now();
    const idle = world.courier.idle().then(() => performance.now() - start);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await idle).toBe(15_000);
    expect(world.tries.length).toBeGreaterThan(40);
    const closing = world.courier.close();
    await vi.advanceTimersByTimeAsync(15_000);
    await closing;
  });

  test('posts mail next that was added while other mail is under way', async () => {
    const world = createWorld((_, count) => {
      if (count === 1) world.add(2);
      return accepted;
    });
    world.add(1);
    world.courier.wake();
    world.courier.wake();
    await world.courier.idle();
    expect(world.tries.map(({ id }) => id)).toEqual([1, 2]);
  });

  test('looks again at a queue that a transaction hides for a moment', async () => {
    const world = createWorld(() => accepted);
    let hidden = true;
    const courier = createCourier({
      heads: () => (hidden ? [] : world.queue),
      settle: async () => {
        world.queue.shift();
        hidden = world.tries.length === 1;
      },
      waiting: () => undefined,
      post: async ({ envelope }) => {
        world.tries.push({ id: idOf(envelope), at: performance.now() });
        return accepted;
      },
    });
    world.add(1);
    world.add(2);
    hidden = false;
    courier.wake();
    await courier.idle();
    expect(world.tries).toHaveLength(1);
    hidden = false;
    await vi.advanceTimersByTimeAsync(limits.retryFirstMs);
    await courier.idle();
    expect(world.tries).toHaveLength(2);
  });
});

describe('waiting', () => {
  test('grows from 1 s to 5 min, never ends, and is reported', async () => {
    const world = createWorld(() => gone);
    world.add(1);
    world.courier.wake();
    await vi.advanceTimersByTimeAsync(24 * 3600 * 1000);
    const pauses = world.tries.slice(1).map(({ at }, index) => at - (world.tries[index]?.at ?? 0));
    for (const [index, pause] of pauses.entries()) {
      const base = Math.min(1000 * 2 ** index, limits.retryMostMs);
      expect(pause).toBeGreaterThanOrEqual(base * 0.8 - 1);
      expect(pause).toBeLessThanOrEqual(base * 1.2 + 1);
    }
    expect(pauses.length).toBeGreaterThan(24 * 10);
    expect(world.told[2]).toEqual({
      contactId: 1,
      away: { attempts: 3, nextTryAt: expect.any(Number), reason: 'nothing listens there' },
    });
    expect(world.told.at(-1)?.away?.nextTryAt).toBeGreaterThan(Date.now());
    await world.courier.close();
  });

  test('ends with the first answer, and the rest follows at once', async () => {
    const world = createWorld((_, count) => (count < 5 ? gone : accepted));
    world.add(1);
    world.add(2);
    world.courier.wake();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.tries.map(({ id }) => id)).toEqual([1, 1, 1, 1, 1, 2]);
    expect(world.told.at(-1)).toEqual({ contactId: 1, away: null });
    expect(world.told).toHaveLength(5);
  });

  test.each([
    ['unknown', 404, /does not know you/],
    ['full', 429, /too many/],
    ['disk-full', 507, /disk there is full/],
    ['bad', 400, /damaged/],
  ] as const)('goes on after a refusal (%s), and shows it', async (reason, status, expected) => {
    const world = createWorld((_, count) =>
      count === 1 ? { kind: 'refused', head, status, reason } : accepted,
    );
    world.add(1);
    world.courier.wake();
    await world.courier.idle();
    expect(world.told).toEqual([
      { contactId: 1, away: expect.objectContaining({ reason: expect.stringMatching(expected) }) },
    ]);
    await vi.advanceTimersByTimeAsync(1500);
    expect(world.queue).toEqual([]);
  });

  test('restarts a hanging try at once for a caller that asks for it', async () => {
    const world = createWorld(({ signal }, count) => (count < 3 ? hanging(signal) : accepted));
    world.add(1);
    world.courier.wake();
    await vi.advanceTimersByTimeAsync(limits.retryFirstMs - 1);
    world.courier.retryNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(world.tries).toHaveLength(1);
    for (const tries of [2, 3]) {
      await vi.advanceTimersByTimeAsync(limits.retryFirstMs);
      world.courier.retryNow();
      await vi.advanceTimersByTimeAsync(0);
      expect(world.tries).toHaveLength(tries);
    }
    await world.courier.idle();
    expect(world.queue).toEqual([]);
    expect(world.told).toEqual([]);
  });

  test('keeps a parcel that the store cannot note', async () => {
    const world = createWorld(() => accepted);
    world.add(1);
    world.breakStore(new ChatError('disk-full'));
    world.courier.wake();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(world.told[0]?.away?.reason).toBe('the disk is full; nothing was changed');
    expect(world.tries.length).toBeGreaterThan(2);
    world.breakStore(null);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.queue).toEqual([]);
    expect(world.told.at(-1)?.away).toBeNull();
  });

  test('does not post a parcel without a pause when it stays after it was settled', async () => {
    let posts = 0;
    const parcel = { id: 1, contactId: 1, address: 'a:1', slotKey: new Uint8Array(32) };
    const courier = createCourier({
      heads: () => [{ ...parcel, envelope: new Uint8Array(1) as Envelope }],
      settle: async () => undefined,
      waiting: () => undefined,
      post: async () => ((posts += 1), accepted),
    });
    courier.wake();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(posts).toBeLessThan(15);
    await courier.close();
  });

  test('forgets a contact that may no longer be sent to', async () => {
    const world = createWorld(() => gone);
    world.add(1);
    world.courier.wake();
    await vi.advanceTimersByTimeAsync(10_000);
    world.queue.length = 0;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.told.at(-1)).toEqual({ contactId: 1, away: null });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('waking', () => {
  test('leaves a back-off as it is', async () => {
    const world = createWorld(() => gone);
    world.add(1);
    world.courier.wake();
    await vi.advanceTimersByTimeAsync(60_000);
    const before = world.tries.length;
    for (let round = 0; round < 100; round += 1) world.courier.wake();
    await world.courier.idle();
    expect(world.tries).toHaveLength(before);
    await world.courier.close();
  });

  test('for a contact tries once, and neither shortens nor lengthens the back-off', async () => {
    const world = createWorld(() => gone);
    world.add(1);
    world.courier.wake();
    await vi.advanceTimersByTimeAsync(2 * longestMs);
    const before = world.tries.length;
    const { attempts, nextTryAt } = world.told.at(-1)?.away ?? { attempts: 0, nextTryAt: 0 };
    for (let round = 0; round < 100; round += 1) world.courier.wake(1);
    await world.courier.idle();
    expect(world.tries).toHaveLength(before + 1);
    expect(world.told.at(-1)?.away?.attempts).toBe(attempts);
    expect(world.told.at(-1)?.away?.nextTryAt).toBeCloseTo(nextTryAt, -1);
    await world.courier.close();
  });

  test('by a sign of life within a second of the last try waits for that second, not for the back-off', async () => {
    const world = createWorld((_, count) => (count < 8 ? gone : accepted));
    world.add(1);
    world.courier.wake();
    while (world.tries.length < 7) await vi.advanceTimersByTimeAsync(100);
    await vi.advanceTimersByTimeAsync(300);
    world.courier.heard(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(world.tries).toHaveLength(7);
    await vi.advanceTimersByTimeAsync(limits.retryFirstMs);
    expect(world.queue).toEqual([]);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
    await world.courier.close();
  });

  test('by a sign of life during a try that then fails tries again at once', async () => {
    const hang = Promise.withResolvers<Outcome>();
    const world = createWorld((_, count) => (count === 1 ? hang.promise : accepted));
    world.add(1);
    world.courier.wake();
    await vi.advanceTimersByTimeAsync(5000);
    world.courier.heard(1);
    expect(world.tries).toHaveLength(1);
    hang.resolve(gone);
    await vi.advanceTimersByTimeAsync(0);
    expect(world.queue).toEqual([]);
    await world.courier.close();
  });

  test('by a sign of life breaks off a hanging try, but not the next one, so a slow link still carries it', async () => {
    const slow = Promise.withResolvers<Outcome>();
    const world = createWorld(({ signal }, count) => {
      if (count === 1) return gone;
      return count === 2 ? hanging(signal) : slow.promise;
    });
    world.add(1);
    world.courier.wake();
    while (world.tries.length < 2) await vi.advanceTimersByTimeAsync(500);
    await vi.advanceTimersByTimeAsync(2000);
    world.courier.heard(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(world.tries).toHaveLength(3);
    for (let round = 0; round < 5; round += 1) {
      await vi.advanceTimersByTimeAsync(2000);
      world.courier.heard(1);
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(world.tries).toHaveLength(3);
    slow.resolve(accepted);
    await vi.advanceTimersByTimeAsync(0);
    expect(world.queue).toEqual([]);
    await world.courier.close();
  });

  test('by endless signs of life tries once a second at most', async () => {
    const world = createWorld(() => gone);
    world.add(1);
    world.courier.wake();
    for (let round = 0; round < 1000; round += 1) {
      await vi.advanceTimersByTimeAsync(10);
      world.courier.heard(1);
    }
    expect(world.tries.length).toBeLessThanOrEqual(12);
    expect(world.tries.length).toBeGreaterThanOrEqual(10);
    await world.courier.close();
  });

  test('by retryNow tries everything, and restarts at 1 s', async () => {
    const world = createWorld(() => gone);
    world.add(1, 1);
    world.add(2, 2);
    world.courier.wake();
    await vi.advanceTimersByTimeAsync(2 * longestMs);
    const before = world.tries.length;
    world.courier.retryNow();
    await world.courier.idle();
    expect(world.tries).toHaveLength(before + 2);
    expect(world.told.slice(-2).map(({ away }) => away?.attempts)).toEqual([1, 1]);
    await world.courier.close();
  });
});

describe('many in one request', () => {
  const takes = (upTo: number, count?: number): Outcome => ({
    ...accepted,
    most: upTo,
    ...(count && { count }),
  });
  const full: Outcome = { kind: 'refused', head, status: 429, reason: 'full' };

  test('go out once the listener has said that it takes them, at most as many as it says', async () => {
    const world = createWorld(({ behind = [] }) => takes(4, 1 + behind.length));
    for (let id = 1; id <= 10; id += 1) world.add(id);
    world.courier.wake();
    await world.courier.idle();
    expect(world.batches).toEqual([[1], [2, 3, 4, 5], [6, 7, 8, 9], [10]]);
    expect(world.queue).toEqual([]);
    await world.courier.close();
  });

  test('never go to a listener that says nothing about it', async () => {
    const world = createWorld(() => accepted);
    for (let id = 1; id <= 4; id += 1) world.add(id);
    world.courier.wake();
    await world.courier.idle();
    expect(world.batches).toEqual([[1], [2], [3], [4]]);
    await world.courier.close();
  });

  test('go out again from the first that the listener did not take', async () => {
    const answers = [takes(8), takes(8, 2), takes(8, 1), takes(8, 2)];
    const world = createWorld(() => answers.shift() ?? gone);
    for (let id = 1; id <= 6; id += 1) world.add(id);
    world.courier.wake();
    await world.courier.idle();
    expect(world.batches).toEqual([[1], [2, 3, 4, 5, 6], [4, 5, 6], [5, 6]]);
    expect(world.queue).toEqual([]);
    await world.courier.close();
  });

  test('are followed by a single one at once after a refusal, and its answer counts', async () => {
    const answers = [takes(8), full, full];
    const world = createWorld(() => answers.shift() ?? accepted);
    for (let id = 1; id <= 4; id += 1) world.add(id);
    world.courier.wake();
    await world.courier.idle();
    expect(world.batches).toEqual([[1], [2, 3, 4], [2]]);
    expect(world.told.map(({ away }) => away?.attempts)).toEqual([1]);
    expect(world.tries.map(({ at }) => at - world.tries[0]!.at)).toEqual([0, 0, 0]);
    await vi.advanceTimersByTimeAsync(2 * limits.retryFirstMs);
    expect(world.batches.slice(3)).toEqual([[2], [3], [4]]);
    expect(world.queue).toEqual([]);
    await world.courier.close();
  });

  test('go to a place that was not reached only after it says so again', async () => {
    const answers = [takes(8), gone];
    const world = createWorld(({ behind = [] }) => answers.shift() ?? takes(8, 1 + behind.length));
    for (let id = 1; id <= 9; id += 1) world.add(id);
    world.courier.wake();
    await world.courier.idle();
    await vi.advanceTimersByTimeAsync(2 * limits.retryFirstMs);
    // A group that did not get through goes in smaller parts: the line may be narrow.
    expect(world.batches).toEqual([[1], [2, 3, 4, 5, 6, 7, 8, 9], [2], [3, 4], [5, 6], [7, 8], [9]]);
    expect(world.queue).toEqual([]);
    await world.courier.close();
  });

  test('go to a contact that has moved only after its new place says so', async () => {
    const world = createWorld(({ behind = [] }) => takes(8, 1 + behind.length));
    for (let id = 1; id <= 3; id += 1) world.add(id);
    world.courier.wake();
    await world.courier.idle();
    for (let id = 4; id <= 6; id += 1) world.add(id);
    for (const parcel of world.queue.splice(0)) world.queue.push({ ...parcel, address: '127.0.0.9:1' });
    world.courier.wake(1);
    await world.courier.idle();
    expect(world.batches).toEqual([[1], [2, 3], [4], [5, 6]]);
    expect(world.queue).toEqual([]);
    await world.courier.close();
  });

  test('posts an envelope that could not be noted again after a pause, with those behind it', async () => {
    const world = createWorld(({ behind = [] }) => takes(8, 1 + behind.length));
    for (let id = 1; id <= 4; id += 1) world.add(id);
    world.courier.wake();
    await vi.advanceTimersByTimeAsync(0);
    world.add(5);
    world.breakStore(new Error('no'));
    world.courier.wake();
    await world.courier.idle();
    const before = world.batches.length;
    world.breakStore(null);
    await vi.advanceTimersByTimeAsync(2 * limits.retryFirstMs);
    expect(world.batches.slice(before).flat()).toEqual(world.batches[before - 1]);
    expect(world.queue).toEqual([]);
    await world.courier.close();
  });
});

test('closing breaks off what is under way, keeps it, and leaves no timer', async () => {
  const world = createWorld(
    (post) => new Promise((resolve) => post.signal?.addEventListener('abort', () => resolve(gone))),
  );
  world.add(1);
  world.courier.wake();
  await world.courier.close();
  world.courier.wake();
  expect(world.queue).toHaveLength(1);
  expect(world.tries).toHaveLength(1);
  expect(world.told).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('everything arrives once its contact answers, in order, whatever fails', async () => {
  const outcomes = fc.constantFrom<Outcome>(
    accepted,
    { ...accepted, most: 3, count: 3 },
    { ...accepted, most: 9, count: 2 },
    gone,
    { kind: 'refused', head, status: 429, reason: 'full' },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(outcomes, { maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 30 }),
      async (answers, contacts) => {
        const script = [...answers];
        const arrived: number[] = [];
        const world = createWorld(async ({ envelope, behind = [] }) => {
          const outcome = script.shift() ?? accepted;
          if (outcome.kind !== 'accepted') return outcome;
          const count = Math.min(outcome.count ?? 1, 1 + behind.length);
          arrived.push(...[envelope, ...behind].slice(0, count).map(idOf));
          return { ...outcome, count };
        });
        for (const [id, contact] of contacts.entries()) {
          world.add(id, contact);
          world.courier.wake(contact);
        }
        await vi.advanceTimersByTimeAsync(30 * longestMs);
        expect(world.queue).toEqual([]);
        for (const contact of [1, 2, 3]) {
          const ids = contacts.flatMap((one, id) => (one === contact ? [id] : []));
          expect(arrived.filter((id) => contacts[id] === contact)).toEqual(ids);
        }
        await world.courier.close();
      },
    ),
    { numRuns: 100 },
  );
});

test('a back-off is always between 0.8 s and 6 min', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempts, random) => {
        expect(backOffMs(attempts, random)).toBeGreaterThanOrEqual(800);
        expect(backOffMs(attempts, random)).toBeLessThanOrEqual(longestMs);
      },
    ),
  );
});
