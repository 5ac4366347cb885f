import { PassThrough } from 'node:stream';
import { beforeEach, expect, test } from 'vitest';
import type { Invocation } from '../../source/commands/invocation.ts';
import { carryOutLine, type Talk } from '../../source/commands/plain-lines.ts';
import type { Calls } from '../../source/core/calls.ts';
import type { Contact } from '../../source/core/types.ts';

let asked: unknown[] = [];
let printed = '';
let said = '';

beforeEach(() => {
  [asked, printed, said] = [[], '', ''];
});

function talkWith(...names: string[]): Talk {
  const contacts = names.map((name, at) => ({ id: at + 1, name, alias: null, state: 'compared' }) as Contact);
  const calls = {
    contacts: async () => contacts,
    send: async (ask: unknown) => (asked.push(ask), { id: '1' }),
    read: async () => [],
    invite: async () => ({ link: 'cryptochat:link' }),
    join: async (ask: unknown) => (asked.push(ask), contacts[0]),
    accept: async (ask: unknown) => (asked.push(['accept', ask]), contacts[0]),
    decline: async (ask: unknown) => (asked.push(['decline', ask]), null),
    rotate: async () => (asked.push('rotate'), { fingerprint: 'F', epoch: 2, told: [] }),
  } as unknown as Calls;
  const stdout = new PassThrough().on('data', (text: Buffer) => (printed += text.toString()));
  const stderr = new PassThrough().on('data', (text: Buffer) => (said += text.toString()));
  return { calls, call: { stdout, stderr } as unknown as Invocation, current: null };
}

test('text goes to the only contact, or to the chosen one', async () => {
  await carryOutLine(talkWith('bob'), 'hello there\r');
  const talk = talkWith('bob', 'carol');
  await carryOutLine(talk, '/query carol');
  await carryOutLine(talk, 'hi carol');
  expect(asked).toEqual([
    { contact: 'bob', text: 'hello there' },
    { contact: 'carol', text: 'hi carol' },
  ]);
});

test('/accept and /decline answer who asked', async () => {
  const talk = talkWith('bob', 'carol');
  await carryOutLine(talk, '/accept bob');
  await carryOutLine(talk, '/decline carol');
  expect(asked).toEqual([
    ['accept', { contact: 'bob' }],
    ['decline', { contact: 'carol' }],
  ]);
  expect(printed).toMatch(/^bob: /u);
});

test('with nobody chosen among several, text goes nowhere', async () => {
  await expect(carryOutLine(talkWith('bob', 'carol'), 'hello')).rejects.toMatchObject({
    code: 'contact-unknown',
  });
  expect(asked).toEqual([]);
});

test('/msg knows names with spaces, the longest first', async () => {
  const talk = talkWith('Bob', 'Bob Smith');
  await carryOutLine(talk, '/msg bob smith how are you?');
  await carryOutLine(talk, '/msg Bob Smithers is here');
  await carryOutLine(talk, '/msg nobody x');
  expect(asked).toEqual([
    { contact: 'Bob Smith', text: 'how are you?' },
    { contact: 'Bob', text: 'Smithers is here' },
    { contact: 'nobody', text: 'x' },
  ]);
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
  await carryOutLine(talkWith('bob'), '//quit is a command');
  expect(asked).toEqual([{ contact: 'bob', text: '/quit is a command' }]);
});

test('an empty line does nothing, /quit ends', async () => {
  expect(await carryOutLine(talkWith('bob'), '   ')).toBeUndefined();
  expect(await carryOutLine(talkWith('bob'), '/quit')).toBe('quit');
  expect(asked).toEqual([]);
});

test('/rotate asks first', async () => {
  await carryOutLine(talkWith('bob'), '/rotate');
  expect(asked).toEqual([]);
  expect(said).toContain('/rotate yes');
  await carryOutLine(talkWith('bob'), '/rotate yes');
  expect(asked).toEqual(['rotate']);
});

test('/join takes a name of one’s own and turns to the new contact', async () => {
  const talk = talkWith('bob', 'carol');
  await carryOutLine(talk, '/join cryptochat:x@h:1 My Bob');
  expect(asked).toEqual([{ link: 'cryptochat:x@h:1', alias: 'My Bob' }]);
  expect(talk.current).toBe('bob');
});

test('/invite prints the link as data, /help every command', async () => {
  await carryOutLine(talkWith(), '/invite');
  expect(printed).toBe('cryptochat:link\n');
  await carryOutLine(talkWith(), '/help');
  for (const name of ['msg', 'query', 'invite', 'join', 'keys', 'rotate', 'contacts', 'quit']) {
    expect(printed).toContain(`/${name}`);
  }
});
