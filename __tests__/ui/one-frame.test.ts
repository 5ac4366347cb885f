import { expect, test } from 'vitest';
import type { Door } from '../../source/core/door.ts';
import type { ScreenCalls } from '../../source/core/calls.ts';
import { mountScreen, type Mounted } from './support/mount.ts';
import {
  messageOf,
  sampleClient,
  sampleState,
  wholeOf,
  bobsMessages,
  type Sample,
} from './support/samples.ts';
import { until } from '../support/until.ts';

/** A screen with a text in the composer, whose client answers a send in this way. */
async function composing(
  send: (client: Sample) => ReturnType<ScreenCalls['send']>,
): Promise<{ readonly mounted: Mounted; readonly sentAt: () => number | null }> {
  let sentAt: number | null = null;
  const client: Sample = sampleClient(sampleState(), {
    send() {
      sentAt = mounted.raw().length;
      return send(client);
    },
  });
  const door: Door = { kind: 'ready', open: () => Promise.resolve(client) };
  const mounted = mountScreen(door);
  await mounted.sees('on my way');
  mounted.type('a text to send');
  await mounted.sees('❯ a text to send');
  return { mounted, sentAt: () => sentAt };
}

const beginOfFrame = '\u001b[?2026h';

test('a text is sent before anything is drawn, and one frame shows it with the empty draft', async () => {
  const { mounted, sentAt } = await composing((client) => {
    const messages = [
      ...bobsMessages(),
      messageOf(99, 'a text to send', { direction: 'out', state: 'queued' }),
    ];
    client.state.update((state) => ({
      ...state,
      conversations: new Map(state.conversations).set(1, wholeOf(messages, 0)),
    }));
    return Promise.resolve({ id: 'f'.repeat(32) });
  });
  const before = mounted.raw().length;
  mounted.type('\r');
  await until('it is drawn', () => /┊ a text to send[^]*write to bob/u.test(mounted.screen()));
  expect(sentAt()).toBe(before);
  expect(mounted.raw().slice(before).split(beginOfFrame)).toHaveLength(2);
});

test('the draft is empty on the screen while the client still works', async () => {
  const { mounted } = await composing(() => new Promise<never>(() => undefined));
  mounted.type('\r');
  await mounted.sees('write to bob');
});

test('the next key is drawn at once, in the empty draft', async () => {
  const { mounted, sentAt } = await composing(() => new Promise<never>(() => undefined));
  mounted.type('\r');
  await until('it is sent', () => sentAt() !== null);
  mounted.type('n');
  await mounted.sees('❯ n');
  expect(mounted.screen()).not.toContain('a text to send');
});

test('a kept draft is dropped only after its text was sent, so that a crash in between loses neither', async () => {
  const order: string[] = [];
  const client = sampleClient(sampleState(), {
    drafts: () => Promise.resolve(new Map([[1, 'kept before']])),
    keepDraft(_, text) {
      order.push(`keep ${text}`);
      return Promise.resolve();
    },
    send({ text }) {
      order.push(`send ${text}`);
      return new Promise(() => undefined);
    },
  });
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) });
  await mounted.sees('❯ kept before');
  mounted.type('\r');
  await until('both were asked for', () => order.length === 2);
  expect(order).toEqual(['send kept before', 'keep ']);
});
