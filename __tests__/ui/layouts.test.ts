// The two layouts of a conversation and the list of people, in four sizes and in the smallest window.

import { describe, expect, test } from 'vitest';
import type { Door } from '../../source/core/door.ts';
import { printableLine } from '../../source/core/printable.ts';
import type { ContactView, MessageView } from '../../source/core/types.ts';
import { until } from '../support/until.ts';
import { expectFrame } from './support/golden.ts';
import { mountScreen, type MountOptions, type Mounted } from './support/mount.ts';
import { contactOf, messageOf, noon, sampleClient, sampleState, wholeOf } from './support/samples.ts';

const minute = 60_000;
const out = { direction: 'out' } as const;

const texts: ReadonlyArray<readonly [after: number, text: string, given?: Partial<MessageView>]> = [
  [0, 'Hey, you there?', out],
  [0, 'Yes! Just got home. How was the *talk* yesterday?'],
  [0, 'Went well. ~70 people, and the demo even worked 😄', out],
  [1, 'slides: https://example.org/talks/2026/terminals-are-back.pdf', out],
  [1, '> Went well. ~70 people, and the demo even worked 😄\ndid you keep the `tmux` trick in?'],
  [
    2,
    'Of course, here it is:\n```sh\ntmux new-session -d -s work\ntmux send-keys -t work "npm test" Enter\n```',
    out,
  ],
  [2, '日本語も大丈夫？', { ...out, state: 'sent' }],
  [3, 'new key, signed by the key you verified', { kind: 'notice', state: 'received' }],
  [
    4,
    'Things to bring:\n- the ~~old~~ new map, and somebody who can read it when the light is out again\n- water',
  ],
  [9, 'שלום, see you at 17:30'],
  [10, 'on my way', { ...out, state: 'queued' }],
];

const messages = texts.map(([after, text, given], at) =>
  messageOf(at + 1, text, { sentAt: noon - 30 * minute + after * minute, ...given }),
);

const contacts: readonly ContactView[] = [
  contactOf(1, 'Alice', {
    state: 'compared',
    reach: { kind: 'answered', at: noon - 120_000 },
    lastWords: printableLine('on my way'),
    lastIsMine: true,
    lastActivityAt: noon - 20 * minute,
  }),
  contactOf(2, 'Carol', {
    unread: 2,
    lastWords: printableLine('are you coming?'),
    lastActivityAt: noon - 88 * minute,
  }),
  contactOf(3, 'Dave', {
    reach: { kind: 'away', attempts: 1, nextTryAt: noon + 40_000, reason: printableLine('') },
    lastWords: printableLine('see you at nine'),
    lastActivityAt: noon - 4 * 24 * 60 * minute,
  }),
  contactOf(4, 'שרה', {
    muted: true,
    unread: 3,
    lastWords: printableLine('מחר בבוקר'),
    lastActivityAt: noon - 40 * 24 * 60 * minute,
  }),
];

async function conversation(options: MountOptions): Promise<Mounted> {
  const conversations = new Map([[1, wholeOf(messages, 99)]]);
  const client = sampleClient(sampleState({ contacts, name: printableLine('Bob'), conversations }));
  const door: Door = { kind: 'ready', open: () => Promise.resolve(client) };
  const mounted = mountScreen(door, options);
  await mounted.sees('on my way');
  return mounted;
}

const sizes: ReadonlyArray<readonly [columns: number, rows: number]> = [
  [40, 12],
  [80, 24],
  [120, 40],
  [200, 50],
];

describe.each(sizes)('%i×%i', (columns, rows) => {
  test.each(['roomy', 'compact'] as const)('%s', async (layout) => {
    const mounted = await conversation({ columns, rows, settings: { layout } });
    await expectFrame(mounted, `${layout}-${columns}x${rows}`);
  });
});

test('the smallest window that the manual names shows a conversation, its head, and the draft', async () => {
  await expectFrame(await conversation({ columns: 30, rows: 8 }), 'compact-30x8');
});

test('a window that is too small names the smallest size that works', async () => {
  const mounted = await conversation({ columns: 30, rows: 8 });
  mounted.resize(23, 6);
  await mounted.sees('24x7 is enough');
  mounted.resize(24, 7);
  await mounted.sees('on my way');
});

test('the layout is roomy from 60 columns on, unless a setting says otherwise', async () => {
  const isRoomy = (mounted: Mounted): boolean => mounted.screen().includes(' you 11:40');
  const mounted = await conversation({ columns: 60, rows: 24 });
  expect(isRoomy(mounted)).toBe(true);
  mounted.resize(59, 24);
  await until('it is compact', () => !isRoomy(mounted));
  await mounted.sees(' 11:40 ┊ on my way');
});

test('the "new messages" line goes with the first key after they were read', async () => {
  const conversations = new Map([[1, wholeOf(messages, 8)]]);
  const unread = [contactOf(1, 'Alice', { unread: 2 })];
  const client = sampleClient(sampleState({ contacts: unread, conversations }));
  const mounted = mountScreen(
    { kind: 'ready', open: () => Promise.resolve(client) },
    { columns: 80, rows: 30 },
  );
  await mounted.sees('new messages');
  await until('everything is read', () => !mounted.screen().includes('unread'));
  expect(mounted.screen()).toContain('new messages');
  mounted.type('h');
  await until('the line is gone', () => !mounted.screen().includes('new messages'));
});

test('the "new messages" line stays while something below it is unread', async () => {
  const conversations = new Map([[1, wholeOf(messages, 2)]]);
  const unread = [contactOf(1, 'Alice', { unread: 5 })];
  const state = sampleState({ contacts: unread, conversations });
  const client = sampleClient(state, { openConversation: () => Promise.resolve() });
  const door: Door = { kind: 'ready', open: () => Promise.resolve(client) };
  const mounted = mountScreen(door, { columns: 80, rows: 24 });
  await mounted.sees('new messages');
  mounted.type('h');
  await mounted.sees('❯ h');
  expect(mounted.screen()).toContain('new messages');
});
