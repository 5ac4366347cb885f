import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import type { Door } from '../../source/core/door.ts';
import type { MessageView, State } from '../../source/core/types.ts';
import { pasteBytes, screenStep, type Step } from '../support/screen-steps.ts';
import { mountScreen, type Mounted, type Widths } from './support/mount.ts';
import { messageOf, sampleClient, type Sample } from './support/samples.ts';

import fc from 'fast-check';

const isSlow = process.env['SLOW'] === '1';
const runs = isSlow ? 60 : 4;

/** A client of which every call that a sample does not know is refused as a person would see it. */
function patientClient(): Sample {
  const sample = sampleClient();
  const refused = (): Promise<never> => Promise.reject(new ChatError('contact-unknown', 'somebody'));
  const calls = Object.fromEntries(
    Object.entries(sample.calls).map(([name, call]) => [
      name,
      (...asked: readonly unknown[]) => {
        const answer = (call as (...given: readonly unknown[]) => Promise<unknown>)(...asked);
        return answer.catch((error: unknown) => {
          if (error instanceof Error && error.message === 'not part of the sample') return refused();
          throw error;
        });
      },
    ]),
  );
  return { ...sample, calls: calls as unknown as Sample['calls'] };
}

/** Something new in the open conversation. */
function arrived(state: State, given: { readonly text: string; readonly mine: boolean }): State {
  const conversation = state.conversations.get(1);
  if (!conversation) return state;
  const row = (conversation.messages.at(-1)?.row ?? 0) + 1;
  const message: MessageView = messageOf(row, given.text, { direction: given.mine ? 'out' : 'in' });
  const messages = [...conversation.messages, message];
  return { ...state, conversations: new Map(state.conversations).set(1, { ...conversation, messages }) };
}

function take(mounted: Mounted, client: Sample, one: Step): void {
  if (one.kind === 'keys') mounted.type(one.bytes);
  if (one.kind === 'paste') mounted.type(pasteBytes(one.text));
  if (one.kind === 'size') mounted.resize(one.columns, one.rows);
  if (one.kind === 'arrival') client.state.update((state) => arrived(state, one));
}

/** The screen once it was the same `times` times in a row: a stream of changes is held back, and a busy machine draws late. */
async function still(mounted: Mounted, times = 4): Promise<string> {
  let [before, same] = ['', 1];
  while (same < times) {
    await pause(120);
    const { isShown, x, y } = mounted.cursor();
    const now = `${mounted.screen()}\n${isShown ? `cursor ${x}, ${y}` : 'no cursor'}`;
    same = now === before ? same + 1 : 1;
    before = now;
  }
  return before;
}

describe.each<Widths>(['6', '11', 'graphemes'])('on a terminal that measures by %s', (widths) => {
  test(
    'law: the frame is whole, whatever is pressed, pasted, resized and received',
    async () => {
      const plays = fc.array(screenStep, { minLength: 5, maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(plays, async (steps) => {
          const client = patientClient();
          const door: Door = { kind: 'ready', open: () => Promise.resolve(client) };
          const mounted = mountScreen(door, { widths });
          await mounted.sees('on my way');
          for (const one of steps) {
            take(mounted, client, one);
            if (one.kind === 'size') await still(mounted, 2);
          }
          const drawn = await still(mounted);
          expect(mounted.below()).toBe('');
          // A size that is the old one: drawn anew, and nothing else changes.
          mounted.again();
          expect(await still(mounted)).toBe(drawn);
          expect(mounted.below()).toBe('');
          mounted.type('\u0011');
          await mounted.ended;
        }),
        { numRuns: runs },
      );
    },
    isSlow ? 3_600_000 : 120_000,
  );
});
