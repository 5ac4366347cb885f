// Only what was shown to a person counts as read.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { exportConversation } from '../../source/commands/export.ts';
import type { Flags } from '../../source/commands/flags.ts';
import type { Invocation } from '../../source/commands/invocation.ts';
import { lineCommands } from '../../source/commands/lines/line-commands.ts';
import { followNews, newestRow, showUnread } from '../../source/commands/lines/news.ts';
import { read } from '../../source/commands/read.ts';
import type { Session } from '../../source/session/session.ts';
import { openFriends } from '../support/open-friends.ts';
import { until } from '../support/until.ts';

/** A command within a home that is open, and the lines that it printed. */
function commandIn(calls: Session, words: readonly string[] = [], flags: Flags = {}) {
  const lines: string[] = [];
  const stdout = { destroyed: false, write: (text: string) => lines.push(text) };
  const open = { calls, local: null, moved: Promise.resolve(), end: () => Promise.resolve() };
  const { signal } = new AbortController();
  return {
    call: { stdout, stderr: stdout, words, flags, signal, open } as unknown as Invocation,
    lines,
    stdout,
  };
}

async function unreadOf(client: Session): Promise<number> {
  return (await client.contacts())[0]?.unread ?? 0;
}

/** Two who have read everything, and `texts` from bob that alice has not. */
async function unreadFriends(
  ...texts: readonly string[]
): Promise<{ readonly alice: Session; readonly bob: Session }> {
  const { alice, bob } = await openFriends();
  await alice.read({ contact: 'bob' });
  for (const text of texts) await bob.send({ contact: 'alice', text });
  await until('alice has them', async () => (await unreadOf(alice)) === texts.length);
  return { alice, bob };
}

test('a message before one of mine, or before a line of the program, is printed before it counts as read', async () => {
  const { alice, bob } = await unreadFriends('are you there?');
  await alice.send({ contact: 'bob', text: 'good morning' });
  await bob.rotate();
  await until('alice has the notice', async () => (await alice.read({ last: 1 }))[0]?.kind === 'notice');
  const { call, lines } = commandIn(alice);
  await showUnread(call, alice);
  expect(lines.join('')).toContain('are you there?');
  expect(await unreadOf(alice)).toBe(0);
});

test('reading part of the unread messages leaves the rest unread', async () => {
  const { alice } = await unreadFriends('one', 'two', 'three');
  const unreadAfter = async (words: readonly string[], flags: Flags): Promise<number> => {
    await read(commandIn(alice, words, flags).call);
    return unreadOf(alice);
  };
  expect(await unreadAfter(['bob'], { last: 1 })).toBe(3);
  expect(await unreadAfter([], { last: 2 })).toBe(3);
  expect(await unreadAfter(['bob'], { last: 0 })).toBe(3);
  expect(await unreadAfter(['bob'], { peek: true })).toBe(3);
  expect(await unreadAfter(['bob'], { last: 3 })).toBe(0);
});

test('a message written to a file, or whose output is lost, does not count as shown', async () => {
  const { alice } = await unreadFriends('one', 'two');
  const folder = await mkdtemp(join(tmpdir(), 'cc-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const out = { contact: 'bob', label: 'bob', file: join(folder, 'out') };
  expect((await exportConversation(alice, out)).messages).toBeGreaterThan(2);
  await alice.search({ text: 'one' });
  expect(await unreadOf(alice)).toBe(2);
  const { call, stdout } = commandIn(alice, ['bob']);
  stdout.write = () => (stdout.destroyed = true) as unknown as number;
  await read(call);
  expect(await unreadOf(alice)).toBe(2);
});

test('/query shows all unread messages, not only the last lines', async () => {
  const texts = Array.from({ length: 14 }, (_, at) => `text ${at}`);
  const { alice } = await unreadFriends(...texts);
  const { call, lines } = commandIn(alice);
  const talk = { calls: alice, call, isHolder: () => true, current: null, part: '', question: null };
  await lineCommands.find(({ name }) => name === 'query')?.run(talk, 'bob');
  expect(texts.filter((text) => !lines.join('').includes(`${text}\n`))).toEqual([]);
  expect(await unreadOf(alice)).toBe(0);
});

test('a message that comes while line mode starts is printed once', async () => {
  const { alice, bob } = await unreadFriends('before');
  const { call, lines } = commandIn(alice);
  const from = await newestRow(alice);
  await bob.send({ contact: 'alice', text: 'meanwhile' });
  await until('it is there', async () => (await unreadOf(alice)) === 2);
  await showUnread(call, alice, from);
  const news = await followNews(call, alice, from);
  await news.look();
  for (const text of ['before', 'meanwhile'])
    expect(lines.filter((line) => line.includes(text))).toHaveLength(1);
  expect(await unreadOf(alice)).toBe(0);
});
