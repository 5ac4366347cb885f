// Two people in every situation in which networks put them: machines with networks of their own, real routers and firewalls between
// them, the built messenger and its listener on each. Every text arrives, once and in order, and its writer hears of it.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isInstalled } from '../support/is-installed.ts';
import { makeNetworks, missingForNetworks, type Machine, type Networks } from '../support/networks.ts';
import {
  arrives,
  isDelivered,
  meet,
  say,
  settle,
  startHost,
  startOn,
  statesOf,
  type Resident,
} from '../support/resident.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

/** The missing program, for the name of a test that is skipped without it. */
const isMissing = missingForNetworks !== null;
const needs = isMissing ? ` (needs ${missingForNetworks})` : '';

const count = 5;

/** Both open the messenger, become contacts, and write to each other; all of it arrives. */
async function talk(inviter: Resident, joiner: Resident): Promise<void> {
  await Promise.all([inviter.open(), joiner.open()]);
  await meet(inviter, joiner);
  await exchange(inviter, joiner);
}

async function exchange(one: Resident, other: Resident, word = ''): Promise<void> {
  const said = await Promise.all([
    say(one, other, count, `${word}${one.name}`),
    say(other, one, count, `${word}${other.name}`),
  ]);
  await arrives(...said);
  await Promise.all([isDelivered(one, other), isDelivered(other, one)]);
}

test.skipIf(isMissing)(`on one machine${needs}`, async () => {
  const networks = makeNetworks();
  const machine = networks.machine('one');
  const [alice, bob] = await Promise.all([
    settle(machine, 'alice', { listen: '127.0.0.1:8081', address: '127.0.0.1:8081' }),
    settle(machine, 'bob', { listen: '127.0.0.1:8082', address: '127.0.0.1:8082' }),
  ]);
  await talk(alice, bob);
});

test.skipIf(isMissing)(`in one local network${needs}`, async () => {
  const networks = makeNetworks();
  const [a, b] = [networks.machine('a'), networks.machine('b')];
  networks.cable(
    { on: a, device: 'eth0', address: '192.168.7.2/24' },
    { on: b, device: 'eth0', address: '192.168.7.3/24' },
  );
  const [alice, bob] = await Promise.all([
    settle(a, 'alice', { address: '192.168.7.2:8080' }),
    settle(b, 'bob', { address: '192.168.7.3:8080' }),
  ]);
  await talk(alice, bob);
});

test.skipIf(isMissing)(`with IPv6 only${needs}`, async () => {
  const networks = makeNetworks();
  const [a, b] = [networks.machine('a'), networks.machine('b')];
  networks.plugIn(a, '2001:db8:1::a/64');
  networks.plugIn(b, '2001:db8:1::b/64');
  const [alice, bob] = await Promise.all([
    settle(a, 'alice', { address: '[2001:db8:1::a]:8080' }),
    settle(b, 'bob', { address: '[2001:db8:1::b]:8080' }),
  ]);
  await talk(alice, bob);
});

test.skipIf(isMissing)(`behind routers that pass a port on${needs}`, async () => {
  const networks = makeNetworks();
  const [alice, bob] = await Promise.all([
    settle(networks.behindRouter('a', 10, { forward: 8080 }), 'alice', { address: '203.0.113.10:8080' }),
    settle(networks.behindRouter('b', 11, { forward: 8080 }), 'bob', { address: '203.0.113.11:8080' }),
  ]);
  await talk(alice, bob);
});

test.skipIf(isMissing)(`one of them behind a router that passes nothing on${needs}`, async () => {
  const networks = makeNetworks();
  const a = networks.machine('a');
  networks.plugIn(a, '203.0.113.10/24');
  const [alice, bob] = await Promise.all([
    settle(a, 'alice', { address: '203.0.113.10:8080' }),
    settle(networks.behindRouter('b', 11), 'bob', { listen: 'none', address: 'none' }),
  ]);
  // The link brings a box.
  await talk(alice, bob);
  expect(await bob.calls().boxes()).toHaveLength(1);
});

test.skipIf(isMissing)(
  `both behind routers that pass nothing on, with boxes on a third machine${needs}`,
  async () => {
    const networks = makeNetworks();
    const { alice, bob } = await bothBehind(networks);
    await exchange(alice, bob);
  },
);

/** Two people behind routers who have boxes at one host, each their own. */
async function bothBehind(networks: Networks): Promise<{
  readonly alice: Resident;
  readonly bob: Resident;
  readonly host: Awaited<ReturnType<typeof startHost>>;
}> {
  const machine = networks.machine('mail');
  networks.plugIn(machine, '203.0.113.20/24');
  const [host, alice, bob] = await Promise.all([
    startHost(machine, '203.0.113.20:8080'),
    settle(networks.behindRouter('a', 10), 'alice', { listen: 'none', address: 'none' }),
    settle(networks.behindRouter('b', 11), 'bob', { listen: 'none', address: 'none' }),
  ]);
  const links = [await host.lend(), await host.lend()];
  await Promise.all(
    [alice, bob].map(async (person, at) => {
      await person.open();
      await person.calls().takeBox({ link: links[at] ?? '' });
    }),
  );
  await meet(alice, bob);
  return { alice, bob, host };
}

