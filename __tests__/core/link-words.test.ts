import { expect, test } from 'vitest';
import { linkAlone, splitLink } from '../../source/core/slash-commands.ts';

const link = `cryptochat:${'A'.repeat(68)}@host.example:8080`;

test.each([
  [
    'cryptochat:AA@https://a.example:443/cc/b/S3H8bwM8STq9FUI4uqch1w carol',
    'cryptochat:AA@https://a.example:443/cc/b/S3H8bwM8STq9FUI4uqch1w',
    'carol',
  ],
  [link, link, ''],
  [`${link} bob`, link, 'bob'],
  [`  ${link}   bob at work `, link, 'bob at work'],
  [`${link.slice(0, 40)} ${link.slice(40)}`, `${link.slice(0, 40)} ${link.slice(40)}`, ''],
  [`${link.slice(0, 40)}\n${link.slice(40)} bob`, `${link.slice(0, 40)}\n${link.slice(40)} bob`, ''],
])('%j is a link with or without a name behind it', (text, found, alias) => {
  expect(splitLink(text)).toEqual({ link: found, alias });
});

const cut = `${link.slice(0, 40)}\u200b${link.slice(40)}`;

test.each([
  ['unchanged', link],
  ['with blanks around it', `  ${link}\n`],
  ['with many blanks behind it', `${link}${' '.repeat(3000)}`],
  ['at the end of a sentence', `${link}.`],
  ['before a comma', `${link},`],
  ['before more signs', `${link} !?…`],
  ['in brackets', `(${link})`],
  ['in angle brackets', `<${link}>`],
  ['in quotation marks', `"${link}"`],
  ['in single ones', `'${link}'`],
  ['in backticks', `\`${link}\``],
  ['in a block of code', `\`\`\`\n${link}\n\`\`\``],
  ['in typographic ones', `“${link}”`],
  ['in French ones', `«\u00a0${link}\u00a0»`],
  ['with an arrow before it', `👉 ${link}`],
  ['with a zero-width blank in it', cut],
  ['with a soft hyphen in it', cut.replace('\u200b', '\u00ad')],
  ['in marks of direction', `\u2068${link}\u2069`],
  ['quoted-printable', `${link.slice(0, 70)}=\r\n${link.slice(70)}`],
  ['quoted', `> ${link.slice(0, 40)}\n> ${link.slice(40)}`],
  ['in a frame of a chat', `${link.slice(0, 40)}\n| ${link.slice(40)}`],
  ['twice', `${link}\n${link}`],
  ['in markup', `[${link}](${link})`],
  ['in a command', `cryptochat join '${link}'`],
  ['behind the name of the program', `cryptochat: ${link}`],
  ['in a slash command behind a blank', ` /join ${link}`],
  ['in capitals', link.replace('cryptochat', 'CryptoChat')],
])('a link alone: %s', (_name, text) => {
  expect(linkAlone(text)?.toLowerCase()).toBe(link.toLowerCase());
});

test.each([
  'cryptochat:AA@https://a.example:443/cc/b/S3H8bwM8STq9FUI4uqch1w',
  'cryptochat:AA@[2001:db8::1]:80',
])('a link to another place alone: %s', (placed) => {
  expect(linkAlone(`(${placed}).`)).toBe(placed);
});

test.each([
  ['words', 'hello'],
  ['nothing', ''],
  ['a link with words before it', `here is my link: ${link}`],
  ['a link with words behind it', `${link} is mine`],
  ['a link with words of another script', `${link} привет`],
  ['a cut link', link.slice(0, 60)],
  ['a box link', `cryptochat-box:${'A'.repeat(68)}@host.example:8080`],
])('no link alone: %s', (_name, text) => {
  expect(linkAlone(text)).toBeNull();
});

test('a large text is read in time', () => {
  for (const part of ['cryptochat:', '\n> ', '=', '\u200b ', `${link} `])
    expect(linkAlone(part.repeat(65_536 / part.length))).toBeNull();
});
