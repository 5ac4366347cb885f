import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { openIntake } from '../../source/inbox/deliver.ts';
import { readPresence, removePresence } from '../../source/inbox/presence.ts';
import { tempInbox } from '../support/temp-home.ts';

test('says where the listener is, until it leaves', async () => {
  const inbox = await tempInbox();
  const intake = await openIntake(inbox);
  expect(await readPresence(inbox)).toBeNull();
  await intake.announce({ host: '::', port: 8080, build: 'b' });
  expect(await readPresence(inbox)).toMatchObject({ pid: process.pid, host: '::', port: 8080 });
  await intake.leave();
  await intake.leave();
  expect(await readPresence(inbox)).toBeNull();
});

test('is removed only by its own listener', async () => {
  const inbox = await tempInbox();
  const intake = await openIntake(inbox);
  const other = { version: 1, pid: process.pid + 1, host: '::', port: 8080, startedAt: 1 };
  await writeFile(join(inbox, 'listener.json'), JSON.stringify(other));
  await intake.leave();
  await removePresence(inbox, process.pid);
  expect(await readPresence(inbox)).toMatchObject({ pid: other.pid });
  await removePresence(inbox, other.pid);
  expect(await readPresence(inbox)).toBeNull();
});

test('is not read when it is longer than any that a listener writes', async () => {
  const inbox = await tempInbox();
  const good = { version: 1, pid: 1, host: '::', port: 8080, startedAt: 1 };
  const path = join(inbox, 'listener.json');
  await writeFile(path, JSON.stringify(good));
  expect(await readPresence(inbox)).toMatchObject({ pid: 1 });
  await writeFile(path, JSON.stringify(good).padEnd(limits.presenceBytes + 1));
  expect(await readPresence(inbox)).toBeNull();
});

test.each(['', 'null', '[]', '{"pid":"1"}', '{"pid":-1,"host":"::","port":1,"startedAt":1}', '{'])(
  'is not believed: %s',
  async (text) => {
    const inbox = await tempInbox();
    await writeFile(join(inbox, 'listener.json'), text);
    expect(await readPresence(inbox)).toBeNull();
  },
);
