import { describe, expect, test } from 'vitest';
import type { Door } from '../../../source/core/door.ts';
import { expectFrame } from '../support/golden.ts';
import { type MountOptions, mountScreen } from '../support/mount.ts';
import {
  contactOf,
  messageOf,
  noon,
  type Sample,
  sampleClient,
  sampleState,
  wholeOf,
} from '../support/samples.ts';

const sizes: ReadonlyArray<readonly [string, MountOptions]> = [
  ['80x24', { columns: 80, rows: 24 }],
  ['40x12', { columns: 40, rows: 12 }],
  ['120x40', { columns: 120, rows: 40 }],
];

function ready(client: Sample): Door {
  return { kind: 'ready', open: () => Promise.resolve(client) };
}

function lines(count: number): ReturnType<typeof messageOf>[] {
  return Array.from({ length: count }, (_, at) =>
    messageOf(at + 1, `line ${at + 1}`, { sentAt: noon - 5000 }),
  );
}

describe.each(sizes)('%s', (name, size) => {
  test('scrolled up, with newer messages below and how many are unread', async () => {
    const client = sampleClient(sampleState({ conversations: new Map([[1, wholeOf(lines(200), 200)]]) }));
    const mounted = mountScreen(ready(client), size);
    await mounted.sees('line 200');
    mounted.type('\u001b[5~\u001b[5~');
    await mounted.sees('newer below');
    client.state.update((state) => ({
      ...state,
      contacts: [contactOf(1, 'bob', { unread: 3, state: 'compared' }), ...state.contacts.slice(1)],
      conversations: new Map([[1, wholeOf(lines(203), 200)]]),
    }));
    await mounted.sees('newer below, 3 unread');
    await expectFrame(mounted, `newer-below-${name}`);
    expect(client.asked.some(([asked]) => asked === 'markRead')).toBe(false);
  });
});
