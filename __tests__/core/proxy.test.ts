import { describe, expect, test } from 'vitest';
import { isOfProxy, parseProxy, shownProxy } from '../../source/core/proxy.ts';

const at = (host: string, port: number) => ({ host, port });

describe('reads a proxy', () => {
  test.each([
    ['socks5://127.0.0.1:9050', { kind: 'socks5', address: at('127.0.0.1', 9050), login: null }],
    ['http://proxy.example.org:3128', { kind: 'http', address: at('proxy.example.org', 3128), login: null }],
    ['http://[::1]:3128', { kind: 'http', address: at('::1', 3128), login: null }],
    ['http://proxy:8080', { kind: 'http', address: at('proxy', 8080), login: null }],
    [
      'socks5://me:secret@h:1',
      { kind: 'socks5', address: at('h', 1), login: { user: 'me', password: 'secret' } },
    ],
    [
      'http://me@corp.example:a:b@c/d@h:1',
      { kind: 'http', address: at('h', 1), login: { user: 'me@corp.example', password: 'a:b@c/d' } },
    ],
    [
      'socks5://m%3Ae:%25%20%C3%A9@h:1',
      { kind: 'socks5', address: at('h', 1), login: { user: 'm:e', password: '% é' } },
    ],
    [
      `socks5://${'u'.repeat(255)}:${'%70'.repeat(255)}@h:1`,
      { kind: 'socks5', address: at('h', 1), login: { user: 'u'.repeat(255), password: 'p'.repeat(255) } },
    ],
  ])('%s', (text, proxy) => {
    expect(parseProxy(text)).toEqual(proxy);
  });
});

test.each([
  '',
  'none',
  '127.0.0.1:9050',
  'socks5://127.0.0.1',
  'socks5://127.0.0.1:0',
  'socks5://127.0.0.1:9050/',
  'SOCKS5://127.0.0.1:9050',
  'socks5h://127.0.0.1:9050',
  'socks4://127.0.0.1:9050',
  'https://127.0.0.1:9050',
  'http://me@h:1',
  'http://me:@h:1',
  'http://:secret@h:1',
  'http://m%3Ae:secret@h:1',
  'http://me:%zz@h:1',
  'http://me:%0d%0aX: y@h:1',
  'http://me:%0d%0aX%3a%20y@h:1',
  'http://me:%00@h:1',
  'http://me:%ff@h:1',
  'http://mé:secret@h:1',
  'socks5://me:se cret@h:1',
  'socks5://h:1\n',
  'socks5://abc.onion:9050',
  'socks5://abc.I2P:9050',
  `socks5://${'u'.repeat(256)}:p@h:1`,
  `socks5://u:${'%C3%A9'.repeat(128)}@h:1`,
  `socks5://u:${'p'.repeat(5000)}@h:1`,
])('%j is not a proxy', (text) => {
  expect(parseProxy(text)).toBeNull();
});

test('shows a proxy without name and password', () => {
  expect(shownProxy('socks5://me:se@cret@[::1]:1')).toBe('socks5://[::1]:1');
  expect(shownProxy('http://h:1')).toBe('http://h:1');
  expect([shownProxy(''), shownProxy('me:secret@h:1')]).toEqual(['', '']);
});

test('tells a fault of the proxy from one of the destination', () => {
  expect(isOfProxy('the proxy does not answer')).toBe(true);
  expect(isOfProxy('the proxy could not reach it: nothing listens there')).toBe(false);
  expect(isOfProxy('nothing listens there')).toBe(false);
});
