import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { printableLine } from '../../source/core/printable.ts';
import type { Envelope } from '../../source/core/types.ts';
import { newMemory, noteFailed, noteGood, placesToTry } from '../../source/net/places.ts';
import type { Outcome, Post } from '../../source/outbox/post.ts';
import { newTrack } from '../../source/outbox/track.ts';
import { tryPlaces, type Parcel, type Trip, type Trips } from '../../source/outbox/trip.ts';

vi.mock('node:os', async (actual) => ({
  ...(await actual<typeof import('node:os')>()),
  networkInterfaces: vi.fn<typeof import('node:os').networkInterfaces>(() => ({})),
}));

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const address = 'a:1 b:2 c:3';

describe('tries places in order', () => {
  test('the one that answered last first', () => {
    const memory = newMemory();
    expect(placesToTry(address, memory)).toEqual(['a:1', 'b:2', 'c:3']);
    noteGood(memory, 'c:3');
    expect(placesToTry(address, memory)).toEqual(['c:3', 'a:1', 'b:2']);
    expect(placesToTry('b:2', memory)).toEqual(['b:2']);
    expect(placesToTry('', memory)).toEqual([]);
  });

  test('one that failed rests longer each time, and none rests when all have failed', () => {
    const memory = newMemory();
    const isTried = (): boolean => placesToTry(address, memory).includes('a:1');
    for (const rest of [1, 2, 4, 8, 10, 10].map((factor) => factor * limits.placeRestMs)) {
      noteFailed(memory, 'a:1');
      expect(isTried()).toBe(false);
      vi.advanceTimersByTime(rest - 1);
      expect(isTried()).toBe(false);
      vi.advanceTimersByTime(1);
      expect(isTried()).toBe(true);
    }
    for (const place of address.split(' ')) noteFailed(memory, place);
    expect(placesToTry(address, memory)).toEqual(['a:1', 'b:2', 'c:3']);
    noteGood(memory, 'b:2');
    noteFailed(memory, 'a:1');
    expect(placesToTry(address, memory)).toEqual(['b:2']);
  });

  test('those in a private network that this machine is not in last', () => {
    const mine = { address: '192.168.7.2', cidr: '192.168.7.2/24', family: 'IPv4', internal: false };
    vi.mocked(networkInterfaces).mockReturnValue({ eth0: [mine as never] });
    const all =
      '192.168.1.5:1 127.0.0.1:1 [fd00::7]:1 10.0.0.1:1 100.64.0.1:1 192.168.7.9:1 a.example:1 9.9.9.9:1';
    expect(placesToTry(all, newMemory())).toEqual([
      '192.168.7.9:1',
      'a.example:1',
      '9.9.9.9:1',
      '192.168.1.5:1',
      '127.0.0.1:1',
      '[fd00::7]:1',
      '10.0.0.1:1',
      '100.64.0.1:1',
    ]);
    // Behind a proxy its networks count, and nothing here knows them.
    expect(placesToTry(all, newMemory(), true).slice(0, 2)).toEqual(['a.example:1', '9.9.9.9:1']);
  });
});

const head: Parcel = {
  id: 1,
  contactId: 1,
  address,
  slotKey: new Uint8Array(32),
  envelope: new Uint8Array(4096) as Envelope,
};
const accepted: Outcome = { kind: 'accepted', head: '', kept: '' };
const gone: Outcome = { kind: 'unreachable', reason: printableLine('nothing listens there') };
const refused = (reason: 'unknown' | 'full' | 'bad'): Outcome => ({
  kind: 'refused',
  head: '',
  status: 404,
  reason,
});

/** Tries places that answer like this, in order. */
async function travel(answers: readonly Outcome[], track = newTrack(), going: Partial<Parcel & Trips> = {}) {
  const posts: Post[] = [];
  const tried: Outcome[] = [];
  const left = [...answers];
  const trips = {
    ...going,
    tried: (_: Parcel, outcome: Outcome) => void tried.push(outcome),
    async post(post: Post) {
      posts.push(post);
      return left.shift() ?? accepted;
    },
  };
  const trip: Trip | null = await tryPlaces(
    trips,
    { ...head, ...going },
    { track, stop: new AbortController().signal },
  );
  return { trip, tried, places: posts.map(({ place }) => place), posts, track };
}

describe('a trip', () => {
  test('ends at the first place that takes the envelope, and begins there the next time', async () => {
    const first = await travel([gone, accepted]);
    expect(first.places).toEqual(['a:1', 'b:2']);
    expect(first.trip).toEqual({ parcels: [head], outcome: accepted });
    expect(first.tried).toEqual([gone]);
    expect((await travel([accepted], first.track)).places).toEqual(['b:2']);
  });

  test('waits less for a connection while places are left', async () => {
    const { posts } = await travel([gone, gone, gone]);
    expect(posts.map(({ patience }) => patience?.connectMs)).toEqual([
      limits.placeConnectMs,
      limits.placeConnectMs,
      undefined,
    ]);
  });

  test('through a proxy gives an onion service its time, whatever is left', async () => {
    const going = { address: 'a.onion:1 b:2 c:3', proxy: 'socks5://127.0.0.1:9050' };
    const { posts } = await travel([gone, gone, gone], newTrack(), going);
    expect(posts.map(({ patience, proxy }) => [patience?.connectMs, proxy])).toEqual([
      [undefined, going.proxy],
      [limits.placeConnectMs, going.proxy],
      [undefined, going.proxy],
    ]);
  });

  test.each([
    ['nobody answers', [gone, gone, gone], gone],
    ['one is full', [gone, refused('full'), refused('unknown')], refused('full')],
    ['another machine answers in this network', [refused('unknown'), gone, gone], gone],
    [
      'all say that they do not know us',
      [refused('unknown'), refused('unknown'), refused('unknown')],
      refused('unknown'),
    ],
    ['something damages it', [gone, refused('bad'), gone], refused('bad')],
  ])('reports the most telling outcome when all places fail: %s', async (_, answers, outcome) => {
    const { trip, tried, places } = await travel(answers);
    expect(places).toEqual(['a:1', 'b:2', 'c:3']);
    expect(tried).toEqual(answers);
    expect(trip).toEqual({ parcels: [head], outcome });
  });

  test('does not claim that nobody there knows us while a place rests', async () => {
    const track = newTrack();
    noteFailed(track.places, 'b:2');
    const { places, trip } = await travel([refused('unknown'), refused('unknown')], track);
    expect(places).toEqual(['a:1', 'c:3']);
    expect(trip?.outcome).toEqual({
      kind: 'unreachable',
      reason: 'refused: the address does not know you',
    });
  });

  test('says when there is no place to go to', async () => {
    const nowhere = { ...head, address: '' };
    const trip = await tryPlaces({}, nowhere, { track: newTrack(), stop: new AbortController().signal });
    expect(trip?.outcome).toEqual({ kind: 'unreachable', reason: 'no usable address' });
  });
});
