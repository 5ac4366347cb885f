import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test, vi } from 'vitest';
import { createSend } from '../../../source/session/sending/send.ts';
import { mortalPair, statesOf, textsIn } from '../../support/mortal-pair.ts';
import type { MortalClient } from '../../support/mortal-client.ts';

// The cost of a message on any machine, counted in statements, commits and file syncs. bench/ measures times, and counts the syncs of
// the built programs.

const count = 64;

/** The statements that a client ran meanwhile. */
async function ranIn(client: MortalClient, work: () => Promise<unknown>): Promise<readonly string[]> {
  const from = client.statements().length;
  await work();
  return client.statements().slice(from);
}

function commits(ran: readonly string[]): number {
  return ran.filter((sql) => sql === 'COMMIT').length;
}

/** The files and folders that were synced so far: SQLite's are not among them. */
let fileSyncs = vi.fn<() => Promise<void>>();

beforeEach(async () => {
  const file = await open(fileURLToPath(import.meta.url));
  const prototype = Object.getPrototypeOf(file) as typeof file;
  await file.close();
  fileSyncs = vi.spyOn(prototype, 'sync');
});

/** The syncs that clients and listeners did meanwhile: a commit that wrote something is one, and each file and folder. */
async function syncsIn(clients: readonly MortalClient[], work: () => Promise<unknown>): Promise<number> {
  const before = clients.map((client) => client.statements().length);
  const filesBefore = fileSyncs.mock.calls.length;
  await work();
  const ran = clients.map((client, at) => client.statements().slice(before[at]));
  return ran.reduce((all, sql) => all + writingCommits(sql), fileSyncs.mock.calls.length - filesBefore);
}

/** SQLite syncs its log at the end of a transaction that wrote to it, and of no other. */
function writingCommits(ran: readonly string[]): number {
  const transactions = ran.join(';\n').split(/\bBEGIN\b/u);
  return transactions.filter((sql) => sql.includes('COMMIT') && /\b(?:INSERT|UPDATE|DELETE)\b/u.test(sql))
    .length;
}

test('a message alone is read after four syncs; with its receipt it costs ten', async () => {
  const { alice, bob, talk } = await mortalPair();
  const both = [alice, bob];
  await alice.send('the first');
  await talk();
  const steps = {
    'A commits it': () => alice.send('alone'),
    'B’s listener syncs file and folder, A commits that it is sent': () =>
      alice.carry(bob.context.paths.home),
    'B commits it, and then its receipt': () => bob.receive(0),
    'the receipt, the same way': talk,
  };
  const syncs: Record<string, number> = {};
  for (const [name, step] of Object.entries(steps)) syncs[name] = await syncsIn(both, step);
  expect(syncs).toEqual({
    'A commits it': 1,
    'B’s listener syncs file and folder, A commits that it is sent': 3,
    'B commits it, and then its receipt': 2,
    'the receipt, the same way': 4,
  });
  expect(statesOf(alice)).toEqual(['delivered', 'delivered']);
});

test('messages sent at once share their syncs', async () => {
  const { alice, bob, talk } = await mortalPair();
  const both = [alice, bob];
  await alice.send('the first');
  await talk();
  const send = createSend(alice.context);
  const texts = Array.from({ length: count }, (_, n) => `message ${n}`);
  // One slice, however slow the machine is.
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  const syncs = await syncsIn(both, async () => {
    await Promise.all(texts.map((text) => send({ contact: '1', text })));
    await alice.carryTogether(bob.context.paths.home);
    await bob.receive(0);
    await talk();
  });
  clock.mockRestore();
  expect(new Set(statesOf(alice))).toEqual(new Set(['delivered']));
  expect(syncs / count).toBeLessThanOrEqual(0.3);
});

test('messages sent at once share a commit, and arrive with few statements each', async () => {
  const { alice, bob, talk } = await mortalPair();
  await alice.send('the first');
  await talk();
  const send = createSend(alice.context);
  const texts = Array.from({ length: count }, (_, n) => `message ${n}`);
  const sent = await ranIn(alice, () => Promise.all(texts.map((text) => send({ contact: '1', text }))));
  // The first turn begins with the first message, and the others wait for the next.
  expect(commits(sent)).toBeLessThanOrEqual(2);
  expect(sent.length / count).toBeLessThan(15);
  expect(await alice.carryTogether(bob.context.paths.home)).toBe(count);
  // One slice, however slow the machine is.
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  const received = await ranIn(bob, () => bob.receive(0));
  clock.mockRestore();
  expect(await bob.inbox()).toEqual([]);
  expect(received.length / count).toBeLessThan(23);
  await talk();
  expect(textsIn(bob)).toEqual(['the first', ...texts]);
  expect(new Set(statesOf(alice))).toEqual(new Set(['delivered']));
});
