import { expect, test } from 'vitest';
import { whoReaches } from '../../source/core/address.ts';
import { whoJoinsBy, whoReachesBy } from '../../source/core/place.ts';

test.each([
  ['192.168.1.20:8080', '192.168.1.20 is a private address: only people in your network'],
  ['10.0.0.1:80', '10.0.0.1 is a private address'],
  ['[fd00::7]:8080', 'fd00::7 is a private address'],
  ['100.64.3.4:8080', '100.64.3.4 is an address of a VPN or a provider'],
  ['[fe80::1]:8080', 'fe80::1 is a link-local address'],
  ['127.0.0.1:8080', '127.0.0.1 is this machine itself'],
  ['localhost:8080', 'localhost is this machine itself'],
  ['mybox:8080', 'mybox is a name that only your network knows'],
  ['0.0.0.0:8080', '0.0.0.0 is not an address that anyone can connect to'],
  ['', 'Your links carry no address'],
])('says whom %s keeps out', (address, said) => {
  expect(whoReaches(address)).toContain(said);
});

test.each(['203.0.113.7:8080', '[2001:db8::7]:8080', 'chat.example.org:8080'])(
  '%s keeps nobody out',
  (address) => {
    expect(whoReaches(address)).toBeNull();
  },
);

test('judges a link by its address', () => {
  expect(whoReachesBy('cryptochat:AbC@192.168.1.20:8080')).toBe(whoReaches('192.168.1.20:8080'));
});

test('puts the remedy beside a link that some cannot use, and nothing beside one that all can', () => {
  expect(whoJoinsBy('cryptochat:AbC@192.168.1.20:8080')).toMatch(
    /^192\.168\.1\.20 is a private address: .* To be reached by others: .*cryptochat box LINK/u,
  );
  expect(whoJoinsBy('cryptochat:AbC@203.0.113.7:8080')).toBeNull();
});
