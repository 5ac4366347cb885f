import { expect, test } from 'vitest';
import { jsonLines } from '../support/command-line.ts';
import { runHere } from '../support/run-here.ts';
import { ask } from '../support/signed-post.ts';
import { startTamperingProxy } from '../support/tampering-proxy.ts';
import type { Tamper } from '../support/tampering-proxy.ts';
import { until } from '../support/until.ts';
import { attack, slow } from './adapter.ts';
import type { NewHome } from './adapter.ts';
import type { Peer } from './peer.ts';
import { knownTo, textsFrom, tickAll } from './said.ts';

const blobBytes = 4096;
const forged = 'error: the answer to this link did not come from the person who made it';
const honest: Tamper = (_, pass) => pass();

type Meeting = {
  readonly alice: Peer;
  readonly bob: Peer;
  /** A new link from alice that leads through the proxy. */
  readonly link: () => Promise<string>;
  readonly change: (tamper: Tamper) => void;
};

async function meet(newHome: NewHome): Promise<Meeting> {
  const [alice, bob] = [await newHome('alice'), await newHome('bob')];
  let current = honest;
  const address = await startTamperingProxy(alice.port, () => current);
  return {
    alice,
    bob,
    link: async () => (await alice.tries('invite', '--address', address)).stdout.trim(),
    change: (tamper) => void (current = tamper),
  };
}

/** Joins with the link this many times in one client; returns what was printed. */
async function joinOften(bob: Peer, link: string, times: number): Promise<string> {
  return (await runHere(['--plain', '--home', bob.home], `/join ${link}\n`.repeat(times))).stderr;
}

/** They have each other, by the right keys, and no other contact, and can write. */
async function expectPaired({ alice, bob }: Meeting): Promise<void> {
  await tickAll([alice, bob]);
  for (const [one, other] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    const [status] = jsonLines(await other.tries('status', '--json'));
    expect(await knownTo(one)).toMatchObject([{ name: other.name, fingerprint: status?.['fingerprint'] }]);
    await one.say(other, [`${one.name} is there`]);
  }
  await tickAll([alice, bob]);
  expect(await textsFrom(alice, bob)).toEqual(['bob is there']);
  expect(await textsFrom(bob, alice)).toEqual(['alice is there']);
}

test(
  'A38 pairs nobody when any byte of the blob is changed in transit, and pairs them when it is whole',
  attack(async (newHome) => {
    const meeting = await meet(newHome);
    const { bob } = meeting;
    const step = slow ? 1 : 97;
    let at = 0;
    const posts: string[] = [];
    meeting.change(async (request, pass) => {
      if (request.method !== 'GET') posts.push(request.path);
      const told = await pass();
      const body = Buffer.from(told.body);
      expect(body).toHaveLength(blobBytes);
      body[at] = (body[at] ?? 0) ^ (1 << (at & 7));
      at += step;
      return { ...told, body };
    });
    const link = await meeting.link();
    const times = Math.ceil(blobBytes / step);
    expect((await joinOften(bob, link, times)).split(forged)).toHaveLength(times + 1);
    expect(at).toBeGreaterThanOrEqual(blobBytes);
    expect([await knownTo(bob), posts]).toEqual([[], []]);
    meeting.change(honest);
    await bob.join(link);
    await expectPaired(meeting);
  }),
);

test(
  'A38 pairs nobody by the blob of another person or of another link',
  attack(async (newHome) => {
    const meeting = await meet(newHome);
    const { alice, bob } = meeting;
    const mallory = await newHome('mallory');
    const [link, other] = [await meeting.link(), await meeting.link()];
    const blobs: Buffer[] = [];
    const steal: Tamper = async (_, pass) => {
      blobs.push((await pass()).body);
      return { status: 404, body: Buffer.alloc(0) };
    };
    meeting.change(steal);
    const [thief, used] = [await newHome('thief'), 'does not know this link'];
    expect((await joinOften(thief, other, 1)).split(used)).toHaveLength(2);
    const proxy = await startTamperingProxy(mallory.port, () => steal);
    const ofMallorys = (await mallory.tries('invite', '--address', proxy)).stdout.trim();
    await joinOften(thief, ofMallorys, 1);
    expect(blobs.map(({ length }) => length)).toEqual([blobBytes, blobBytes]);
    const empty = Buffer.alloc(blobBytes);
    for (const body of [...blobs, empty]) {
      meeting.change(() => ({ status: 200, body }));
      expect((await joinOften(bob, link, 1)).split(forged)).toHaveLength(2);
    }
    for (const peer of [alice, bob, mallory, thief]) expect(await knownTo(peer)).toEqual([]);
    meeting.change(honest);
    await bob.join(link);
    await expectPaired(meeting);
  }),
);

test(
  'A38 a reversed answer leads to another try or a new link, never to a wrong key and never to a second contact',
  attack(async (newHome) => {
    const meeting = await meet(newHome);
    const { alice, bob } = meeting;
    const nothing = Buffer.alloc(0);
    // 404 for the blob, although it was handed out: the same joiner asks again.
    meeting.change(async (_, pass) => (await pass(), { status: 404, body: nothing }));
    const first = await meeting.link();
    expect(await joinOften(bob, first, 1)).toContain('does not know this link');
    // 202 for the hello, although it never arrived: nobody is paired with a stranger.
    meeting.change((request, pass) => (request.method === 'GET' ? pass() : { status: 202, body: nothing }));
    await bob.join(first);
    await tickAll([alice, bob]);
    expect(await knownTo(alice)).toEqual([]);
    expect(await knownTo(bob)).toMatchObject([{ name: 'alice' }]);
    // 404 for a hello that arrived: it is sent again and again, and makes one contact.
    let hellos = 0;
    meeting.change(async (request, pass) => {
      const told = await pass();
      if (request.method !== 'POST' || hellos > 2) return told;
      hellos += 1;
      expect(told.status).toBe(202);
      return { status: 404, body: nothing };
    });
    await bob.join(await meeting.link());
    await until('it is sent again', async () => (await bob.tries('sync')).code === 0 && hellos > 1, 60_000);
    meeting.change(honest);
    await tickAll([alice, bob]);
    await expectPaired(meeting);
    const guess = {
      port: alice.port,
      path: `/invite/${'A'.repeat(43)}`,
      headers: { 'x-cc-nonce': 'A'.repeat(22) },
    };
    expect((await ask(guess)).status).toBe(404);
  }),
);
