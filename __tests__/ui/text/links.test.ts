import { expect, test } from 'vitest';
import { linksIn } from '../../../source/ui/text/links.ts';

const texts: ReadonlyArray<readonly [string, ReadonlyArray<readonly [string, string, boolean]>]> = [
  [
    'see https://example.org/a?b=c#d.',
    [['https://example.org/a?b=c#d', 'https://example.org/a?b=c#d', true]],
  ],
  ['(http://example.org)', [['http://example.org', 'http://example.org/', true]]],
  ['HTTPS://Example.org/X', [['HTTPS://Example.org/X', 'https://example.org/X', true]]],
  [
    'https://de.wikipedia.org/wiki/Köln',
    [['https://de.wikipedia.org/wiki/Köln', 'https://de.wikipedia.org/wiki/K%C3%B6ln', true]],
  ],
  ['http://192.168.1.20:8080/x', [['http://192.168.1.20:8080/x', 'http://192.168.1.20:8080/x', true]]],
  ['https://аррӏе.com/', [['https://аррӏе.com/', 'https://xn--80ak6aa92e.com/', false]]],
  [
    'https://аррӏе.com/?://xn--80ak6aa92e.com',
    [
      [
        'https://аррӏе.com/?://xn--80ak6aa92e.com',
        'https://xn--80ak6aa92e.com/?://xn--80ak6aa92e.com',
        false,
      ],
    ],
  ],
  [
    'https://google.com@evil.example/',
    [['https://google.com@evil.example/', 'https://google.com@evil.example/', false]],
  ],
  [
    'https://user:secret@host.example/',
    [['https://user:secret@host.example/', 'https://user:secret@host.example/', false]],
  ],
  ['ftp://example.org mailto:a@example.org //example.org example.org a@example.org', []],
  ['javascript://example.org/%0aalert(1) file:///etc/passwd', []],
  [`https://example.org/${'a'.repeat(3000)}`, []],
  [
    'two http://a.example and http://b.example',
    [
      ['http://a.example', 'http://a.example/', true],
      ['http://b.example', 'http://b.example/', true],
    ],
  ],
];

test.each(texts)('%j', (text, links) => {
  expect(
    linksIn(text).map(({ start, end, target, isPlain }) => [text.slice(start, end), target, isPlain]),
  ).toEqual(links);
});

test('the target of a link is printable ASCII, whatever the link contains', () => {
  for (let code = 0; code < 0x3000; code += 1) {
    for (const { target } of linksIn(`https://example.org/a${String.fromCharCode(code)}b`)) {
      expect(target).toMatch(/^[\x21-\x7e]+$/);
    }
  }
});
