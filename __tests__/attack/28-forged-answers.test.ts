import { expect, test } from 'vitest';
import { jsonLines } from '../support/command-line.ts';
import { startTamperingProxy } from '../support/tampering-proxy.ts';
import type { Tamper, Told } from '../support/tampering-proxy.ts';
import { until } from '../support/until.ts';
import { attack, pair } from './adapter.ts';
import type { NewHome } from './adapter.ts';
import type { Peer } from './peer.ts';
import { noticesOf, textsFrom } from './said.ts';

const honest: Tamper = (_, pass) => pass();
const nothing = Buffer.alloc(0);

type Meeting = { readonly alice: Peer; readonly bob: Peer; readonly change: (tamper: Tamper) => void };

/** Alice and bob are contacts, and everything that goes to alice passes through an attacker. */
async function meet(newHome: NewHome): Promise<Meeting> {
  let current = honest;
  const before = (port: number): Promise<string> => startTamperingProxy(port, () => current);
  const [alice, bob] = [await newHome('alice', { before }), await newHome('bob')];
  await pair(alice, bob);
  await alice.listen();
  return { alice, bob, change: (tamper) => void (current = tamper) };
}

/** Bob writes two texts; returns what `wire` says of the first after the answer to it was rejected as a forgery. */
async function writes({ alice, bob }: Meeting): Promise<Record<string, unknown>> {
  const work = await bob.holds();
  const [first] = [await bob.send(alice, 'first'), await bob.send(alice, 'second')];
  const wire = await until('an answer was not believed', async () => {
    const [report] = jsonLines(await bob.tries('wire', first, '--json'));
    return String(report?.['failure']).startsWith('another program answers there') ? report : null;
  });
  const doctor = await bob.tries('doctor', '--json');
  expect(doctor.stdout).toContain('another program answers there');
  work.kill('SIGTERM');
  await work.ended;
  return wire ?? {};
}

const forgeries: ReadonlyArray<readonly [string, () => Tamper]> = [
  [
    'an attacker who answers 202 to everything and forwards nothing',
    () => () => ({ status: 202, body: nothing }),
  ],
  [
    'an attacker who replays the proof of another request',
    () => {
      let seen: Told | null = null;
      return async (_, pass) => {
        if (seen) return seen;
        seen = await pass();
        return { status: 503, body: nothing };
      };
    },
  ],
  [
    'an attacker who sends another request to the listener and uses its proof',
    () => (request, pass) =>
      request.method === 'POST' ? { status: 202, body: nothing, kept: 'A'.repeat(22) } : pass(),
  ],
];

for (const [who, forge] of forgeries) {
  test(
    `A43 ${who} makes no tick: the texts wait, the reason is shown, and they arrive once the path is free`,
    attack(async (newHome) => {
      const meeting = await meet(newHome);
      const { alice, bob, change } = meeting;
      change(forge());
      expect(await writes(meeting)).toMatchObject({
        state: 'queued',
        kept: 'waiting',
        proof: null,
        accepted: null,
      });
      const texts = (await bob.lines(alice)).filter(({ kind }) => kind === 'text');
      expect(texts.map(({ state }) => state)).toEqual(['queued', 'queued']);
      expect(await noticesOf(bob, alice)).toEqual([]);
      change(honest);
      for (const peer of [bob, alice, bob]) await peer.tick();
      expect(await textsFrom(alice, bob)).toEqual(['first', 'second']);
    }),
  );
}
