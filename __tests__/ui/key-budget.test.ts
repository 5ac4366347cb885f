import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { mountScreen, type Mounted } from './support/mount.ts';
import { sampleClient } from './support/samples.ts';

// The bytes and rows that a key costs the terminal are the same on every machine; each limit is about 25 % above the measured value.

async function conversation(columns: number, rows: number): Promise<Mounted> {
  const door = { kind: 'ready' as const, open: () => Promise.resolve(sampleClient()) };
  const mounted = mountScreen(door, { columns, rows });
  await mounted.sees('on my way');
  return mounted;
}

/** What is written until the cursor is shown again after a key, and in how many rows. */
async function costOf(
  mounted: Mounted,
  key: string,
): Promise<{ readonly bytes: number; readonly rows: number }> {
  const before = mounted.raw().length;
  const written = (): string => mounted.raw().slice(before);
  mounted.type(key);
  await until('a frame is drawn', () => written().endsWith('\u001b[?2026l'));
  return { bytes: Buffer.byteLength(written()), rows: written().split('\u001b[K').length - 1 };
}

test.each([
  [40, 12],
  [80, 24],
  [200, 50],
])(
  'at %ix%i a letter, or one that is taken back, draws one row and writes less than 100 bytes',
  async (columns, rows) => {
    const mounted = await conversation(columns, rows);
    for (const key of ['h', 'e', '\u007f', 'x']) {
      const cost = await costOf(mounted, key);
      expect(cost.rows).toBe(1);
      expect(cost.bytes).toBeLessThan(100);
    }
  },
);

test('a move of the cursor draws no row and writes less than 60 bytes', async () => {
  const mounted = await conversation(80, 24);
  await costOf(mounted, 'x');
  const cost = await costOf(mounted, '\u001b[D');
  expect(cost.rows).toBe(0);
  expect(cost.bytes).toBeLessThan(60);
});

test('a page of the conversation writes less than 1,300 bytes', async () => {
  const mounted = await conversation(80, 24);
  const { bytes } = await costOf(mounted, '\u001b[5~');
  expect(bytes).toBeLessThan(1300);
});
