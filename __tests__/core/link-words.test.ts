import { expect, test } from 'vitest';
import { splitLink } from '../../source/core/slash-commands.ts';

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
