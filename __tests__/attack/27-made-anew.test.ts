import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { attack } from './adapter.ts';
import { knownTo, noticesOf, textsFrom, tickAll } from './said.ts';

test(
  'A32 a new home at the same address, with nothing of the old one, receives and sends nothing until a new link',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    const link = await bob.invite();
    await alice.join(link);
    await tickAll([bob, alice, bob]);
    const [old] = await knownTo(bob);

    await alice.stopListening();
    await rm(alice.home, { recursive: true });
    const here = `127.0.0.1:${alice.port}`;
    await alice.tries('init', '--name', 'alice', '--no-passphrase', '--listen', here, '--address', here);
    await alice.listen();
    await bob.say(alice, ['is it you?']);
    await tickAll([alice]);
    expect(await alice.lines()).toEqual([]);
    const [notice = '', ...more] = await noticesOf(bob, alice);
    expect(notice).toContain(`the cryptochat at ${here} does not know you`);
    expect(notice).toContain('ask alice for a new link');
    expect(more).toEqual([]);
    expect((await bob.lines(alice)).map(({ state }) => state)).toContain('queued');

    expect((await alice.tries('join', link)).stderr).toContain('this link was already used');
    const before = { name: old?.name, state: old?.state, fingerprint: old?.fingerprint };
    expect(await knownTo(bob)).toMatchObject([before]);
    await alice.join(await bob.invite());
    await tickAll([bob, alice, bob]);
    const known = await knownTo(bob);
    expect(known.map(({ name }) => name).toSorted()).toEqual(['alice', 'alice']);
    expect(new Set(known.map(({ fingerprint }) => fingerprint)).size).toBe(2);
    expect(await textsFrom(alice, bob)).toEqual([]);
  }),
);
