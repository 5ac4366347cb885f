import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeEach, expect, test } from 'vitest';
import type { Invocation } from '../../../source/commands/invocation.ts';
import { lineCommands } from '../../../source/commands/lines/line-commands.ts';
import { carryOutLine } from '../../../source/commands/lines/lines.ts';
import { promptOf, type Talk } from '../../../source/commands/lines/talk.ts';
import { ChatError } from '../../../source/core/errors.ts';
import type { Calls } from '../../../source/core/calls.ts';
import { slashCommands } from '../../../source/core/slash-commands.ts';
import type { Contact, Message } from '../../../source/core/types.ts';
import { tempFolder } from '../../support/temp-home.ts';

let asked: unknown[] = [];
let printed = '';
let said = '';

beforeEach(() => {
  [asked, printed, said] = [[], '', ''];
});

function talkWith(...names: string[]): Talk {
  const contacts = names.map(
    (name, at) => ({ id: at + 1, name, alias: null, state: 'compared', queued: 0, unread: 0 }) as Contact,
  );
  const one = (ask: { contact: string }) => contacts.find(({ id }) => String(id) === ask.contact);
  const note =
    <Answer>(name: string, answer: (ask: never) => Answer) =>
    (ask: unknown): Promise<Answer> => {
      asked.push(ask === undefined ? [name] : [name, ask]);
      return Promise.resolve(answer(ask as never));
    };
  const calls = {
    contacts: () => Promise.resolve(contacts),
    status: () => Promise.resolve({ passphrase: names.includes('locked') }),
    read: () => Promise.resolve([messageOf('one\ntwo')]),
    seen: () => Promise.resolve(null),
    invite: () => Promise.resolve({ link: 'cryptochat:link' }),
    send: note('send', () => ({ id: '1' })),
    join: note('join', () => contacts[0]),
    accept: note('accept', one),
    decline: note('decline', () => null),
    block: note('block', one),
    unblock: note('unblock', one),
    forget: note('forget', () => ({ name: 'bob', erased: true })),
    rename: note('rename', (ask: { alias: string }) => ({ ...contacts[0], alias: ask.alias })),
    mute: note('mute', (ask: { contact: string; muted: boolean; forMs?: number }) => ({
      ...one(ask),
      muted: ask.muted,
      mutedUntil: ask.forMs === undefined ? null : Date.now() + ask.forMs,
      notifyWord: null,
    })),
    notify: note('notify', (ask: { contact: string; word: string | null }) => ({
      ...one(ask),
      muted: false,
      mutedUntil: null,
      notifyWord: ask.word,
    })),
    retry: note('retry', () => null),
    search: note('search', () => []),
    rotate: note('rotate', () => ({ fingerprint: 'F', epoch: 2, told: [] })),
    verify: note('verify', (ask: { contact: string; digits?: string }) => ({
      contact: { ...one(ask), followed: true },
      safetyNumber: '1'.repeat(60),
      ownDigits: '2'.repeat(30),
      matches: ask.digits === undefined ? null : ask.digits.startsWith('1'),
    })),
  } as unknown as Calls;
  const stdout = new PassThrough().on('data', (text: Buffer) => (printed += text.toString()));
  const stderr = new PassThrough().on('data', (text: Buffer) => (said += text.toString()));
  const call = { stdout, stderr } as unknown as Invocation;
  return { calls, call, isHolder: () => true, current: null, question: null, part: '' };
}

function messageOf(text: string): Message {
  return {
    row: 1,
    id: 'a'.repeat(32),
    contactId: 1,
    direction: 'in',
    kind: 'text',
    seq: 1,
    place: 1,
    text,
    state: 'received',
    sentAt: 0,
    receivedAt: 0,
    missingBefore: 0,
  };
}

async function carryOut(talk: Talk, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) await carryOutLine(talk, line);
}

test('text goes to the only contact, or to the chosen one', async () => {
  await carryOut(talkWith('bob'), 'hello there\r');
  await carryOut(talkWith('bob', 'carol'), '/query carol', 'hi carol');
  expect(asked).toEqual([
    ['send', { contact: '1', text: 'hello there' }],
    ['send', { contact: '2', text: 'hi carol' }],
  ]);
});

test('sends no text while nobody is chosen among several contacts', async () => {
  const talk = talkWith('bob', 'carol');
  await expect(carryOutLine(talk, 'hello')).rejects.toMatchObject({ code: 'contact-unknown' });
  await carryOut(talk, '/query bob', '/close');
  await expect(carryOutLine(talk, 'hello')).rejects.toMatchObject({ code: 'contact-unknown' });
  expect(asked).toEqual([]);
});