/** Two people with public addresses who are contacts, with open messengers. */
async function publicPair(
  networks: Networks,
): Promise<{ readonly alice: Resident<Machine>; readonly bob: Resident<Machine> }> {
  const [a, b] = [networks.machine('a'), networks.machine('b')];
  networks.plugIn(a, '203.0.113.10/24');
  networks.plugIn(b, '203.0.113.11/24');
  const [alice, bob] = await Promise.all([
    settle(a, 'alice', { address: '203.0.113.10:8080' }),
    settle(b, 'bob', { address: '203.0.113.11:8080' }),
  ]);
  await Promise.all([alice.open(), bob.open()]);
  await meet(alice, bob);
  return { alice, bob };
}

test.skipIf(isMissing)(`with the screen closed${needs}`, async () => {
  const networks = makeNetworks();
  const { alice, bob } = await publicPair(networks);
  await alice.close();
  const said = await say(bob, alice, count);
  const last = await bob.calls().send({ contact: 'alice', text: 'the last' });
  const delivery = await bob.calls().wait({ id: last.id, want: 'sent', timeoutMs: 60_000 });
  expect(delivery.state).toBe('sent');
  await alice.open();
  await arrives({ ...said, texts: [...said.texts, 'the last'] });
  await isDelivered(bob, alice);
});

test.skipIf(isMissing)(`with a machine that is off, and on again${needs}`, async () => {
  const networks = makeNetworks();
  const { alice, bob } = await publicPair(networks);
  await bob.close();
  await bob.deaf();
  const said = await say(alice, bob, count);
  await bob.open();
  await arrives(said);
  await isDelivered(alice, bob);
});

test.skipIf(isMissing)(
  `never online at the same time, with a box on a machine that is on${needs}`,
  async () => {
    const networks = makeNetworks();
    const { alice, bob } = await bothBehind(networks);
    const goes = async (person: Resident): Promise<void> => {
      await person.close();
      await person.deaf();
    };
    await goes(bob);
    const said = [await say(alice, bob, count)];
    await until('the box of bob has it all', async () => (await statesOf(alice, bob)).join() === 'kept');
    await goes(alice);
    await bob.open();
    await arrives(...said);
    const answered = await say(bob, alice, count);
    await until('the box of alice has it all', async () => (await statesOf(bob, alice)).join() === 'kept');
    await goes(bob);
    await alice.open();
    await arrives(answered);
    await isDelivered(alice, bob);
  },
);

test.skipIf(isMissing)(`when an address changes${needs}`, async () => {
  const networks = makeNetworks();
  const { alice, bob } = await publicPair(networks);
  await exchange(alice, bob);
  await moves(bob, '203.0.113.77');
  await exchange(alice, bob, 'again ');
});

/** Somebody's machine gets another address while it is off. */
async function moves(person: Resident<Machine>, to: string): Promise<void> {
  await person.close();
  await person.deaf();
  person.machine.ip('address flush dev wan', `address add ${to}/24 dev wan`);
  await person.set({ address: `${to}:8080` });
  await person.open();
}

test.skipIf(isMissing)(`when both addresses change at once, with a box${needs}`, async () => {
  const networks = makeNetworks();
  const { alice, bob } = await publicPair(networks);
  // Nobody finds a person whose addresses all change; one place that stays is enough.
  const machine = networks.machine('mail');
  networks.plugIn(machine, '203.0.113.20/24');
  const host = await startHost(machine, '203.0.113.20:8080');
  await alice.calls().takeBox({ link: await host.lend() });
  await exchange(alice, bob);
  await Promise.all([moves(alice, '203.0.113.77'), moves(bob, '203.0.113.78')]);
  await exchange(alice, bob, 'again ');
});

const proxies = {
  microsocks: { kind: 'socks5', port: 1080, words: (host: string) => ['-i', host, '-p', '1080'] },
  tinyproxy: { kind: 'http', port: 3128, words: (_: string, file: string) => ['-d', '-c', file] },
} as const;

describe.each(Object.entries(proxies))('with %s', (program, { kind, port, words }) => {
  const lacks = isMissing ? missingForNetworks : isInstalled(program) ? null : program;
  const what = lacks === null ? '' : ` (needs ${lacks})`;
  test.skipIf(lacks !== null)(
    `behind a firewall that lets nobody past its ${kind} proxy${what}`,
    async () => {
      const networks = makeNetworks();
      const a = networks.machine('a');
      networks.plugIn(a, '203.0.113.10/24');
      const { machine, gate, tried } = networks.behindGate('b', 11);
      const file = join(await tempFolder(), 'tinyproxy.conf');
      await writeFile(file, `Port ${port}\nListen 10.5.11.1\nConnectPort 8080\nLogLevel Critical\n`);
      startOn(gate, [program, ...words('10.5.11.1', file)]);
      const [alice, bob] = await Promise.all([
        settle(a, 'alice', { address: '203.0.113.10:8080' }),
        settle(machine, 'bob', { listen: 'none', address: 'none' }),
      ]);
      await bob.set({ proxy: `${kind}://10.5.11.1:${port}` });
      await Promise.all([alice.open(), bob.open()]);
      const { link } = await alice.calls().lend({});
      await bob.calls().takeBox({ link });
      await meet(alice, bob);
      await exchange(alice, bob);
      expect(tried()).toBe(0);
    },
  );
});

test.skip('with Tor only (runs in journeys/onion)', () => undefined);
