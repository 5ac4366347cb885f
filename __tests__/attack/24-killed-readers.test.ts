import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { start } from '../support/command-line.ts';
import { until } from '../support/until.ts';
import { attack, figure, pair } from './adapter.ts';
import { postRaw } from './forge.ts';
import type { Peer } from './peer.ts';
import { numbered, postsOn, textsFrom, tickAll } from './said.ts';

/** The flag that ends a client by SIGKILL this many ms after it has read its n-th file of the inbox. */
function dieAfter(files: number, ms: number): string {
  const code = `import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { openSync, closeSync } = fs;
    let [left, last] = [${files}, null];
    fs.openSync = (path, ...how) => {
      const file = openSync(path, ...how);
      if (String(path).includes('/inbox/new/') && (left -= 1) === 0) last = file;
      return file;
    };
    fs.closeSync = (file) => {
      closeSync(file);
      if (file !== last) return;
      last = null;
      const die = () => process.kill(process.pid, 'SIGKILL');
      ${ms === 0 ? 'die();' : `setTimeout(die, ${ms});`}
    };
    syncBuiltinESMExports();`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

/** Lets this person's client live until it has read some of the waiting mail; returns whether it was killed. */
async function liveShortly(peer: Peer, files: number, ms: number): Promise<boolean> {
  const client = start(['sync', '--home', peer.home], { NODE_OPTIONS: dieAfter(files, ms) });
  return (await client.ended).code === null;
}

/** The texts from `from` that `from` shows as delivered and `to` lacks. Stored texts stay stored, so `to` is read last. */
async function onlySaid(from: Peer, to: Peer): Promise<readonly string[]> {
  const sent = (await from.lines(to)).filter(({ state, kind }) => state === 'delivered' && kind === 'text');
  const stored = new Set((await to.lines(from)).map(({ id }) => id));
  return sent.filter(({ id }) => !stored.has(id)).map(({ text }) => text);
}

test(
  'A40 a client killed between reading and storing has confirmed nothing that it did not store',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);
    await bob.holds();
    const texts: string[] = [];
    let kills = 0;
    for (let round = 0; round < figure(200, 4); round += 1) {
      const some = numbered(5, `round ${round},`);
      await bob.say(alice, some);
      texts.push(...some);
      // Right after the second file is read, the first is applied and not stored; later than that, anything may have happened.
      const atOnce = round % 2 === 0;
      const died = await liveShortly(alice, atOnce ? 2 : randomInt(1, 6), atOnce ? 0 : randomInt(12));
      if (died) kills += 1;
      expect(await onlySaid(bob, alice)).toEqual([]);
    }
    expect(kills).toBeGreaterThanOrEqual(figure(100, 2));
    await alice.tick();
    expect(await textsFrom(alice, bob)).toEqual(texts);
    await until('all is delivered', async () => {
      const mine = (await bob.lines(alice)).filter(({ kind }) => kind === 'text');
      return mine.every(({ state }) => state === 'delivered');
    });
    expect(await onlySaid(bob, alice)).toEqual([]);
  }),
);

test(
  'A40 a person who used a card hears nothing, not even a receipt, until they are accepted',
  attack(async (newHome) => {
    const [alice, stranger] = [await newHome('alice'), await newHome('stranger', { tapFrom: '127.0.0.1' })];
    const card = (await alice.tries('invite', '--card')).stdout.trim();
    await stranger.join(card);
    await stranger.say(alice, ['are you there?']);
    await tickAll([alice, stranger], 2);
    await postRaw(stranger, alice, new Uint8Array(4096).fill(7));
    await alice.tick();
    expect(postsOn(stranger.wire)).toBe(0);
    expect(stranger.wire?.heard().length).toBe(0);
    const states = (await stranger.lines(alice)).filter(({ kind }) => kind === 'text');
    expect(states.map(({ state }) => state)).toEqual(['queued']);
    expect(await textsFrom(alice, stranger)).toEqual([]);
    await alice.tries('accept', 'stranger');
    await tickAll([alice, stranger, alice, stranger]);
    expect(postsOn(stranger.wire)).toBeGreaterThan(0);
    expect(await textsFrom(alice, stranger)).toEqual(['are you there?']);
  }),
);
