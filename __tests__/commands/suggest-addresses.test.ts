import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { onionAdvice, suggestAddresses } from '../../source/commands/own-defaults.ts';
import * as own from '../../source/session/home/own-address.ts';

vi.mock(import('../../source/session/home/own-address.ts'), async (load) => ({
  ...(await load()),
  ownAddresses: vi.fn<() => readonly string[]>(),
}));

const at = (address: string): void => void vi.mocked(own.ownAddresses).mockReturnValue([address]);
const tor = (path: string | null) => () => Promise.resolve(path);

beforeEach(() => at('192.168.1.5'));
afterEach(() => vi.restoreAllMocks());

test('proposes an onion service and a local listener behind a router with Tor installed', async () => {
  const suggested = await suggestAddresses(tor('/usr/bin/tor'));
  expect(suggested).toMatchObject({
    address: 'onion',
    listen: expect.stringMatching(/^127\.0\.0\.1:\d+$/u) as string,
  });
  expect(suggested.advice).toContain('Your address stays hidden');
});

test('names the command that installs Tor behind a router without it', async () => {
  const suggested = await suggestAddresses(tor(null));
  expect(suggested.address).toMatch(/^192\.168\.1\.5:\d+$/u);
  expect(suggested.advice).toMatch(/install|add|-S/u);
});

test('proposes a public address, whatever is installed', async () => {
  at('93.184.216.34');
  expect(await suggestAddresses(tor('/usr/bin/tor'))).toMatchObject({
    address: expect.stringMatching(/^93\./u) as string,
    advice: '',
  });
});

test('explains how to hide when the only address is an onion service but others can reach the listener', async () => {
  const advice = await onionAdvice({ address: 'onion', listen: '0.0.0.0:8080' }, tor('/usr/bin/tor'));
  expect(advice).toContain('set listen = "127.0.0.1:8080"');
});

test('says where an onion service needs the listener when there is none', async () => {
  const advice = await onionAdvice({ address: '', listen: '' }, tor('/usr/bin/tor'));
  expect(advice).toContain('listen = "127.0.0.1:8080"');
});

test.each([
  ['93.184.216.34:1', '/usr/bin/tor', /^$/u],
  [
    '192.168.1.5:1',
    '/usr/bin/tor',
    /^To be reachable from everywhere, through Tor: set onion = true, address = "onion" and listen = "127\.0\.0\.1:8080" in config\.toml\.$/u,
  ],
  ['192.168.1.5:1', null, /config\.toml, and /u],
  ['onion', '/usr/bin/tor', /^$/u],
  ['onion', null, /^Tor is missing: /u],
])('gives a home at %s this advice about Tor (at %s): %s', async (address, path, words) => {
  const listen = address === 'onion' ? '127.0.0.1:8080' : '[::]:8080';
  expect(await onionAdvice({ address, listen }, tor(path))).toMatch(words);
});