test('sends no text to the last or the only contact after a choice that failed', async () => {
  const failed = () => Promise.reject(new ChatError('link-used'));
  for (const line of ['/query alcie', '/query', '/join cryptochat:x@h:1', '/close']) {
    for (const names of [['bob'], ['bob', 'carol']]) {
      const talk = talkWith(...names);
      const failing = { ...talk, calls: { ...talk.calls, join: failed } };
      await carryOut(failing, '/query bob');
      await carryOutLine(failing, line).catch(() => undefined);
      await expect(carryOutLine(failing, 'secret')).rejects.toMatchObject({ code: 'contact-unknown' });
      expect(await promptOf(failing)).toBe('> ');
    }
  }
  expect(asked).toEqual([]);
});

test('sends no text to the remaining contact when the chosen one is gone', async () => {
  const talk = talkWith('bob');
  talk.current = 7;
  await expect(carryOutLine(talk, 'hello')).rejects.toMatchObject({ code: 'contact-unknown' });
  expect(await promptOf(talk)).toBe('> ');
});

test('/msg knows names with spaces, and refuses a name that could mean two people', async () => {
  const talk = talkWith('Bob', 'Bob Smith', 'Ann Lee');
  const hint = 'this could mean Bob Smith or Bob: choose one with /query NAME';
  for (const line of ['/msg bob smith how are you?', '/msg bob smith'])
    await expect(carryOutLine(talk, line)).rejects.toMatchObject({ code: 'usage', message: hint });
  await carryOut(talk, '/msg Bob Smithers is here', '/msg ann lee hi', '/msg nobody x');
  expect(asked).toEqual([
    ['send', { contact: '1', text: 'Smithers is here' }],
    ['send', { contact: '3', text: 'hi' }],
    ['send', { contact: 'nobody', text: 'x' }],
  ]);
});

test('a command never goes to a contact whose name continues the name that was meant', async () => {
  const talk = talkWith('bob', 'bob 8h', 'bob 11111', 'bob none', 'bob hi');
  for (const line of ['/mute bob 8h', '/verify bob 11111', '/notify bob none all', '/msg bob hi there'])
    await carryOutLine(talk, line).catch(() => undefined);
  expect(asked).toEqual([['notify', { contact: '4', word: null }]]);
  asked = [];
  await carryOut(talk, '/block bob hi', '/query bob hi', 'to bob hi', '/mute bob hi');
  expect(asked).toEqual([
    ['block', { contact: '5' }],
    ['send', { contact: '5', text: 'to bob hi' }],
    ['mute', { contact: '5', muted: true }],
  ]);
});

test.each([
  ['two rows', ['cryptochat:AAAA', 'BBBB@host:4433/word']],
  ['three rows', ['cryptochat:AA', 'BB@ho', 'st:4433']],
  ['quoted rows', ['> cryptochat:AAAA', '> BBBB@host:4433']],
])('sends no row of a link that came in %s, and asks about the whole link', async (_what, rows) => {
  const talk = talkWith('bob');
  for (const row of rows.slice(0, -1))
    await expect(carryOutLine(talk, row)).rejects.toMatchObject({ code: 'usage' });
  await carryOut(talk, rows.at(-1) ?? '', 'y');
  expect(asked).toEqual([['join', { link: rows.join('').replaceAll(/[\s>]/gu, '') }]]);
});

test.each([
  ['the first half at the end', 'here is my link: cryptochat:AbCdEfGh12-_AbCd'],
  ['the first half before other words', 'cryptochat:AbCdEfGh12-_AbCd is what I have'],
  ['a half of a mailbox link', 'try cryptochat-box:AbCdEfGh12-_ then'],
  ['the second half', 'and then AbCdEfGh12-_AbCdEfGh12-_AbCd@192.168.1.20:8080'],
])('a row with words and %s of a link is not sent', async (_what, row) => {
  const talk = talkWith('bob');
  await expect(carryOutLine(talk, row)).rejects.toThrow('part of a link');
  await expect(carryOutLine(talk, `/msg bob ${row}`)).rejects.toThrow('part of a link');
  expect(asked).toEqual([]);
});

test('the rest of a link behind a row with words is asked about, and so is one with words behind it', async () => {
  const talk = talkWith('bob');
  await expect(carryOutLine(talk, 'my link: cryptochat:AbCdEfGh12-_')).rejects.toThrow('part of a link');
  await carryOut(talk, 'AbCd@192.168.1.20:8080 see you', 'y');
  expect(asked).toEqual([['join', { link: 'cryptochat:AbCdEfGh12-_AbCd@192.168.1.20:8080' }]]);
});

