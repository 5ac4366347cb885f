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

test('behind a router, with Tor, an onion service is proposed, and a listener for this machine alone', async () => {
  const suggested = await suggestAddresses(tor('/usr/bin/tor'));
  expect(suggested).toMatchObject({
    address: 'onion',
    listen: expect.stringMatching(/^127\.0\.0\.1:\d+$/u) as string,
  });
  expect(suggested.advice).toContain('Your address stays hidden');
});

test('behind a router, without Tor, the command that installs it is named', async () => {
  const suggested = await suggestAddresses(tor(null));
  expect(suggested.address).toMatch(/^192\.168\.1\.5:\d+$/u);
  expect(suggested.advice).toMatch(/install|add|-S/u);
});

test('a public address is proposed, whatever is installed', async () => {
  at('93.184.216.34');
  expect(await suggestAddresses(tor('/usr/bin/tor'))).toMatchObject({
    address: expect.stringMatching(/^93\./u) as string,
    advice: '',
  });
});

test('an onion service alone, and a listener that others reach, is told how to hide', async () => {
  const advice = await onionAdvice({ address: 'onion', listen: '0.0.0.0:8080' }, tor('/usr/bin/tor'));
  expect(advice).toContain('set listen = "127.0.0.1:8080"');
});

test('somebody whose listener is bound nowhere is told where an onion service needs it', async () => {
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
])('a home at %s is told about Tor (at %s) as %s', async (address, path, words) => {
  const listen = address === 'onion' ? '127.0.0.1:8080' : '[::]:8080';
  expect(await onionAdvice({ address, listen }, tor(path))).toMatch(words);
});
