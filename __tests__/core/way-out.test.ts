import { expect, test } from 'vitest';
import { goesThrough, proxyFor, waysOut } from '../../source/core/way-out.ts';

const onion = `${'b'.repeat(56)}.onion`;
const tor = '/home/a b/onion/socks';
const proxy = 'socks5://me:x@127.0.0.1:9';

test.each([
  ['', null, 'straight', 'straight'],
  ['direct', null, 'straight', 'straight'],
  [proxy, null, '127.0.0.1', '127.0.0.1'],
  ['', tor, tor, tor],
  ['direct', tor, tor, 'straight'],
  [proxy, tor, tor, '127.0.0.1'],
])(
  'proxy %j and the Tor at %s lead to onion services through %s, and elsewhere through %s',
  (setting, at, first, other) => {
    const ways = waysOut(setting, at);
    const through = (host: string): string | undefined => {
      const way = proxyFor(ways, host);
      return way === undefined ? 'straight' : (way?.socket ?? way?.address.host);
    };
    expect([through(onion), through('example.org')]).toEqual([first, other]);
    expect(goesThrough(ways)).toBe(other !== 'straight');
  },
);

test.each(['nonsense', 'tor:', 'tor:%zz', 'tor:a nonsense', 'tor:a direct more'])(
  '%s lets nothing out',
  (ways) => {
    expect(proxyFor(ways, 'example.org')).toBeNull();
  },
);
