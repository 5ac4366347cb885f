import { expect, test } from 'vitest';
import { ChatError } from '../../../source/core/errors.ts';
import { mountScreen, type Mounted } from '../support/mount.ts';
import { messageOf, type Sample, sampleClient, sampleState, wholeOf } from '../support/samples.ts';
import { until } from '../../support/until.ts';

const ctrlX = '\u0018';
const undo = '\u001f';

async function conversation(client: Sample): Promise<Mounted> {
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) });
  await mounted.sees('on my way');
  return mounted;
}

test('the draft goes to the editor and comes back, and can be undone to', async () => {
  const client = sampleClient();
  const mounted = await conversation(client);
  mounted.type(`a draft${ctrlX}`);
  await mounted.sees('❯ a draft and more');
  mounted.type(undo);
  await until('it is undone', () => !mounted.screen().includes('and more'));
  expect(client.asked.filter(([name]) => name === 'edit')).toEqual([['edit', 'a draft']]);
});

test('draws nothing while the editor has the terminal, and everything again afterwards', async () => {
  const done = Promise.withResolvers<string>();
  const sample = sampleClient();
  const client = { ...sample, outside: { ...sample.outside, edit: () => done.promise } };
  const mounted = await conversation(client);
  mounted.type(ctrlX);
  await until('the terminal is given back', () => mounted.raw().endsWith('\u001b[?1049l\u001b[?25h'));
  const before = mounted.raw();
  sample.state.update((now) => {
    const messages = [...(now.conversations.get(1)?.messages ?? []), messageOf(99, 'came meanwhile')];
    return { ...now, conversations: new Map([[1, wholeOf(messages, 99)]]) };
  });
  mounted.resize(100, 30);
  await until('the news were followed', () => new Promise((seen) => setImmediate(() => seen(true))));
  expect(mounted.raw()).toBe(before);
  done.resolve('back\u0007\tagain');
  await mounted.sees('❯ back    again');
  await mounted.sees('left out a control character');
  expect(mounted.raw().slice(before.length)).toContain('\u001b[?1049h');
  expect(mounted.rows()[29]).toContain('Enter send');
});

test('reports a failure of the editor, and keeps the draft', async () => {
  const sample = sampleClient();
  const edit = (): Promise<never> => Promise.reject(new ChatError('editor-failed', '1'));
  const mounted = await conversation({ ...sample, outside: { ...sample.outside, edit } });
  mounted.type(`a draft${ctrlX}`);
  await mounted.sees('error: the editor ended with 1');
  await mounted.sees('❯ a draft');
});

test('/export asks for a file and says where it is', async () => {
  const client = sampleClient();
  const mounted = await conversation(client);
  mounted.type('/export\r');
  await mounted.sees('a file is missing');
  mounted.type(' talk.txt\r');
  await mounted.sees('wrote 9 messages to talk.txt');
  await mounted.sees('the file is not encrypted');
  expect(client.asked.find(([name]) => name === 'exportTo')?.[1]).toEqual({
    contact: 1,
    label: 'bob',
    file: 'talk.txt',
  });
});

test.each([
  ['', 66],
  ['2', 62],
])('/copy %s takes a text of theirs as it was written', async (number, row) => {
  const messages = [
    messageOf(60, 'oldest'),
    messageOf(62, 'fine'),
    messageOf(64, 'mine', { direction: 'out' }),
    messageOf(66, 'on my way'),
    messageOf(67, 'a notice', { kind: 'notice' }),
  ];
  const state = sampleState();
  const conversations = new Map([[1, wholeOf(messages, 67)]]);
  const asked: unknown[] = [];
  const wire = (ask: unknown): Promise<never> => {
    asked.push(ask);
    return Promise.resolve({ text: 'as\u001b[201~ written' } as never);
  };
  const mounted = await conversation(sampleClient({ ...state, conversations }, { wire }));
  mounted.type(`/copy ${number}\r`);
  await mounted.sees('sent to your terminal');
  await mounted.sees('terminals do not confirm it');
  expect(asked).toMatchObject([{ row }]);
  expect(mounted.raw()).toContain(Buffer.from('as[201~ written').toString('base64'));
  mounted.type('/copy 4\r');
  await mounted.sees('a number from 1 to 3');
});
