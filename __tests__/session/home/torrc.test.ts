import { expect, test } from 'vitest';
import { onionFiles } from '../../../source/session/home/onion-files.ts';
import { formatTorrc } from '../../../source/session/home/torrc.ts';

const torrcAt = (host: string): string =>
  formatTorrc({
    files: onionFiles('/home/alice'),
    program: 'tor 1',
    bound: { host, port: 8080 },
    proxy: '',
    more: '',
    place: null,
  });

test.each([
  ['0.0.0.0', '127.0.0.1:8080'],
  ['::', '127.0.0.1:8080'],
  ['127.0.0.1', '127.0.0.1:8080'],
  ['127.0.0.2', '127.0.0.2:8080'],
  ['::1', '[::1]:8080'],
  ['192.168.1.5', '192.168.1.5:8080'],
])('a listener at %s is found at %s, where no other program can listen', (host, target) => {
  expect(torrcAt(host)).toContain(`\nHiddenServicePort 80 ${target}\n`);
});

test('without a listener there is no service', () => {
  expect(torrcAt('')).not.toContain('HiddenService');
});

test.each(['localhost', 'alice.example'])(
  'refuses a listener at the name %s: it may be two numbers',
  (host) => {
    expect(() => torrcAt(host)).toThrow(/listen is at .*needs an IP address/u);
  },
);
