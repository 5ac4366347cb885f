// The states that other tests look at in 80 columns, in a small window and in a large one.

import { describe, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import type { Door } from '../../source/core/door.ts';
import { expectFrame } from './support/golden.ts';
import { mountScreen, type MountOptions, type Mounted } from './support/mount.ts';
import { messageOf, type Sample, sampleClient, sampleState, wholeOf } from './support/samples.ts';

const sizes: ReadonlyArray<readonly [string, MountOptions]> = [
  ['40x12', { columns: 40, rows: 12 }],
  ['120x40', { columns: 120, rows: 40 }],
];

function ready(client: Sample = sampleClient()): Door {
  return { kind: 'ready', open: () => Promise.resolve(client) };
}

const never = (): Promise<never> => new Promise(() => undefined);

type State = readonly [
  name: string,
  door: () => Door,
  first: string,
  steps: ReadonlyArray<readonly [typed: string, sees: string]>,
];

const refusing = (): Door =>
  ready(sampleClient(sampleState(), { send: () => Promise.reject(new ChatError('text-long', '70000')) }));

const firstRun = (): Door => ({
  kind: 'first-run',
  defaults: { name: 'al', passphrase: null, listen: '0.0.0.0:1', address: 'h:1', keepListening: true },
  setUp: never,
});

const unread = (): Door => {
  const messages = [messageOf(1, 'old', { contactId: 2 }), messageOf(2, 'new', { contactId: 2 })];
  return ready(sampleClient(sampleState({ conversations: new Map([[2, wholeOf(messages, 1)]]) })));
};

const longDraft = `${Array.from({ length: 9 }, (_none, at) => `row ${at + 1}`).join('\n')}\nthe end`;

const states: readonly State[] = [
  ['opening', () => ({ kind: 'ready', open: never }), 'opening', [['early words', '❯ early words']]],
  [
    'joined',
    ready,
    'on my way',
    [
      ['/join\r', 'Paste the link'],
      ['cryptochat:abc@host:1\r', 'carol is added'],
    ],
  ],
  [
    'rotated',
    ready,
    'on my way',
    [
      ['\u0012', 'Rotate your key?'],
      ['y', 'You have a new key'],
    ],
  ],
  ['first-run-changed', firstRun, 'Receive while', [['\u0010\u000f', 'Listen on']]],
  ['send-failed', refusing, 'on my way', [['too long\r', '70000 bytes']]],
  ['long-draft', ready, 'on my way', [[longDraft, 'the end']]],
  ['unread', unread, 'write to bob', [['\u001ba', 'new messages']]],
];

describe.each(sizes)('%s', (size, options) => {
  test.each(states)('%s', async (name, door, first, steps) => {
    const mounted: Mounted = mountScreen(door(), options);
    await mounted.sees(first);
    for (const [typed, seen] of steps) {
      mounted.type(typed);
      await mounted.sees(seen);
    }
    await expectFrame(mounted, `${name}-${size}`);
  });
});
