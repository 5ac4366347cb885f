import type { SlashName } from '../../../source/core/slash-commands.ts';
import { askedClient, longClient } from './play-clients.ts';
import { type Sample, sampleBoxLink, sampleLink, sampleWire } from './samples.ts';

/** A line that is typed, and what is there then. */
export type Case = {
  /** The text after the name of the command. */
  readonly rest: string;
  readonly shows: string | RegExp;
  readonly asks?: readonly [call: string, ask: unknown];
  readonly copies?: string;
  readonly saves?: readonly [path: string, value: unknown];
  /** The line was of no use: nothing is asked, and it stays as the draft. */
  readonly isRefused?: true;
  readonly isClosed?: true;
  readonly ends?: true;
  readonly client?: () => Sample;
};

const refused = (rest: string, error: string): Case => ({ rest, shows: `error: ${error}`, isRefused: true });
const nameless = refused('', 'a name is missing');
const unknown = refused('zoe', 'you have no contact called zoe');
const closed: Case = { ...refused('', 'no conversation is open'), isClosed: true };

/** A command about a person: the one on the screen, somebody else, nobody. */
function about(call: string, shows: (name: string) => string, more: object = {}): readonly Case[] {
  return [
    { rest: '', shows: shows('bob'), asks: [call, { contact: '1', ...more }] },
    { rest: 'carol', shows: shows('carol'), asks: [call, { contact: '2', ...more }] },
    unknown,
    closed,
  ];
}

function answers(call: 'accept' | 'decline', shows: string): readonly Case[] {
  return [
    { rest: 'erin', shows, asks: [call, { contact: '8' }], client: askedClient },
    refused('', 'bob has not sent a request'),
    unknown,
    closed,
  ];
}

