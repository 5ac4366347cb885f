import dns from 'node:dns';
import net from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { homePaths } from '../../../source/session/control/home-paths.ts';
import type { MachineFacts } from '../../../source/session/doctor/facts.ts';
import { gatherMachine } from '../../../source/session/doctor/gather.ts';
import { takePort } from '../../support/ports.ts';
import { startHttpProxy, startSocks, type FakeProxy } from '../../support/proxies.ts';
import { startRawServer } from '../../support/raw-server.ts';
import { tempFolder } from '../../support/temp-home.ts';
import { makeStrangers } from '../../support/two-homes.ts';
import { until } from '../../support/until.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** The facts that doctor sees, and the ports that it connected to. */
async function gathered(
  address: string,
  proxy: string,
): Promise<{ readonly facts: MachineFacts; readonly ports: readonly number[] }> {
  const [{ home }] = await makeStrangers(await tempFolder());
  const connects = vi.spyOn(net.Socket.prototype, 'connect');
  const config = { listen: '127.0.0.1:1', address, proxy };
  const facts = await gatherMachine({ paths: homePaths(home), config, configured: config });
  const ports = connects.mock.calls.map(([given]) => (given as unknown as [{ port: number }])[0].port);
  connects.mockRestore();
  return { facts, ports };
}

function portOf({ address }: Pick<FakeProxy, 'address'>): number {
  return Number(address.split(':')[1]);
}

test.each([
  ['socks5', startSocks],
  ['http', startHttpProxy],
] as const)('tries its own address through a %s proxy and nowhere else', async (kind, start) => {
  const lookup = vi.spyOn(dns, 'lookup');
  await using listener = await startRawServer(() => undefined);
  await using proxy = await start((asked) =>
    asked.startsWith('me.') || asked.startsWith('93.') ? { host: '127.0.0.1', port: portOf(listener) } : null,
  );
  const shown = `${kind}://${proxy.address}`;
  for (const address of ['me.example.org:80', 'me.onion:80', '93.184.216.34:80', '[2001:db8::1]:80']) {
    const { facts, ports } = await gathered(address, shown);
    expect(facts.proxy).toEqual({ shown, failure: null });
    const taken = !address.startsWith('[');
    expect(facts.places).toMatchObject([{ address, connection: { taken } }]);
    // The second greets the proxy alone; a SOCKS server in this process makes one of its own.
    expect(ports.filter((port) => port === portOf(proxy))).toHaveLength(2);
    expect(ports.length).toBeLessThanOrEqual(taken ? 3 : 2);
  }
  expect(proxy.asked()).toHaveLength(4);
  expect(lookup.mock.calls.filter(([name]) => name !== '127.0.0.1')).toEqual([]);
  await until('it hangs up', () => proxy.open() === 0);
});

test.each(['127.0.0.1:80', '192.168.1.20:80', 'nas.local:80', 'nas:80', '0.0.0.0:80', ''])(
  'does not ask a proxy for %j, which means nothing to it',
  async (address) => {
    await using proxy = await startSocks();
    const { facts, ports } = await gathered(address, `socks5://me:secret@${proxy.address}`);
    expect(facts.places.map(({ connection }) => connection)).toEqual(address === '' ? [] : [null]);
    expect(facts.proxy).toEqual({ shown: `socks5://${proxy.address}`, failure: null });
    expect(ports).toEqual([portOf(proxy)]);
    expect(proxy.asked()).toEqual([]);
    expect(JSON.stringify(facts)).not.toContain('secret');
  },
);

test('does not try its own address while the proxy is away', async () => {
  await using listener = await startRawServer(() => undefined);
  const port = await takePort();
  const { facts, ports } = await gathered(listener.address, `socks5://127.0.0.1:${port}`);
  expect(facts.proxy?.failure).toBe('the proxy does not answer: nothing listens there');
  expect(facts.places).toMatchObject([{ connection: null }]);
  expect(ports).toEqual([port]);
  expect(listener.connections()).toBe(0);
});
