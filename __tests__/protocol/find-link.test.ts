import { expect, test } from 'vitest';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { encodeLink, findLink } from '../../source/protocol/link.ts';

const link = {
  identity: makeKeyPair().publicKey,
  secret: new Uint8Array(16).fill(7),
  address: 'host-1.example:8080',
  card: false,
};
const text = encodeLink(link);
const six = { ...link, address: '[2001:db8::1]:80' };

/** Breaks a long line like a mail program. */
function wrapped(columns: number, end = '\n'): string {
  return text.replaceAll(new RegExp(`.{${columns}}`, 'g'), (part) => part + end);
}

test.each([
  ['unchanged', text],
  ['in angle brackets', `<${text}>`],
  ['in quotation marks', `"${text}"`],
  ['in typographic ones', `“${text}”`],
  ['in backticks', `\`${text}\``],
  ['at the end of a sentence', `Here is my link: ${text}.`],
  ['in the middle of one', `Take ${text}, and then say hello (${text})!`],
  ['with the time behind it', `${text} 5 minutes ago`],
  ['with a number glued on by the line end', `${text}\n17 people like this`],
  ['in two lines', wrapped(76)],
  ['in many lines', wrapped(20)],
  ['one letter a line', wrapped(1)],
  ['with the line ends of Windows', wrapped(30, '\r\n')],
  ['quoted', `> ${wrapped(40, '\n> ')}`],
  ['quoted twice', `> > ${wrapped(40, '\n>> ')}`],
  ['in a frame of a chat', `| ${wrapped(40, '\n| ')}`],
  ['quoted-printable', wrapped(70, '=\r\n')],
  ['with invisible characters', `\ufeff${wrapped(33, '\u200b')}\u00ad`],
  ['with non-breaking blanks', wrapped(50, '\u00a0')],
  ['with the scheme in capitals', text.replace('cryptochat', 'CryptoChat')],
  ['behind the name of the program', `cryptochat: ${text}`],
  ['behind another link that was cut', `cryptochat:AAAA ${text}`],
  ['in a command', `cryptochat join '${text}' --as bob`],
  ['in markup', `<a href="${text}">${text.slice(0, 20)}…</a>`],
])('finds a link: %s', (_, copied) => {
  expect(findLink(copied)).toEqual(link);
});

test('finds one with an IPv6 address, too', () => {
  expect(findLink(`(${encodeLink(six)}).`)).toEqual(six);
});

test.each([
  ['http://host.example/invite/abc', 'foreign'],
  ['simplex:/invitation#/?v=2', 'foreign'],
  ['alice', 'foreign'],
  ['', 'foreign'],
  [text.slice(11), 'foreign'],
  [text.slice(0, 60), 'malformed'],
  [text.slice(0, -1), 'malformed'],
  [text.replace('host-1', 'host-2'), 'changed'],
  [`${text.slice(0, 40)}${text[40] === 'A' ? 'B' : 'A'}${text.slice(41)} or not`, 'changed'],
  ['cryptochat:', 'malformed'],
])('finds none in %s', (copied, why) => {
  expect(findLink(copied)).toBe(why);
});