/** Every command of the screen; those of line mode alone are left out. */
export const commandPlays: Readonly<Record<Exclude<SlashName, 'contacts'>, readonly Case[]>> = {
  help: [{ rest: '', shows: 'Help · cryptochat' }],
  invite: [{ rest: '', shows: 'Send this link to one person', asks: ['invite', {}] }],
  join: [
    { rest: '', shows: 'Paste the link' },
    { rest: sampleLink, shows: 'carol is added', asks: ['join', { link: sampleLink }] },
    {
      rest: `${sampleLink} Caroline`,
      shows: 'carol is added',
      asks: ['join', { link: sampleLink, alias: 'Caroline' }],
    },
  ],
  box: [
    { rest: '', shows: 'mail.example.org:8080/b/', asks: ['boxes', {}] },
    {
      rest: sampleBoxLink,
      shows: 'your mailbox is mail.example.org:8080/b/',
      asks: ['takeBox', { link: sampleBoxLink }],
    },
  ],
  lend: [
    {
      rest: '',
      shows: 'Send this link to one person',
      asks: ['lend', { bytes: 64 * 1024 * 1024 }],
    },
    { rest: '256M', shows: 'up to 256 MiB', asks: ['lend', { bytes: 256 * 1024 * 1024 }] },
    refused('much', 'much is not a size'),
  ],
  msg: [
    {
      rest: 'carol hello you',
      shows: 'write to bob',
      asks: ['send', { contact: '2', text: 'hello you' }],
    },
    refused('carol', 'there is nothing to send'),
    nameless,
    refused('zoe hello', 'you have no contact called zoe'),
  ],
  query: [{ rest: 'carol', shows: 'write to carol' }, nameless, unknown],
  unread: [{ rest: '', shows: 'write to carol' }],
  close: [{ rest: '', shows: '❯ Ctrl+K goes to a conversation…' }],
  find: [
    {
      rest: 'line',
      shows: '3 messages',
      asks: ['search', { text: 'line', contact: '1', last: 200 }],
      client: longClient,
    },
    { rest: '', shows: '─ Find with bob ─' },
    { rest: '', shows: '─ Find everywhere ─', isClosed: true },
  ],
  copy: [
    { rest: '', shows: 'sent to your terminal', copies: sampleWire.text },
    { rest: '2', shows: 'sent to your terminal', copies: sampleWire.text },
    refused('99', 'no such message from bob is in memory'),
    closed,
  ],
  export: [
    {
      rest: 'talk.txt',
      shows: 'wrote 9 messages to talk.txt',
      asks: ['exportTo', { contact: 1, label: 'bob', file: 'talk.txt' }],
    },
    refused('', 'a file is missing'),
    closed,
  ],
  pack: [
    {
      rest: 'for-bob.pouch',
      shows: 'packed 4 envelopes into for-bob.pouch, 2 more did not fit',
      asks: ['packTo', { contact: 1, file: 'for-bob.pouch' }],
    },
    refused('', 'a file is missing'),
    closed,
  ],
  unpack: [
    { rest: 'from-bob.pouch', shows: 'received 3 envelopes', asks: ['unpack', 'from-bob.pouch'] },
    refused('', 'a file is missing'),
  ],
  rename: [
    {
      rest: 'Robert the Great',
      shows: 'bob is now called Robert the Great',
      asks: ['rename', { contact: '1', alias: 'Robert the Great' }],
    },
    { rest: '', shows: 'bob is now called', asks: ['rename', { contact: '1', alias: null }] },
    closed,
  ],
  keys: [{ rest: '', shows: 'BEGIN PUBLIC KEY', asks: ['keys', {}] }],
  rotate: [{ rest: '', shows: 'Rotate your key?' }],
  verify: [
    ...about('verify', (name) => `Verify ${name}`),
    {
      rest: 'carol 123',
      shows: 'Verify carol',
      asks: ['verify', { contact: '2', digits: '123' }],
    },
    { rest: '12345', shows: 'Verify bob', asks: ['verify', { contact: '1', digits: '12345' }] },
  ],
  requests: [
    { rest: '', shows: '❯ erin', client: askedClient },
    { rest: '', shows: 'You have no requests.' },
  ],
  accept: answers('accept', 'erin is a contact now'),
  decline: answers('decline', 'you declined erin'),
  block: about('block', (name) => `${name} is blocked`),
  unblock: about('unblock', (name) => `${name} was not blocked`),
  mute: [
    ...about('mute', (name) => `${name} is muted`, { muted: true }),
    {
      rest: 'carol 8h',
      shows: 'carol is muted until 20:00',
      asks: ['mute', { contact: '2', muted: true, forMs: 28_800_000 }],
    },
    {
      rest: '1d',
      shows: 'bob is muted until tomorrow 12:00',
      asks: ['mute', { contact: '1', muted: true, forMs: 86_400_000 }],
    },
    refused('carol soon', 'soon does not say when'),
    refused('carol 2d', '2d does not say when'),
  ],
  notify: [
    { rest: '', shows: 'Notify me of bob' },
    { rest: 'carol', shows: 'Notify me of carol' },
    unknown,
    closed,
    {
      rest: 'all',
      shows: 'bob notifies you with every message',
      asks: ['notify', { contact: '1', word: null }],
    },
    {
      rest: 'carol none',
      shows: 'carol is muted',
      asks: ['mute', { contact: '2', muted: true }],
    },
    {
      rest: 'carol word fresh bread',
      shows: 'carol notifies you only when a message has the word fresh bread',
      asks: ['notify', { contact: '2', word: 'fresh bread' }],
    },
    {
      rest: '1h',
      shows: 'bob is muted until 13:00',
      asks: ['mute', { contact: '1', muted: true, forMs: 3_600_000 }],
    },
    refused('carol sometimes', 'sometimes does not say when'),
  ],
  forget: [{ rest: '', shows: 'Forget bob?' }, { rest: 'carol', shows: 'Forget carol?' }, unknown, closed],
  wire: [
    { rest: '', shows: 'On the wire · to bob' },
    { ...refused('', 'there is no message here'), isClosed: true },
  ],
  doctor: [{ rest: '', shows: 'Problems', asks: ['doctor', {}] }],
  retry: [{ rest: '', shows: 'sending everything that is queued', asks: ['retry', {}] }],
  set: [
    { rest: '', shows: '─ Settings ─' },
    { rest: 'theme light', shows: 'theme: light', saves: ['theme', 'light'] },
    refused('thme light', 'there is no setting thme'),
    { rest: 'keys.send ctrl+s', shows: 'Ctrl+S send', saves: ['keys.send', ['ctrl+s']] },
  ],
  settings: [{ rest: '', shows: '─ Settings ─' }],
  theme: [
    { rest: '', shows: '─ Themes ─' },
    { rest: 'none', shows: 'theme: none', saves: ['theme', 'none'] },
  ],
  lock: [{ rest: '', shows: 'Unlock cryptochat', asks: ['lock', {}] }],
  quit: [{ rest: '', shows: '', ends: true }],
};
