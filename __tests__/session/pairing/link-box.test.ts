import { expect, test } from 'vitest';
import { needsBox, wordsFor } from '../../../source/session/pairing/link-box.ts';

const box = `host.example:80/b/${'A'.repeat(22)}`;

test.each([
  ['', '203.0.113.5:80', true],
  ['', '127.0.0.1:80', true],
  ['192.168.1.5:80', '203.0.113.5:80', true],
  ['192.168.1.5:80', 'chat.example:80', true],
  ['192.168.1.5:80', box, true],
  ['127.0.0.1:80', '192.168.1.9:80', true],
  ['100.64.0.1:80', '192.168.1.9:80', true],
  ['192.168.1.5:80', '192.168.1.9:80', false],
  ['127.0.0.1:80', '127.0.0.1:81', false],
  ['192.168.1.5:80 127.0.0.1:80', '127.0.0.1:81', false],
  ['203.0.113.9:80', '192.168.1.9:80', false],
  ['192.168.1.5:80 chat.example:80', '203.0.113.5:80', false],
  [`192.168.1.5:80 ${box}`, '203.0.113.5:80', false],
])('a home with the address %j that joins at %s needs a box: %s', (address, link, needs) => {
  expect(needsBox(address, link)).toBe(needs);
});

test('a second link brings a second box at another host, and no third', () => {
  const [one, two] = [box, `other.example:80/b/${'B'.repeat(22)}`];
  const needs = (link: string, ...byLinks: readonly string[]): boolean =>
    needsBox(['192.168.1.5:80', ...byLinks].join(' '), link, byLinks);
  expect(needs('other.example:80', one)).toBe(true);
  expect(needs('host.example:80', one)).toBe(false);
  expect(needs('third.example:80', one, two)).toBe(false);
  // One box that was lent is enough.
  expect(needsBox(one, 'other.example:80', [])).toBe(false);
});

test('tells a home with an onion service that people with Tor can write, and no more', () => {
  const granted = { kind: 'granted', place: box, seal: new Uint8Array(32), beside: false } as const;
  const onion = `${'b'.repeat(56)}.onion:80`;
  expect(wordsFor('alice', granted, `${onion} ${box}`)).toMatch(
    /^only people with Tor can reach you directly/u,
  );
  expect(wordsFor('alice', granted, box)).toMatch(/^nobody can reach you directly/u);
  expect(wordsFor('alice', { kind: 'refused' }, onion)).toMatch(/^alice can write to you only with Tor/u);
  expect(wordsFor('alice', { kind: 'refused' }, '')).toMatch(/^alice cannot write to you yet: nobody/u);
});
