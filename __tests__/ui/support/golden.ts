import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import type { Mounted } from './mount.ts';

const isUpdate = process.env['UPDATE_SCREENS'] === '1';

/**
 * Compares the screen with the frame kept as __tests__/screens/NAME.txt (`UPDATE_SCREENS=1` writes it), waiting until
 * it is drawn; nothing may be drawn outside of the terminal.
 */
export async function expectFrame(mounted: Mounted, name: string): Promise<void> {
  const path = new URL(`../../screens/${name}.txt`, import.meta.url);
  if (isUpdate) {
    await settled(mounted);
    writeFileSync(path, frameOf(mounted));
  }
  const kept = readFileSync(path, 'utf8');
  await until(name, () => frameOf(mounted) === kept, 2000).catch(() => undefined);
  expect(frameOf(mounted)).toBe(kept);
  expect(mounted.beyond()).toBe('');
}

/** The screen as it is kept: its rows in a frame that shows the width, and where the cursor stands. */
function frameOf(mounted: Mounted): string {
  const { x, y, isShown } = mounted.cursor();
  return `${mounted.rows().join('\n')}\n${isShown ? `cursor: column ${x}, row ${y}` : 'cursor: hidden'}\n`;
}

async function settled(mounted: Mounted): Promise<void> {
  let before = '';
  while (before !== frameOf(mounted)) {
    before = frameOf(mounted);
    await pause(120);
  }
}
