import { describe, expect, test } from 'vitest';
import { expectFrame } from '../support/golden.ts';
import { mountScreen, type MountOptions, type Mounted } from '../support/mount.ts';
import { type Sample, sampleClient } from '../support/samples.ts';
import { until } from '../../support/until.ts';

const keys = { down: '\u001b[B', up: '\u001b[A', tab: '\t', escape: '\u001b', enter: '\r', clear: '\u0003' };

async function conversation(options: MountOptions = {}, client = sampleClient()): Promise<Mounted> {
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) }, options);
  await mounted.sees('on my way');
  return mounted;
}

function sentBy({ asked }: Sample): readonly unknown[] {
  return asked.filter(([name]) => name === 'send').map(([, ask]) => ask);
}

const sizes: ReadonlyArray<readonly [string, MountOptions]> = [
  ['80x24', { columns: 80, rows: 24 }],
  ['40x12', { columns: 40, rows: 12 }],
];

describe.each(sizes)('%s', (name, size) => {
  const drafts: ReadonlyArray<readonly [string, string, string]> = [
    ['commands', '/r', 'Commands'],
    ['contacts', '/query ', 'People'],
    ['emoji', 'I am so :ha', 'Emoji'],
  ];
  test.each(drafts)('%s', async (kind, draft, heading) => {
    const mounted = await conversation(size);
    mounted.type(draft);
    await mounted.sees(heading);
    await expectFrame(mounted, `popup-${kind}-${name}`);
  });
});

test('the chosen one is marked, and seen when it is far down the list', async () => {
  const mounted = await conversation();
  mounted.type(`/${keys.down.repeat(8)}`);
  await mounted.sees(/ 8\/\d+ ─/u);
  expect(mounted.rows().filter((row) => row.includes('❯ /'))).toHaveLength(2);
});

test('moves nothing else while it is open', async () => {
  const mounted = await conversation();
  const before = mounted.rows();
  mounted.type('/');
  await mounted.sees('Commands');
  const changed = mounted.rows().flatMap((row, at) => (row === before[at] ? [] : [at]));
  expect(Math.min(...changed)).toBe(15);
  expect(mounted.rows()[21]).toBe(before[21]);
});

test('tab takes the first, and the next one completes the name', async () => {
  const client = sampleClient();
  const mounted = await conversation({}, client);
  mounted.type(`/qu${keys.tab}`);
  await mounted.sees('❯ /query');
  await mounted.sees('People');
  mounted.type(`ca${keys.tab}`);
  await mounted.sees('❯ /query carol');
  mounted.type(keys.enter);
  await mounted.sees('write to carol');
});

test('Enter sends as usual, unless the arrows have chosen an entry', async () => {
  const client = sampleClient();
  const mounted = await conversation({}, client);
  mounted.type('so :ha');
  await mounted.sees('Emoji');
  mounted.type(keys.enter);
  await until('it is sent', () => sentBy(client).length === 1);
  expect(sentBy(client)).toEqual([{ contact: '1', text: 'so :ha' }]);
  mounted.type('so :smil');
  await mounted.sees('Emoji');
  mounted.type(`${keys.down}${keys.enter}`);
  await mounted.sees('❯ so 😄');
  expect(sentBy(client)).toHaveLength(1);
  mounted.type(keys.enter);
  await until('it is sent', () => sentBy(client).length === 2);
  expect(sentBy(client)[1]).toEqual({ contact: '1', text: 'so 😄' });
});

test('escape closes it until another word is written, and touches nothing else', async () => {
  const mounted = await conversation();
  mounted.type('/');
  await mounted.sees('Commands');
  mounted.type(keys.escape);
  await until('it is closed', () => !mounted.screen().includes('Commands'));
  mounted.type('que');
  await mounted.sees('❯ /que');
  expect(mounted.screen()).not.toContain('Commands');
  mounted.type('ry ');
  await mounted.sees('People');
  mounted.type(`${keys.clear}/`);
  await mounted.sees('Commands');
});

test('a whole name becomes its emoji at the second colon, however fast it is typed', async () => {
  const client = sampleClient();
  const mounted = await conversation({}, client);
  mounted.type('fine :+1: and :heart');
  await mounted.sees('fine 👍');
  mounted.type(`:${keys.enter}`);
  await until('it is sent', () => sentBy(client).length === 1);
  expect(sentBy(client)).toEqual([{ contact: '1', text: 'fine 👍 and ❤️' }]);
});

test('a window too small for it has none, and its keys are the draft’s', async () => {
  const mounted = mountScreen(
    { kind: 'ready', open: () => Promise.resolve(sampleClient()) },
    { columns: 40, rows: 8 },
  );
  await mounted.sees('write to bob');
  mounted.type(`/${keys.down}${keys.tab}he`);
  await mounted.sees(/❯ \/he$/mu);
  expect(mounted.screen()).not.toContain('Commands');
});
