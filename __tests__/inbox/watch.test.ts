import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listNew, watchInbox } from '../../source/inbox/watch.ts';
import { tempFolder, tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const noticed = (): void => undefined;

/** A reader like the session's: a ring means "list the folder". Returns the names it has seen. */
async function read(inbox: string): Promise<Set<string>> {
  const seen = new Set<string>();
  const watch = await watchInbox(inbox, {
    ring: () => void listNew(inbox).then((names) => names.map((name) => seen.add(name))),
    noticed,
  });
  onTestFinished(() => watch.close());
  return seen;
}

test('rings for what is there already, and for each file that comes', async () => {
  const inbox = await tempInbox();
  await writeFile(join(inbox, 'new', 'before'), '');
  const seen = await read(inbox);
  // Some of these come before the watcher is ready, some after.
  for (let n = 0; n < 40; n++) {
    await writeFile(join(inbox, 'tmp', `${n}`), '');
    await rename(join(inbox, 'tmp', `${n}`), join(inbox, 'new', `${n}`));
    if (n % 10 === 9) await until(`file ${n} is seen`, () => seen.has(`${n}`), 5000);
  }
  expect(seen.size).toBe(41);
});

test('does not walk through a planted link or into a folder', async () => {
  const inbox = await tempInbox();
  const outside = await tempFolder();
  await mkdir(join(inbox, 'new', 'folder'));
  await symlink(outside, join(inbox, 'new', 'link'));
  let rings = 0;
  const watch = await watchInbox(inbox, { ring: () => (rings += 1), noticed });
  onTestFinished(() => watch.close());
  await until('it is ready', () => rings >= 2);
  await writeFile(join(inbox, 'new', 'a'), '');
  await until('it rings for a', () => rings >= 3);
  const before = rings;
  for (let n = 0; n < 20; n++) {
    await writeFile(join(outside, `${n}`), '');
    await writeFile(join(inbox, 'new', 'folder', `${n}`), '');
  }
  await writeFile(join(inbox, 'new', 'b'), '');
  await until('it rings for b', () => rings > before);
  // A file is two events, its creation and its writing; 40 files elsewhere are none.
  expect(rings - before).toBeLessThanOrEqual(4);
});

test('stays silent after it was closed', async () => {
  const inbox = await tempInbox();
  let rings = 0;
  const watch = await watchInbox(inbox, { ring: () => (rings += 1), noticed });
  await until('it is ready', () => rings >= 2);
  await watch.close();
  const before = rings;
  let others = 0;
  const other = await watchInbox(inbox, { ring: () => (others += 1), noticed });
  onTestFinished(() => other.close());
  await until('the other is ready', () => others >= 2);
  await writeFile(join(inbox, 'new', 'a'), '');
  await until('the other rings', () => others >= 3);
  expect(rings).toBe(before);
});

test.each([0, 1, 63, 64, 65, 66, 200])('lists %d names whole, and oldest first', async (count) => {
  const inbox = await tempInbox();
  const names = Array.from({ length: count }, (_, at) => `n${String(at).padStart(3, '0')}`);
  for (const name of names.toReversed()) await writeFile(join(inbox, 'new', name), '');
  expect(await listNew(inbox)).toEqual(names);
});

test.each([1, 100])('lists a name that is no text byte by byte, among %d', async (count) => {
  const inbox = await tempInbox();
  for (let at = 1; at < count; at += 1) await writeFile(join(inbox, 'new', `n${at}`), '');
  await writeFile(
    Buffer.concat([Buffer.from(`${join(inbox, 'new')}/`), Buffer.from([0xff, 0xc3, 0x7a])]),
    '',
  );
  expect(await listNew(inbox)).toContain('\u00ff\u00c3z');
});