test('words of the program and a whole link among other words are a message', async () => {
  const talk = talkWith('bob');
  const texts = [
    'it says cryptochat: error: no such contact',
    'give carol cryptochat:AbCdEfGh12@h.example:8080',
  ];
  await carryOut(talk, ...texts);
  expect(asked).toEqual(texts.map((text) => ['send', { contact: '1', text }]));
});

test('a line after part of a link that does not belong to the link is a message again', async () => {
  const talk = talkWith('bob');
  await carryOutLine(talk, 'cryptochat:AAAA').catch(() => undefined);
  await carryOut(talk, 'what was that?', 'ok');
  await carryOutLine(talk, 'cryptochat:AAAA').catch(() => undefined);
  await carryOut(talk, '', 'yes');
  expect(asked).toEqual(['what was that?', 'ok', 'yes'].map((text) => ['send', { contact: '1', text }]));
});

test('an unknown command is never sent as text', async () => {
  await expect(carryOutLine(talkWith('bob'), '/qurey bob')).rejects.toMatchObject({
    code: 'usage',
    message: 'there is no command /qurey, did you mean /query',
  });
  await expect(carryOutLine(talkWith('bob'), '/toString')).rejects.toMatchObject({ code: 'usage' });
  expect(asked).toEqual([]);
});

test('two slashes send one', async () => {
  await carryOut(talkWith('bob'), '//quit is a command');
  expect(asked).toEqual([['send', { contact: '1', text: '/quit is a command' }]]);
});

test('an empty line does nothing, /quit ends', async () => {
  expect(await carryOutLine(talkWith('bob'), '   ')).toBeUndefined();
  expect(await carryOutLine(talkWith('bob'), '/QUIT')).toBe('quit');
  expect(asked).toEqual([]);
});

test.each([
  ['/accept bob', ['accept', { contact: '1' }]],
  ['/decline carol', ['decline', { contact: '2' }]],
  ['/block', ['block', { contact: '2' }]],
  ['/unblock BOB', ['unblock', { contact: '1' }]],
  ['/rename My Carol', ['rename', { contact: '2', alias: 'My Carol' }]],
  ['/rename', ['rename', { contact: '2', alias: null }]],
  ['/verify', ['verify', { contact: '2' }]],
  ['/verify bob', ['verify', { contact: '1' }]],
  ['/verify 11111 11111', ['verify', { contact: '2', digits: '11111 11111' }]],
  ['/verify bob 11111-11111', ['verify', { contact: '1', digits: '11111-11111' }]],
  ['/find a word', ['search', { text: 'a word', contact: '2', last: 20 }]],
  ['/retry', ['retry']],
])('%s, with carol chosen', async (line, call) => {
  const talk = talkWith('bob', 'carol');
  await carryOut(talk, '/query carol', line);
  expect(asked).toEqual([call]);
});

test('different digits are an error, and words after a name do not belong to it', async () => {
  const talk = talkWith('bob');
  await expect(carryOutLine(talk, '/verify 22222')).rejects.toMatchObject({ code: 'digits-differ' });
  await expect(carryOutLine(talk, '/block bob and carol')).rejects.toMatchObject({ code: 'contact-unknown' });
  await expect(carryOutLine(talk, '/verify bob -x')).rejects.toMatchObject({ code: 'usage' });
});

test('/rotate and /forget ask first, and only a yes is a yes', async () => {
  const talk = talkWith('bob');
  await carryOut(talk, '/rotate', 'no', '/forget bob', 'hello', '/rotate', '');
  expect(asked).toEqual([]);
  expect(said.match(/Nothing was changed\./gu)).toHaveLength(3);
  await carryOut(talk, '/query bob', '/rotate', 'y', '/forget', 'YES');
  expect(asked).toEqual([['rotate'], ['forget', { contact: '1' }]]);
  await expect(carryOutLine(talk, 'hello')).rejects.toMatchObject({ code: 'contact-unknown' });
});

test('/lock locks a home that has a passphrase and is open here', async () => {
  expect(await carryOutLine(talkWith('locked'), '/lock')).toBe('lock');
  await expect(carryOutLine(talkWith('bob'), '/lock')).rejects.toMatchObject({ code: 'no-passphrase' });
  const served = { ...talkWith('locked'), isHolder: () => false };
  await expect(carryOutLine(served, '/lock')).rejects.toMatchObject({ code: 'home-open' });
});

test('/join takes a name for the contact and chooses the new contact', async () => {
  const talk = talkWith('bob', 'carol');
  await carryOut(talk, '/join cryptochat:x@h:1 My Bob');
  expect(asked).toEqual([['join', { link: 'cryptochat:x@h:1', alias: 'My Bob' }]]);
  expect(talk.current).toBe(1);
});

