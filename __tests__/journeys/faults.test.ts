// Two people on lines that are slow, lossy, narrow or come and go, with programs that are killed, and with strangers who answer in their place:
// every text arrives, once and in order, and nobody is told that it did before.

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { isInstalled } from '../support/is-installed.ts';
import { makeNetworks, missingForNetworks, type Machine, type Networks } from '../support/networks.ts';
import { startProxy, startSocks } from '../support/proxies.ts';
import { takePort } from '../support/ports.ts';
import {
  arrives,
  end,
  isDelivered,
  meet,
  say,
  settle,
  startHost,
  startOn,
  statesOf,
  textsOf,
  thisMachine,
  type Resident,
} from '../support/resident.ts';
import { until } from '../support/until.ts';

const isMissing = missingForNetworks !== null;
const needs = isMissing ? ` (needs ${missingForNetworks})` : '';
const missingForLine =
  missingForNetworks ??
  (isInstalled('python3') ? (existsSync('/dev/net/tun') ? null : '/dev/net/tun') : 'python3');
const needsLine = missingForLine === null ? '' : ` (needs ${missingForLine})`;

async function exchange(one: Resident, other: Resident, count: number, word = ''): Promise<void> {
  const said = await Promise.all([
    say(one, other, count, `${word}${one.name}`),
    say(other, one, count, `${word}${other.name}`),
  ]);
  await arrives(...said);
  await Promise.all([isDelivered(one, other), isDelivered(other, one)]);
}

async function openBoth(
  networks: Networks,
): Promise<readonly [alice: Resident<Machine>, bob: Resident<Machine>]> {
  const [a, b] = [networks.machine('a'), networks.machine('b')];
  networks.plugIn(a, '203.0.113.10/24');
  networks.plugIn(b, '203.0.113.11/24');
  const both = await Promise.all([
    settle(a, 'alice', { address: '203.0.113.10:8080' }),
    settle(b, 'bob', { address: '203.0.113.11:8080' }),
  ]);
  await Promise.all(both.map((person) => person.open()));
  await meet(...both);
  return both;
}

/** Lays a line between two machines that delays each packet and loses some; answers how many it has lost when it is cut. */
async function badLine(
  [one, other]: readonly [Machine, Machine],
  { delayMs, lossPercent }: { readonly delayMs: number; readonly lossPercent: number },
): Promise<() => Promise<number>> {
  const script = fileURLToPath(new URL('../support/bad-line.py', import.meta.url));
  const words = ['python3', script, one.space, other.space, String(delayMs), String(lossPercent), '7'];
  const shim = startOn(thisMachine, words);
  let said = '';
  for (const stream of [shim.stdout, shim.stderr])
    stream?.on('data', (text: Buffer) => (said += text.toString()));
  await until('the line is laid', () => {
    if (shim.exitCode !== null) throw new Error(said);
    return said.startsWith('ready');
  });
  one.ip('address add 198.51.100.1 peer 198.51.100.2 dev line', 'link set dev line up');
  other.ip('address add 198.51.100.2 peer 198.51.100.1 dev line', 'link set dev line up');
  return async () => {
    const ended = once(shim, 'close');
    shim.stdin?.end();
    await ended;
    return Number(said.trim().split(' ').at(-1));
  };
}

test.skipIf(missingForLine !== null)(
  `over a line that takes 100 ms and loses 2 packets of 100${needsLine}`,
  async () => {
    const networks = makeNetworks();
    const machines = [networks.machine('a'), networks.machine('b')] as const;
    const cut = await badLine(machines, { delayMs: 100, lossPercent: 2 });
    const [alice, bob] = await Promise.all([
      settle(machines[0], 'alice', { address: '198.51.100.1:8080' }),
      settle(machines[1], 'bob', { address: '198.51.100.2:8080' }),
    ]);
    await Promise.all([alice.open(), bob.open()]);
    await meet(alice, bob);
    for (const word of ['', 'again ', 'at last ']) await exchange(alice, bob, 10, word);
    expect(await cut()).toBeGreaterThan(0);
  },
);

test.skipIf(isMissing)(`through routers whose line takes packets of 1,280 bytes${needs}`, async () => {
  const networks = makeNetworks();
  const [alice, bob] = await Promise.all([
    settle(networks.behindRouter('a', 10, { forward: 8080, mtu: 1280 }), 'alice', {
      address: '203.0.113.10:8080',
    }),
    settle(networks.behindRouter('b', 11, { forward: 8080 }), 'bob', { address: '203.0.113.11:8080' }),
  ]);
  await Promise.all([alice.open(), bob.open()]);
  await meet(alice, bob);
  await exchange(alice, bob, 5);
  const long = 'long '.repeat(10_000);
  for (const [from, to] of [
    [alice, bob],
    [bob, alice],
  ] as const)
    await from.calls().send({ contact: to.name, text: long });
  for (const [at, other] of [
    [alice, bob],
    [bob, alice],
  ] as const)
    await until('the long one came', async () => (await textsOf(at, other, 'in')).includes(long), 120_000);
});

