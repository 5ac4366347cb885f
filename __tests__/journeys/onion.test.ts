// Two people behind whatever: their listeners are on loopback alone, and they reach each other through their own Tors. The Tor network is a
// private one of this test. If Tor is not installed, the test says so.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { OnionReport } from '../../source/core/own-onion.ts';
import { runningTor, stopTor } from '../../source/session/home/running-tor.ts';
import { readLines, setUpPerson, type Person } from '../support/command-line.ts';
import { hasTor, startTorNet } from '../support/tor-net.ts';
import { until } from '../support/until.ts';

/** A Tor that was killed is found again once its new circuits are known: within seconds as a rule, and up to this in so small a network. */
const patientMs = 400_000;

/** Somebody who is reached at an onion service, in a private network. */
async function behindTor(name: string, lines: string): Promise<Person> {
  const person = await setUpPerson(name, { address: () => Promise.resolve('onion') });
  await mkdir(join(person.home, 'onion'), { mode: 0o700 });
  await writeFile(join(person.home, 'onion', 'torrc.more'), lines, { mode: 0o600 });
  onTestFinished(async () => void (await stopTor(person.home)));
  return person;
}

async function onionOf(person: Person): Promise<OnionReport> {
  const { onion } = JSON.parse((await person.does('status', '--json')).stdout) as { onion: OnionReport };
  return onion;
}

/** The texts that came from somebody, in the order in which they are shown. */
async function cameFrom(contact: string, person: Person): Promise<readonly unknown[]> {
  const lines = readLines(await person.does('read', contact, '--json', '--peek'));
  return lines.filter(({ direction }) => direction === 'in').map(({ text }) => text);
}

test.skipIf(!hasTor)(
  'texts go both ways through two onion services, also while a Tor is killed (needs tor)',
  { timeout: 2 * patientMs },
  async () => {
    const { lines } = await startTorNet();
    const [alice, bob] = [await behindTor('alice', lines), await behindTor('bob', lines)];
    const link = (await alice.does('invite')).stdout.trim();
    const { place } = await onionOf(alice);
    expect(link.endsWith(`@${place}`)).toBe(true);
    expect(place).toMatch(/^[a-z2-7]{56}\.onion:80$/u);
    // The messengers of both, which run on.
    const [hers, his] = [alice, bob].map((person) => person.starts('read', '--follow'));
    for (const person of [alice, bob])
      await until('Tor announces the onion service', async () => (await onionOf(person)).announced);
    // An announced service can be found a moment later.
    await until('bob joins', async () => (await bob.tries('join', link)).code === 0);
    await until('alice knows bob', async () => (await alice.does('contacts')).stdout.includes('bob'));
    const said: string[] = [];
    const say = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at += 1) {
        said.push(`text ${said.length}`);
        await bob.does('send', 'alice', said.at(-1) ?? '');
        await alice.does('send', 'bob', said.at(-1) ?? '');
      }
    };
    const arrive = () =>
      until(
        'every text is there',
        async () =>
          (await cameFrom('bob', alice)).length === said.length &&
          (await cameFrom('alice', bob)).length === said.length,
        patientMs,
        500,
      );
    await say(5);
    await arrive();
    const before = await runningTor(alice.home);
    process.kill(before ?? 0, 'SIGKILL');
    await say(15);
    await arrive();
    expect(await cameFrom('bob', alice)).toEqual(said);
    expect(await cameFrom('alice', bob)).toEqual(said);
    // It outlives the messengers, until it is ended.
    for (const messenger of [hers, his]) messenger?.kill('SIGTERM');
    await Promise.all([hers?.ended, his?.ended]);
    const after = await runningTor(alice.home);
    expect(after).not.toBe(before);
    expect(after).not.toBeNull();
    await alice.does('listen', '--stop');
    expect(await runningTor(alice.home)).toBeNull();
  },
);
