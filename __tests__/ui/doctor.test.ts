import { describe, expect, test } from 'vitest';
import type { Check } from '../../source/core/check.ts';
import { ChatError } from '../../source/core/errors.ts';
import { until } from '../support/until.ts';
import { expectFrame } from './support/golden.ts';
import { mountScreen, type MountOptions, type Mounted } from './support/mount.ts';
import { sampleClient, sampleState, type Sample } from './support/samples.ts';

const sizes: ReadonlyArray<readonly [string, MountOptions]> = [
  ['80x24', { columns: 80, rows: 24 }],
  ['40x12', { columns: 40, rows: 12 }],
  ['120x40', { columns: 120, rows: 40 }],
];

async function opened(client: Sample = sampleClient(), size: MountOptions = {}): Promise<Mounted> {
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) }, size);
  await mounted.sees('on my way');
  mounted.type('/doctor\r');
  await mounted.sees('── Doctor ─');
  return mounted;
}

describe.each(sizes)('%s', (name, size) => {
  test('a problem that is in the way comes first', async () => {
    const mounted = await opened(sampleClient(), size);
    await mounted.sees('Problems');
    await expectFrame(mounted, `doctor-${name}`);
  });
});

test('it looks again when asked', async () => {
  const client = sampleClient();
  const mounted = await opened(client);
  await mounted.sees('Problems');
  mounted.type('r');
  const asked = (): number => client.asked.filter(([name]) => name === 'doctor').length;
  await until('it has asked twice', () => asked() === 2);
  await mounted.sees('Problems');
});

test('parts without a check are left out', async () => {
  const ok: Check = { check: 'key', subject: 'identity', state: 'ok', text: 'your key is in use', hint: '' };
  const mounted = await opened(sampleClient(sampleState(), { doctor: () => Promise.resolve([ok]) }));
  await mounted.sees('✓ identity: your key is in use');
  expect(mounted.screen()).not.toMatch(/Problems|Worth knowing/u);
});

test('a failure is shown on the sheet', async () => {
  const failing = sampleClient(sampleState(), {
    doctor: () => Promise.reject(new ChatError('disk-failed', 'EIO')),
  });
  const mounted = await opened(failing);
  await mounted.sees('the disk cannot be read or written: EIO');
});
