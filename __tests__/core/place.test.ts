import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatPlace,
  isAddress,
  listenFor,
  parsePlace,
  placesOf,
  plainOf,
  readAddress,
  whoReachesAt,
} from '../../source/core/place.ts';
import { hostileStrings } from '../support/hostile-strings.ts';

const likePlaces = fc.stringMatching(
  /^(?:https?:\/\/)?[a-c.:0-9[\]]{0,12}:?[0-9]{0,5}(?:\/[\w.-]{0,3}){0,2}(?:\/b\/[\w-]{22})?$/u,
);
const anyText = fc.oneof(fc.constantFrom(...hostileStrings), likePlaces);

describe('places', () => {
  test.each([
    ['192.168.1.20:8080', { host: '192.168.1.20', port: 8080, secure: false, path: '', box: '' }],
    [
      'https://chat.example.org:443',
      { host: 'chat.example.org', port: 443, secure: true, path: '', box: '' },
    ],
    ['https://[2001:db8::1]:443/cc', { host: '2001:db8::1', port: 443, secure: true, path: '/cc', box: '' }],
    [
      'Chat.example.org:80/A-b_9',
      { host: 'Chat.example.org', port: 80, secure: false, path: '/A-b_9', box: '' },
    ],
    [
      'https://a.example:443/cc/b/AAAAAAAAAAAAAAAAAAAAAA',
      { host: 'a.example', port: 443, secure: true, path: '/cc', box: 'AAAAAAAAAAAAAAAAAAAAAA' },
    ],
    [
      'a.example:80/b/_-bcdefghijklmnopqrstQ',
      { host: 'a.example', port: 80, secure: false, path: '', box: '_-bcdefghijklmnopqrstQ' },
    ],
    ['abc.onion:80/x', { host: 'abc.onion', port: 80, secure: false, path: '/x', box: '' }],
  ])('%s', (text, place) => {
    expect(parsePlace(text)).toEqual(place);
    expect(formatPlace(place)).toBe(text);
  });

  test('every place has one spelling, and no other text is one', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const place = parsePlace(text);
        expect(place === null || formatPlace(place) === text).toBe(true);
      }),
    );
  });

  test.each(['\u017f', '\u212a'])('no letter that folds to another stands in a word: %j', (letter) => {
    expect(parsePlace(`a.example:80/${letter}`)).toBeNull();
    expect(parsePlace(`http${letter}://a.example:80`)).toBeNull();
  });
});

describe('an address of several places', () => {
  test.each([
    ['a:1', ['a:1'], 'a:1'],
    ['https://a:1/x b:2 c:3', ['https://a:1/x', 'b:2', 'c:3'], 'b:2'],
    ['https://a:1 https://b:2', ['https://a:1', 'https://b:2'], ''],
    ['', [], ''],
  ])('%j', (address, places, plain) => {
    expect(placesOf(address)).toEqual(places);
    expect(plainOf(address)).toBe(plain);
  });

  test.each([
    [' a:1,  b:2\t', 'a:1 b:2'],
    ['a:1', 'a:1'],
    ['a:1 b:2 c:3 d:4', 'a:1 b:2 c:3 d:4'],
    ['a:1 b:2 c:3 d:4 e:5', null],
    ['a:1 a:1', null],
    ['a:1 b', null],
    ['', null],
    [',', null],
  ])('%j typed by a person', (words, address) => {
    expect(readAddress(words)).toBe(address);
  });

  test.each(['', ' a:1', 'a:1 ', 'a:1  b:2', 'a:1,b:2', 'a:1\nb:2'])('%j is invalid as stored', (text) => {
    expect(isAddress(text)).toBe(false);
  });

  test.each([
    ['192.168.1.5:80', /private/u],
    ['192.168.1.5:80 chat.example.org:80', null],
    ['https://chat.example.org:443', null],
    ['192.168.1.5:80 127.0.0.1:80', /192\.168\.1\.5 is a private/u],
    ['', /no address/u],
  ])('%j says whom it keeps out', (address, said) => {
    const words = whoReachesAt(address);
    if (said === null) expect(words).toBeNull();
    else expect(words).toMatch(said);
  });
});

test.each([
  ['onion', '192.168.1.5:8080', '[::]:8080', '127.0.0.1:8080'],
  ['onion', '192.168.1.5:8080', '127.0.0.1:8080', '127.0.0.1:8080'],
  ['onion', '192.168.1.5:8080', '', ''],
  ['onion chat.example.org:80', '192.168.1.5:8080', '[::]:8080', '[::]:8080'],
  ['chat.example.org:80', 'onion', '127.0.0.1:8080', '[::]:8080'],
  ['https://chat.example.org:443', 'onion', '127.0.0.1:8080', '127.0.0.1:8080'],
  ['127.0.0.1:8080', 'onion', '127.0.0.1:8080', '127.0.0.1:8080'],
  ['', 'onion', '127.0.0.1:8080', '127.0.0.1:8080'],
  ['192.168.1.6:8080', '192.168.1.5:8080', '127.0.0.1:8080', '127.0.0.1:8080'],
])('for %j, where %j at %j was proposed, the listener is at %j', (address, before, listen, there) => {
  expect(listenFor(address, { address: before, listen })).toBe(there);
});
