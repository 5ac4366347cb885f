import { expect, test } from 'vitest';
import { addressKind } from '../../source/core/address.ts';

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.9.9.9', 'loopback'],
  ['::1', 'loopback'],
  ['localhost', 'loopback'],
  ['a.LOCALHOST', 'loopback'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.1', 'public'],
  ['192.168.1.20', 'private'],
  ['fd00::1', 'private'],
  ['fc00::1', 'private'],
  ['::ffff:192.168.1.20', 'private'],
  ['100.64.0.1', 'shared'],
  ['100.127.255.255', 'shared'],
  ['100.128.0.1', 'public'],
  ['169.254.7.7', 'link-local'],
  ['fe80::1', 'link-local'],
  ['febf::1', 'link-local'],
  ['0.0.0.0', 'nowhere'],
  ['::', 'nowhere'],
  ['224.0.0.1', 'nowhere'],
  ['ff02::1', 'nowhere'],
  ['255.255.255.255', 'nowhere'],
  ['93.184.216.34', 'public'],
  ['2606:2800::1', 'public'],
  ['abcdefghijklmnop.onion', 'onion'],
  ['printer.local', 'local-name'],
  ['nas', 'local-name'],
  ['chat.example.org', 'name'],
])('%s is %s', (host, kind) => {
  expect(addressKind(host)).toBe(kind);
});
