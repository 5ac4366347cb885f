import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../source/core/address.ts';
import { hostileStrings } from '../support/hostile-strings.ts';

describe('addresses', () => {
  test.each([
    ['192.168.1.20:8080', '192.168.1.20', 8080],
    ['0.0.0.0:1', '0.0.0.0', 1],
    ['[::1]:8080', '::1', 8080],
    ['[::]:65535', '::', 65_535],
    ['[fe80::1:2]:8080', 'fe80::1:2', 8080],
    ['[2001:DB8:0:0:1:0:0:1]:80', '2001:DB8:0:0:1:0:0:1', 80],
    ['[::ffff:1.2.3.4]:80', '::ffff:1.2.3.4', 80],
    ['localhost:8080', 'localhost', 8080],
    ['my-box.Example.org:8080', 'my-box.Example.org', 8080],
    ['my_box:8080', 'my_box', 8080],
    [`${'a'.repeat(56)}.onion:80`, `${'a'.repeat(56)}.onion`, 80],
  ])('%s', (text, host, port) => {
    expect(parseAddress(text)).toEqual({ host, port });
    expect(formatAddress({ host, port })).toBe(text);
  });
});

describe('not addresses', () => {
  test.each([
    '', ':', ':8080', 'host', 'host:', 'host:0', 'host:08080', 'host:65536', 'host:99999', 'host:1e3', 'host:+1', 'host:-1',
    'host: 80', ' host:80', 'host:80 ', 'ho st:80', 'host:80\n', 'http://host:80', 'host:80/', 'host/x:80', 'user@host:80',
    '-host:80', 'host-:80', '.host:80', 'host.:80', 'a..b:80', '::1:80', '[::1]', '[::1]80', '[::1%eth0]:80', '[:::]:80',
    '[1::2::3]:80', '[1:2:3:4:5:6:7]:80', '[1:2:3:4:5:6:7:8:9]:80', '[1:2:3:4:5:6:7::8]:80', '[12345::]:80', '[g::]:80',
    '[]:80', '[host]:80', '[1.2.3.4]:80', '[1.2.3.4::]:80', '[::1.2.3]:80', '[::1.2.3.256]:80', '[:1]:80', '[1:]:80',
    '1.2.3:80', '127.1:80', '2130706433:80', '0x7f.0.0.1:80', '0x7f000001:80', '01.2.3.4:80', '256.1.1.1:80', '1.2.3.4.5:80',
    'host.0x1:80', 'münchen.example:80', 'ｈost:80', 'ho\u017ft:80', '\u212aelvin:80', `${'a'.repeat(64)}:80`, `${'a.'.repeat(62)}abc:80`, 'a\u0000:80',
  ])('%j', (text) => {
    expect(parseAddress(text)).toBeNull();
  }); // prettier-ignore

  test.each(hostileStrings.map((text) => [JSON.stringify(text), text]))('%s with a port', (_, text) => {
    const told = parseAddress(`${text}:80`);
    if (told) expect(told.host).toMatch(/^[\w.-]+$/);
  });
});

describe('laws', () => {
  test('any text is refused or comes out as it went in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const told = parseAddress(text);
        if (told) expect(formatAddress(told)).toBe(text);
      }),
    );
  });

  test('an IPv6 address is one for the platform too', () => {
    const group = fc.constantFrom('', '0', '1', 'ff', 'abcd', '12345', '1.2.3.4');
    fc.assert(
      fc.property(fc.array(group, { maxLength: 10 }), (groups) => {
        const host = groups.join(':');
        expect(parseAddress(`[${host}]:80`) !== null).toBe(URL.canParse(`http://[${host}]:80/`));
      }),
      { numRuns: 3000 },
    );
  });

  test('an address leads where it says: the platform reads the same host', () => {
    fc.assert(
      fc.property(fc.domain(), fc.ipV4(), fc.integer({ min: 1, max: 65_535 }), (name, ipv4, port) => {
        for (const host of [name, ipv4]) {
          if (!parseAddress(`${host}:${port}`)) continue;
          expect(new URL(`http://${host}:${port}/`).hostname).toBe(host.toLowerCase());
        }
      }),
    );
  });
});
