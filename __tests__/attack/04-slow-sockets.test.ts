import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { post } from '../support/signed-post.ts';
import { openSlowSockets } from '../support/slow-sockets.ts';
import type { SlowSockets } from '../support/slow-sockets.ts';
import { attack, figure, pair, slow } from './adapter.ts';
import { slotKeyOf } from './forge.ts';

type Probe = { readonly answered: number; readonly asked: number; readonly p99: number };

/** Posts to the listener as a contact with a slot, from its own source address. */
async function probe(port: number, slot: { key: Uint8Array }): Promise<Probe> {
  const times: number[] = [];
  const asked = figure(150, 40);
  for (let n = 0; n < asked; n++) {
    const start = performance.now();
    if ((await post(port, slot, randomBytes(4096), { from: '127.0.0.2' })).status !== 202) continue;
    times.push(performance.now() - start);
    if (slow) await pause(100);
  }
  const p99 = times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.99)] ?? Infinity;
  return { answered: times.length, asked, p99 };
}

/** Only Linux has loopback addresses besides 127.0.0.1. */
const onLinux = process.platform === 'linux';

function holdsOutAgainst(kind: SlowSockets['kind']): ReturnType<typeof attack> {
  return attack(async (newHome, context) => {
    context.skip(!onLinux, 'there is one loopback address here');
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);
    const slot = { key: await slotKeyOf(bob, alice) };
    const { port } = await alice.listen();
    const quiet = slow ? await probe(port, slot) : null;
    openSlowSockets(port, { count: figure(500, 300), kind, from: '127.0.0.66' });
    const { answered, asked, p99 } = await probe(port, slot);
    expect(answered).toBeGreaterThanOrEqual(asked * 0.99);
    if (quiet) expect(p99).toBeLessThan(Math.max(250, quiet.p99 * 10));
  });
}

test(
  'A05 hundreds of sockets that never finish their head do not keep another address out',
  holdsOutAgainst('headers'),
);

describe('A06 another address still gets in past sockets', () => {
  test('that never finish their body', holdsOutAgainst('body'));
  test('that send nothing', holdsOutAgainst('idle'));
});
