import { expect, test } from 'vitest';
import { attack, pair } from './adapter.ts';
import type { Peer } from './peer.ts';
import { knownTo, noticesOf, textsFrom, tickAll } from './said.ts';

/** The digits that a person would read out to compare keys with another. */
async function digitsOf(peer: Peer, other: Peer): Promise<string> {
  const { stdout } = await peer.tries('verify', other.name);
  return stdout.replaceAll(/\s/gu, '').slice(0, 60);
}

test(
  'A31 trusts a verified key that changes no more than its signature, until it is verified again',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);
    const stateOf = async (): Promise<string | undefined> => (await knownTo(bob))[0]?.state;
    const before = await digitsOf(alice, bob);
    expect((await bob.tries('verify', 'alice', before)).code).toBe(0);
    expect(await stateOf()).toBe('compared');
    const [known] = await knownTo(bob);

    const next = (await alice.tries('rotate', '--yes')).stdout.trim();
    await tickAll([bob]);
    expect(await stateOf()).toBe('changed-signed');
    expect((await noticesOf(bob, alice)).at(-1)).toBe(
      `new key, signed by the key you verified\n${known?.fingerprint} →\n${next}`,
    );
    await bob.say(alice, ['at once']);
    await tickAll([alice]);
    await alice.say(bob, ['and back']);
    await tickAll([bob]);
    expect([await textsFrom(alice, bob), await textsFrom(bob, alice)]).toEqual([['at once'], ['and back']]);
    expect(await stateOf()).toBe('changed-signed');

    const screen = await bob.tui();
    await screen.sees('new key, signed by the old one');
    expect(screen.screen()).not.toContain('verified ✓');
    expect((await bob.tries('verify', 'alice', before)).code).toBe(1);
    expect(await stateOf()).toBe('changed-signed');
    const after = await digitsOf(alice, bob);
    expect(after).not.toBe(before);
    expect((await bob.tries('verify', 'alice', after)).code).toBe(0);
    expect(await stateOf()).toBe('compared');
    await screen.sees('verified ✓');
  }),
);