test('/export writes every line of a text that is too long for a screen', async () => {
  const long = Array.from({ length: 300 }, (_, at) => `line ${at}`).join('\n');
  const talk = talkWith('bob');
  const calls = { ...talk.calls, read: () => Promise.resolve([messageOf(long)]) };
  const file = join(await tempFolder(), 'talk.txt');
  await carryOutLine({ ...talk, calls }, `/export ${file}`);
  expect(readFileSync(file, 'utf8').match(/line \d+/gu)).toEqual(long.split('\n'));
});

test('/export writes for this user alone, chooses the format by the ending, and overwrites nothing', async () => {
  const folder = await tempFolder();
  const [text, json] = [join(folder, 'bob.txt'), join(folder, 'bob.jsonl')];
  await carryOut(talkWith('bob'), `/export ${text}`, `/export ${json}`);
  expect(readFileSync(text, 'utf8')).toMatch(/^1970-01-01 \d\d:\d\d bob: one\n +│ two\n$/u);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ contact: 'bob', text: 'one\ntwo' });
  expect(statSync(text).mode & 0o777).toBe(0o600);
  expect(said).toContain('not encrypted');
  await expect(carryOutLine(talkWith('bob'), `/export ${text}`)).rejects.toMatchObject({
    code: 'file-exists',
  });
  await expect(carryOutLine(talkWith('bob'), '/export')).rejects.toMatchObject({ code: 'usage' });
});

test('/invite prints the link as data, /help every command', async () => {
  await carryOut(talkWith(), '/invite');
  expect(printed).toBe('cryptochat:link\n');
  await carryOut(talkWith(), '/help');
  for (const { name, help } of lineCommands)
    expect(printed).toMatch(new RegExp(`^/${name} .*${help}$`, 'mu'));
  const missing = Object.keys(slashCommands).filter((name) => lineCommands.every((one) => one.name !== name));
  expect(missing).toEqual(['unread', 'copy', 'settings', 'theme']);
});

test('/mute and /notify take a name, a time or a word, and show the new choice', async () => {
  const talk = talkWith('bob', 'fresh bread');
  talk.current = 1;
  await carryOut(talk, '/mute', '/mute fresh bread', '/mute bob 8h', '/mute 1h');
  expect(asked).toEqual([
    ['mute', { contact: '1', muted: true }],
    ['mute', { contact: '2', muted: true }],
    ['mute', { contact: '1', muted: true, forMs: 28_800_000 }],
    ['mute', { contact: '1', muted: true, forMs: 3_600_000 }],
  ]);
  expect(said).toMatch(/bob is muted\.\n/u);
  expect(said).toMatch(/bob is muted until (?:tomorrow )?\d\d:\d\d\.\n/u);
  asked = [];
  await carryOut(talk, '/notify fresh bread all', '/notify none', '/notify bob word Lunch now', '/notify 1d');
  expect(asked).toEqual([
    ['notify', { contact: '2', word: null }],
    ['mute', { contact: '1', muted: true }],
    ['notify', { contact: '1', word: 'Lunch now' }],
    ['mute', { contact: '1', muted: true, forMs: 86_400_000 }],
  ]);
  expect(said).toContain('bob notifies you only when a message has the word Lunch now.');
  for (const line of ['/mute bob soon', '/notify bob', '/notify bob sometimes'])
    await expect(carryOutLine(talk, line)).rejects.toMatchObject({ code: 'usage' });
  for (const line of ['/mute zoe 8h', '/notify zoe all'])
    await expect(carryOutLine(talk, line)).rejects.toMatchObject({ code: 'contact-unknown' });
});

test('a number that is nobody’s name is no contact, though contacts have numbers inside', async () => {
  const talk = talkWith('bob', 'carol');
  await carryOut(talk, '/query carol');
  for (const line of ['/mute 1', '/msg 1 hello', '/forget 1', '/block 1', '/notify 1 all'])
    await expect(carryOutLine(talk, line)).rejects.toThrow('there is no contact 1');
  expect(asked).toEqual([]);
});

test('a time or a word alone that is also somebody’s name changes nobody’s notifications', async () => {
  const talk = talkWith('bob', '8h', 'all');
  await carryOut(talk, '/query bob');
  await expect(carryOutLine(talk, '/mute 8h')).rejects.toThrow('8h is a contact and says when');
  await expect(carryOutLine(talk, '/notify all')).rejects.toThrow('all is a contact and says when');
  expect(asked).toEqual([]);
});