test.skipIf(isMissing)(`over a line that comes and goes${needs}`, async () => {
  const networks = makeNetworks();
  const [alice, bob] = await openBoth(networks);
  const texts: string[] = [];
  for (let round = 0; round < 4; round += 1) {
    networks.plug(round % 2 === 0 ? alice.machine : bob.machine, 'down');
    texts.push(...(await say(alice, bob, 4, `down ${round}`)).texts);
    networks.plug(round % 2 === 0 ? alice.machine : bob.machine, 'up');
    texts.push(...(await say(alice, bob, 4, `up ${round}`)).texts);
  }
  await arrives({ from: alice, to: bob, texts });
  await exchange(alice, bob, 3);
});

test.skipIf(isMissing)(`while listeners are killed${needs}`, async () => {
  const [alice, bob] = await openBoth(makeNetworks());
  const texts: string[] = [];
  for (let round = 0; round < 4; round += 1) {
    texts.push(...(await say(alice, bob, 4, `round ${round}`)).texts);
    await until('a listener is killed', (round % 2 === 0 ? bob : alice).killListener);
    texts.push(...(await say(alice, bob, 2, `after ${round}`)).texts);
    await arrives({ from: alice, to: bob, texts });
  }
  await exchange(alice, bob, 3);
});

test.skipIf(isMissing)(`while the host of both boxes is killed, and messengers with it${needs}`, async () => {
  const networks = makeNetworks();
  const machine = networks.machine('mail');
  networks.plugIn(machine, '203.0.113.20/24');
  const [host, alice, bob] = await Promise.all([
    startHost(machine, '203.0.113.20:8080'),
    settle(networks.behindRouter('a', 10), 'alice', { listen: 'none', address: 'none' }),
    settle(networks.behindRouter('b', 11), 'bob', { listen: 'none', address: 'none' }),
  ]);
  await Promise.all([alice.open(), bob.open()]);
  await alice.calls().takeBox({ link: await host.lend() });
  await bob.calls().takeBox({ link: await host.lend() });
  await meet(alice, bob);
  const texts: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    texts.push(...(await say(alice, bob, 4, `round ${round}`)).texts);
    await host.restart();
    texts.push(...(await say(alice, bob, 4, `after ${round}`)).texts);
    await Promise.all([bob.killListener(), [alice, bob, alice][round]?.kill()]);
    await [alice, bob, alice][round]?.open();
  }
  await arrives({ from: alice, to: bob, texts });
  await exchange(alice, bob, 3);
});

const portal = `
  const [, status] = process.argv;
  require('node:http').createServer((request, response) => {
    request.resume().on('end', () => {
      process.stdout.write('.');
      const page = status === '200' || status === '404' ? '<html>log in</html>' : '';
      const headers = { 'content-type': 'text/html', 'content-length': page.length };
      response.writeHead(Number(status), { ...headers, ...(status === '302' && { location: 'http://203.0.113.11:8080/login' }) });
      response.end(page);
    });
  }).listen(8080, '::');`;

test.skipIf(isMissing)(
  `while somebody else answers everything at their address, with 200, 202, 302 or 404${needs}`,
  async () => {
    const [alice, bob] = await openBoth(makeNetworks());
    await exchange(alice, bob, 2);
    await bob.close();
    await bob.deaf();
    const texts: string[] = [];
    for (const status of ['200', '202', '302', '404']) {
      const stranger = startOn(bob.machine, [process.execPath, '-e', portal, status]);
      let asked = 0;
      stranger.stdout?.on('data', (marks: Buffer) => (asked += marks.length));
      const { id } = await alice.calls().send({ contact: 'bob', text: `to a ${status}` });
      texts.push(`to a ${status}`);
      await until('alice hears why it waits', async () => {
        await alice.calls().retry();
        const { state, waits } = await alice.calls().wait({ id, want: 'sent', timeoutMs: 200 });
        expect(state).toBe('queued');
        return asked > 1 && waits === 'elsewhere';
      });
      await end(stranger, 'SIGKILL');
    }
    expect(await statesOf(alice, bob)).toEqual(['delivered', 'queued']);
    await bob.open();
    await arrives({ from: alice, to: bob, texts });
    await isDelivered(alice, bob);
  },
);

test('while their proxy says nothing', async () => {
  await using real = await startSocks();
  let hangs = false;
  const led = new Set<Socket>();
  await using proxy = await startProxy((client) => {
    if (hangs) return;
    led.add(client);
    const [host = '', port = ''] = real.address.split(':');
    const onwards = connect(Number(port), host);
    onwards.on('error', () => client.destroy());
    client.on('close', () => onwards.destroy());
    client.pipe(onwards).pipe(client);
  });
  const addresses = [`127.0.0.1:${await takePort()}`, `127.0.0.1:${await takePort()}`] as const;
  const [alice, bob] = await Promise.all([
    settle(thisMachine, 'alice', { listen: addresses[0], address: addresses[0] }),
    settle(thisMachine, 'bob', { listen: addresses[1], address: addresses[1] }),
  ]);
  await alice.set({ proxy: `socks5://${proxy.address}` });
  await Promise.all([alice.open(), bob.open()]);
  await meet(bob, alice);
  await exchange(alice, bob, 3);
  hangs = true;
  for (const client of led) client.destroy();
  const before = proxy.connections();
  const said = await say(alice, bob, 3, 'into silence');
  await until('it is tried', () => proxy.connections() > before);
  expect(await statesOf(alice, bob)).toEqual(['delivered', 'queued']);
  hangs = false;
  await arrives(said);
  await isDelivered(alice, bob);
});
