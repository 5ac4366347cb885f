import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { mountScreen, type Mounted } from '../support/mount.ts';
import { type Sample, sampleClient, sampleState } from '../support/samples.ts';

async function conversation(client: Sample): Promise<Mounted> {
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) });
  await mounted.sees('on my way');
  return mounted;
}

function kept({ asked }: Sample): readonly unknown[] {
  return asked.filter(([name]) => name === 'keepDraft').map(([, ask]) => ask);
}

const before = new Map([
  [1, 'half a sentence'],
  [2, 'to carol'],
]);

test('brings back the draft of each conversation after a restart, without writing it again', async () => {
  const client = sampleClient(sampleState(), { drafts: () => Promise.resolve(before) });
  const mounted = await conversation(client);
  await mounted.sees('❯ half a sentence');
  mounted.type('\u001b2');
  await mounted.sees('❯ to carol');
  mounted.type('\u0011');
  await mounted.ended;
  expect(kept(client)).toEqual([]);
});

test('a draft is kept after a pause, once', async () => {
  const client = sampleClient();
  const mounted = await conversation(client);
  mounted.type('a dra');
  mounted.type('ft');
  await until('it is kept', () => kept(client).length > 0);
  expect(kept(client)).toEqual([[1, 'a draft']]);
});

test('a draft that was sent or cleared is gone at once', async () => {
  const client = sampleClient(sampleState(), { drafts: () => Promise.resolve(before) });
  const mounted = await conversation(client);
  await mounted.sees('❯ half a sentence');
  mounted.type('\r');
  await mounted.sees('write to bob');
  expect(kept(client)).toEqual([[1, '']]);
  mounted.type('\u001b2');
  await mounted.sees('❯ to carol');
  mounted.type('\u0003');
  await mounted.sees('write to carol');
  expect(kept(client)).toEqual([
    [1, ''],
    [2, ''],
  ]);
});

test('a quit keeps the text just typed, not a recalled one', async () => {
  const client = sampleClient();
  const mounted = await conversation(client);
  mounted.type('sent\r');
  await mounted.sees(/12:00 *\n.*┊ sent/u);
  mounted.type('my draft');
  await mounted.sees('❯ my draft');
  mounted.type('\u001b[1;5A');
  await mounted.sees('❯ sent');
  mounted.type('\u0011');
  await mounted.ended;
  expect(kept(client).at(-1)).toEqual([1, 'my draft']);
});

test('text typed before the drafts were read stays, below the kept draft', async () => {
  const read = Promise.withResolvers<typeof before>();
  const mounted = await conversation(sampleClient(sampleState(), { drafts: () => read.promise }));
  mounted.type('new');
  await mounted.sees('❯ new');
  read.resolve(before);
  mounted.type('\u001b2');
  await mounted.sees('❯ to carol');
  mounted.type('\u001b1');
  await mounted.sees(/❯ half a sentence\n {3}new$/mu);
});

test('a text sent before the drafts were read leaves the kept draft where it is', async () => {
  const read = Promise.withResolvers<typeof before>();
  const client = sampleClient(sampleState(), { drafts: () => read.promise });
  const mounted = await conversation(client);
  mounted.type('new\r');
  await mounted.sees(/12:00 *\n.*┊ new/u);
  read.resolve(before);
  await mounted.sees('❯ half a sentence');
  mounted.type('\u0011');
  await mounted.ended;
  expect(kept(client)).toEqual([]);
});

test('a quit before the drafts were read adds the typed text to the kept one', async () => {
  const client = sampleClient(sampleState(), { drafts: () => new Promise<never>(() => undefined) });
  const mounted = await conversation(client);
  mounted.type('new');
  await mounted.sees('❯ new');
  mounted.type('\u0011');
  await mounted.ended;
  expect(kept(client)).toEqual([]);
  expect(client.asked).toContainEqual(['addDraft', [1, 'new']]);
});
