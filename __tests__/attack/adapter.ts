import type { TestContext } from 'vitest';
import { vi } from 'vitest';
import { makePeer } from './peer.ts';
import type { Peer, PeerOptions } from './peer.ts';
import { checkSound } from './sound.ts';

/** Makes people, each with an empty home of their own. */
export type NewHome = (name: string, options?: PeerOptions) => Promise<Peer>;

/** Whether to use the full figures of the rows instead of the short ones. */
export const slow = process.env['SLOW'] === '1';

/** A figure of a row: the full one under SLOW=1, else the short one. */
export function figure(whole: number, short: number): number {
  return slow ? whole : short;
}

// The short form of a row takes seconds, the full one up to many minutes.
if (slow) vi.setConfig({ testTimeout: 3_600_000 });

/**
 * Wraps the body of one row of the battery for `test`. It also fails on anything like a stack trace, on a file set aside by a fault of
 * the program, on a missing screen or listener that was not ended on purpose, and on histories that disagree.
 */
export function attack(
  body: (newHome: NewHome, context: TestContext) => Promise<void>,
): (context: TestContext) => Promise<void> {
  return async (context) => {
    const peers: Peer[] = [];
    await body(async (name, options) => {
      const peer = await makePeer(name, options);
      peers.push(peer);
      return peer;
    }, context);
    await checkSound(peers);
  };
}

/** Makes two people contacts of each other; only their listeners run afterwards. */
export async function pair(one: Peer, other: Peer): Promise<void> {
  await other.join(await one.invite());
  for (const peer of [one, other, one]) await peer.tick();
}
