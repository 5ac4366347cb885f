import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { messageName } from '../../source/core/message-name.ts';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { quarantine } from '../../source/inbox/quarantine.ts';
import { tempInbox } from '../support/temp-home.ts';

test('counts the newest file of the quarantine too: it stays, and as many of the oldest as necessary go', async () => {
  const inbox = await tempInbox();
  const bad = inboxFolder(inbox, 'bad');
  const name = (time: number): string =>
    messageName({ time, processId: 1, counter: 1, slotId: '00112233445566ff', bytes: 65_536 });
  for (let time = 1; time <= 60; time += 1) await writeFile(join(bad, name(time)), new Uint8Array(65_536));
  await writeFile(join(bad, name(100)), new Uint8Array(limits.quarantineBytes * 0.85));
  await writeFile(join(inboxFolder(inbox, 'new'), 'junk'), new Uint8Array(65_536));
  expect(await quarantine(inbox, 'junk')).toBe(true);
  const left = await readdir(bad);
  const sizes = await Promise.all(left.map(async (one) => (await stat(join(bad, one))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(limits.quarantineBytes);
  expect(left).toContain(name(100));
  expect(left).toContain(name(60));
  expect(left).not.toContain(name(1));
});
