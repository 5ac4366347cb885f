import dns from 'node:dns';
import { isIP } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whyUnasked } from '../../source/core/address.ts';
import { fetchInvite, postEnvelope } from '../../source/outbox/post.ts';
import { gatherMachine } from '../../source/session/doctor/gather.ts';
import { homePaths } from '../../source/session/control/home-paths.ts';
import { waysOut } from '../../source/core/way-out.ts';
import type { Envelope } from '../../source/core/types.ts';
import { tempFolder } from '../support/temp-home.ts';
import { makeFriends } from '../support/two-homes.ts';

const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.spyOn(dns, 'lookup').mockImplementation((host: string, ...rest: readonly unknown[]) => {
    const done = rest.at(-1) as (error: Error | null, address?: string, family?: number) => void;
    // Node looks a number up too when a server listens on it.
    if (isIP(host) !== 0) return done(null, host, isIP(host));
    asked.push(host);
    done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

const names: ReadonlyArray<readonly [string, RegExp]> = [
  [`${'a'.repeat(56)}.onion`, /needs Tor/u],
  ['WWW.ABCDEFGHIJKLMNOP.ONION', /needs Tor/u],
  ['somebody.i2p', /needs I2P/u],
  ['somebody.alt', /not on the internet/u],
  ['nas', /only their network knows/u],
  ['onion', /needs Tor/u],
  ['printer.local', /only their network knows/u],
  ['box.corp.internal', /only their network knows/u],
  ['box.home.arpa', /only their network knows/u],
  ['host.localdomain', /only their network knows/u],
];

const slotKey = new Uint8Array(32);

test.each(names)('%s is never looked up: not to write, not to join, not by doctor', async (host, why) => {
  const address = `${host}:80`;
  const posted = await postEnvelope({
    place: address,
    slotKey,
    envelope: new Uint8Array(4096) as Envelope,
  });
  const fetched = await fetchInvite({
    place: address,
    pickup: 'p'.repeat(43),
    nonce: 'n'.repeat(22),
    slotKey,
  });
  for (const outcome of [posted, fetched])
    expect(outcome).toEqual({ kind: 'unreachable', reason: expect.stringMatching(why) as string });
  expect(asked).toEqual([]);
  const [{ home }] = await makeFriends(await tempFolder());
  const config = { listen: '127.0.0.1:1', address, proxy: '' };
  const paths = homePaths(home);
  expect((await gatherMachine({ paths, config, configured: config })).places).toEqual([
    { address, connection: null },
  ]);
  expect(asked).toEqual([]);
});

test('looks up no name behind its own Tor, even while that is not running', async () => {
  const proxy = waysOut('', '/nowhere/socks');
  for (const host of [`${'a'.repeat(56)}.onion`, 'chat.example.org']) {
    const outcome = await fetchInvite({ place: `${host}:80`, pickup: 'p', nonce: 'n', slotKey, proxy });
    expect(outcome).toEqual({ kind: 'unreachable', reason: 'your Tor is not running' });
  }
  expect(asked).toEqual([]);
});

test('looks other names up unchanged', async () => {
  const outcome = await fetchInvite({ place: 'chat.example.org:80', pickup: 'p', nonce: 'n', slotKey });
  expect(outcome).toMatchObject({ reason: 'the name does not exist' });
  expect(asked).toEqual(['chat.example.org']);
  for (const host of ['127.0.0.1', '::1', 'localhost', 'a.localhost', 'a.onion.org', 'local.example'])
    expect([host, whyUnasked(host)]).toEqual([host, null]);
});

test('looks up only localhost for a name under localhost', async () => {
  await fetchInvite({ place: 'anything.localhost:80', pickup: 'p', nonce: 'n', slotKey });
  expect(asked).toEqual(['localhost']);
});
