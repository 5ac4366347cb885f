import { expect, test } from 'vitest';
import type { Door } from '../../source/core/door.ts';
import type { MessageView } from '../../source/core/types.ts';
import { expectFrame } from './support/golden.ts';
import { mountScreen, type Mounted } from './support/mount.ts';
import { messageOf, sampleClient, sampleState, wholeOf } from './support/samples.ts';

const longLink = 'https://forum.example.org/t/how-to-compare-keys-in-a-terminal/4711?page=2#post-31';

const styled: readonly MessageView[] = [
  messageOf(60, 'this is *important*, and this is _meant that way_'),
  messageOf(61, 'run `npm test` first:\n```sh\nnpm test\ngit push\n```', { direction: 'out' }),
  messageOf(62, `it is explained at ${longLink} (the second page)`),
  messageOf(63, 'not a link: https://bank.example@evil.example/ and snake_case_names stay as they are'),
  messageOf(64, 'the sum is 2*3*4 = 24', { direction: 'out', state: 'sent' }),
];

async function conversation(messages: readonly MessageView[]): Promise<Mounted> {
  const conversations = new Map([[1, wholeOf(messages, 66)]]);
  const client = sampleClient(sampleState({ conversations }));
  const door: Door = { kind: 'ready', open: () => Promise.resolve(client) };
  const mounted = mountScreen(door, { columns: 80, rows: 24 });
  await mounted.sees(/\S/);
  await mounted.sees('bob');
  return mounted;
}

test('bold, italic, code, blocks and links', async () => {
  const mounted = await conversation(styled);
  await mounted.sees('2*3*4');
  await expectFrame(mounted, 'styles-80x24');
});

test('a link leads where its text says, in each of its rows', async () => {
  const mounted = await conversation(styled);
  await mounted.sees('2*3*4');
  const opened = mounted.raw().split(`\u001b]8;;${longLink}\u001b\\`).length - 1;
  expect(opened).toBeGreaterThanOrEqual(2);
  const targets = [...mounted.raw().matchAll(/\u001b\]8;[^;]*;([^\u001b]*)\u001b\\/g)].map(
    ([, target]) => target,
  );
  expect(new Set(targets)).toEqual(new Set([longLink, '']));
});

test('nothing behind a dialog can be clicked', async () => {
  const mounted = await conversation(styled);
  await mounted.sees('2*3*4');
  const before = mounted.raw().length;
  mounted.type('\u0012');
  await mounted.sees('Rotate your key?');
  expect(mounted.raw().slice(before)).not.toContain('\u001b]8;;http');
});

test('a peer cannot write a link of another target', async () => {
  const forged = '\u001b]8;;https://evil.example\u0007https://good.example\u001b]8;;\u0007';
  const mounted = await conversation([messageOf(60, forged), messageOf(61, 'the end')]);
  await mounted.sees('the end');
  expect(mounted.raw()).not.toContain('\u001b]8;;https://evil.example');
});
