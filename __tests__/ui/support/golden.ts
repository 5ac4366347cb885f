import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import type { Mounted } from './mount.ts';

const isUpdate = process.env['UPDATE_SCREENS'] === '1';

/** The size whose frames are kept as pictures too, with their colours. */
const pictured = /-80x24$/;

/**
 * Compares the screen with the frame kept as __tests__/screens/NAME.txt, at 80 by 24 also with the picture beside it
 * (`UPDATE_SCREENS=1` writes them), waiting until it is drawn; nothing may be drawn outside of the terminal.
 */
export async function expectFrame(mounted: Mounted, name: string): Promise<void> {
  if (isUpdate) await settled(mounted);
  await expectKept(`${name}.txt`, () => frameOf(mounted));
  if (pictured.test(name)) await expectKept(`${name}.svg`, mounted.picture);
  expect(mounted.beyond()).toBe('');
}

/** Compares the screen with the picture kept as docs/NAME.svg, which people see; `UPDATE_SCREENS=1` writes it. */
export async function expectPicture(mounted: Mounted, name: string): Promise<void> {
  if (isUpdate) await settled(mounted);
  await expectKept(`../../docs/${name}.svg`, mounted.picture);
}

async function expectKept(name: string, drawn: () => string): Promise<void> {
  const path = new URL(`../../screens/${name}`, import.meta.url);
  if (isUpdate) writeFileSync(path, drawn());
  const kept = readFileSync(path, 'utf8');
  await until(name, () => drawn() === kept, 2000).catch(() => undefined);
  expect(drawn()).toBe(kept);
}

/** The screen as it is kept: its rows without the blanks at their ends, and where the cursor stands. */
function frameOf(mounted: Mounted): string {
  const { x, y, isShown } = mounted.cursor();
  const rows = mounted.rows().map((row) => row.trimEnd());
  return `${rows.join('\n')}\n${isShown ? `cursor: column ${x}, row ${y}` : 'cursor: hidden'}\n`;
}

async function settled(mounted: Mounted): Promise<void> {
  let before = '';
  while (before !== frameOf(mounted)) {
    before = frameOf(mounted);
    await pause(120);
  }
}
