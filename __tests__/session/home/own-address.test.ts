import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../../source/core/address.ts';
import { freePort, ownAddresses, rankAddresses } from '../../../source/session/home/own-address.ts';

function info(address: string, internal = false): NetworkInterfaceInfo {
  const common = { address, netmask: '', mac: '', internal, cidr: null };
  return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
}

describe('own addresses', () => {
  test('put the likeliest first, loopback last', () => {
    const ranked = rankAddresses({
      lo: [info('127.0.0.1', true), info('::1', true)],
      docker0: [info('172.17.0.1')],
      eth0: [
        info('100.64.0.7'),
        info('203.0.113.7'),
        info('fd00::7'),
        info('2001:db8::7'),
        info('fe80::1'),
        info('169.254.3.3'),
      ],
      wlan0: [info('192.168.1.20')],
    });
    expect(ranked).toEqual([
      '203.0.113.7',
      '2001:db8::7',
      '192.168.1.20',
      'fd00::7',
      '100.64.0.7',
      '169.254.3.3',
      '172.17.0.1',
      '127.0.0.1',
    ]);
  });

  test('are loopback on a machine without a network', () => {
    expect(rankAddresses({ lo: [info('127.0.0.1', true)] })).toEqual(['127.0.0.1']);
  });

  test('can go into a link, each of them', () => {
    for (const host of ownAddresses())
      expect(parseAddress(formatAddress({ host, port: 8080 }))).not.toBeNull();
  });
});

describe('a free port', () => {
  test('is one that nobody listens on', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const free = await freePort('127.0.0.1', port, port + 50);
    expect(free).toBeGreaterThan(port);
    expect(await freePort('127.0.0.1', port, port)).toBeNull();
    server.close();
  });
});
