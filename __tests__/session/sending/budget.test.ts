import { expect, test, vi } from 'vitest';
import { createSend } from '../../../source/session/sending/send.ts';
import { mortalPair, statesOf, textsIn } from '../../support/mortal-pair.ts';
import type { MortalClient } from '../../support/mortal-client.ts';

// The cost of a message on any machine, counted in statements and commits. bench/ measures times.

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
