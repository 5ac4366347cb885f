import { expect, test } from 'vitest';
import { changeLines, joinedLines } from '../../../source/commands/lines/news.ts';
import { createTracking } from '../../../source/commands/lines/states.ts';
import { printableLine } from '../../../source/core/printable.ts';
import type { Message, MessageState } from '../../../source/core/types.ts';

const labels = new Map([[1, printableLine('bob')]]);

function sentOf(id: string, given: Partial<Message> = {}): Message {
  return { id, contactId: 1, direction: 'out', kind: 'text', ...given } as Message;
}

/** The lines printed over time: for each step its time and the states then. */
async function saidOver(
  steps: ReadonlyArray<readonly [now: number, states: Record<string, MessageState>]>,
): Promise<readonly (readonly string[])[]> {
  const tracking = createTracking();
  const [first] = steps;
  tracking.add(
    Object.keys(first?.[1] ?? {}).map((id) => sentOf(id)),
    first?.[0] ?? 0,
  );
  const said: (readonly string[])[] = [];
  for (const [now, states] of steps) {
    said.push(await tracking.look((id) => Promise.resolve({ state: states[id] ?? 'failed' }), labels, now));
  }
  return said;
}

test('reports a message that arrives at once as delivered, once', async () => {
  const said = await saidOver([
    [0, { a: 'queued' }],
    [100, { a: 'sent' }],
    [200, { a: 'delivered' }],
    [9000, { a: 'delivered' }],
  ]);
  expect(said).toEqual([[], [], ['delivered to bob'], []]);
});

test('reports each state of a slow message once, in words', async () => {
  const said = await saidOver([
    [0, { a: 'queued' }],
    [4000, { a: 'queued' }],
    [8000, { a: 'queued' }],
    [9000, { a: 'sent' }],
    [9100, { a: 'delivered' }],
  ]);
  expect(said).toEqual([
    [],
    ['bob is unreachable; it is queued and is sent when they can be reached'],
    [],
    ['on the disk of bob, not opened yet'],
    ['delivered to bob'],
  ]);
});

test.each([
  [
    'elsewhere',
    'another program answers at the address of bob; it is queued and is sent when they can be reached',
  ],
  [
    'unknown',
    'the address of bob answered that it does not know you; it is queued and is sent when they can be reached',
  ],
  ['proxy', 'your proxy or Tor does not connect to bob; it is queued, and /doctor shows why'],
  ['asked', 'bob has not accepted you yet; it is queued and is sent when they do'],
  ['away', 'bob is unreachable; it is queued and is sent when they can be reached'],
] as const)('says why a message waits: %s', async (waits, words) => {
  const tracking = createTracking();
  tracking.add([sentOf('a'), sentOf('b')], 0);
  const stateOf = () => Promise.resolve({ state: 'queued', waits } as const);
  expect(await tracking.look(stateOf, labels, 4000)).toEqual([`${words}: 2 messages`]);
});

test('reports several at once in one line', async () => {
  expect(await saidOver([[0, { a: 'delivered', b: 'delivered', c: 'failed' }]])).toEqual([
    ['delivered to bob: 2 messages', 'not sent to bob'],
  ]);
});

test('says nothing about other people’s messages', async () => {
  const tracking = createTracking();
  tracking.add([sentOf('a', { direction: 'in' }), sentOf('b', { kind: 'notice' })], 0);
  const asked: string[] = [];
  await tracking.look((id) => (asked.push(id), Promise.resolve({ state: 'delivered' })), labels, 0);
  expect(asked).toEqual([]);
});

test('announces a person who joined, or whose request was answered, once', () => {
  const bob = { id: 1, name: 'bob', alias: null, state: 'not-compared' } as const;
  const asked = { ...bob, state: 'requested' } as const;
  const told = ['You and bob can write to each other now.'];
  expect(joinedLines([], [bob])).toEqual(told);
  expect(joinedLines([asked], [bob])).toEqual(told);
  expect(joinedLines([], [asked])).toEqual([]);
  expect(joinedLines([bob], [bob])).toEqual([]);
  expect(joinedLines([bob], [{ ...bob, state: 'conflict' }])).toEqual([]);
});

test('announces a request, and a change in a contact’s verification', () => {
  const bob = { id: 1, name: 'bob', alias: null, state: 'compared', request: null } as const;
  const carol = { id: 2, name: 'carol', alias: null, state: 'requested', request: 'received' } as const;
  expect(changeLines([bob], [bob, carol])).toEqual([
    'carol wants to be your contact: /accept carol or /decline carol',
  ]);
  expect(changeLines([bob], [{ ...bob, state: 'conflict' }])).toEqual(['bob: two keys; sending is stopped']);
  expect(changeLines([bob, carol], [bob, carol])).toEqual([]);
  expect(changeLines([], [bob])).toEqual([]);
});
