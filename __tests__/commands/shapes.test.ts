import { expect, test } from 'vitest';
import { messageLine } from '../../source/commands/message-line.ts';
import { contactJson, isoTime, jsonLine, messageJson } from '../../source/commands/shapes.ts';
import type { Contact, Message } from '../../source/core/types.ts';

const contact: Contact = {
  id: 3,
  name: 'bob',
  alias: null,
  state: 'compared',
  fingerprint: 'AAAA',
  address: '192.168.1.20:8080',
  queued: 1,
  unread: 2,
  lastHeardAt: 1_780_000_000_000,
  lastActivityAt: 1_780_000_000_000,
  epoch: 1,
  followed: true,
  keyChangedAt: null,
  request: null,
  comparedAt: null,
  unknownSince: null,
  muted: false,
  mutedUntil: 1_780_000_000_000,
  notifyWord: 'lunch',
};

const message: Message = {
  row: 9,
  id: 'ab'.repeat(16),
  contactId: 3,
  direction: 'in',
  kind: 'text',
  seq: 4,
  place: 4,
  text: 'hi',
  state: 'received',
  sentAt: 1_780_000_000_000,
  receivedAt: null,
  missingBefore: 0,
};

/** The clock of a test reads the same everywhere. */
const at = (): string => '09:41';

test('contacts --json has these fields in this order', () => {
  expect(JSON.stringify(contactJson(contact))).toBe(
    '{"id":3,"name":"bob","alias":null,"state":"compared","fingerprint":"AAAA","address":"192.168.1.20:8080",' +
      '"queued":1,"unread":2,"lastHeard":"2026-05-28T20:26:40.000Z","muted":false,"mutedUntil":"2026-05-28T20:26:40.000Z","notifyWord":"lunch"}',
  );
});

test('read --json has these fields in this order', () => {
  expect(JSON.stringify(messageJson(message, 'bob'))).toBe(
    `{"id":"${'ab'.repeat(16)}","contact":"bob","direction":"in","seq":4,"sentAt":"2026-05-28T20:26:40.000Z",` +
      '"receivedAt":null,"text":"hi","state":"received","kind":"text"}',
  );
});

test('a time that a peer made up is null, not a crash', () => {
  expect(isoTime(Number.MAX_SAFE_INTEGER)).toBeNull();
  expect(isoTime(8.64e15)).toBe('+275760-09-13T00:00:00.000Z');
});

test('a JSON line contains the whole text and nothing that a terminal obeys', () => {
  const text = 'a\u001b[2Jb\u202ec\u2028d\u0007"\\\u{e0041}';
  const line = jsonLine(messageJson({ ...message, text }, 'b\u0000b'));
  expect(line).not.toMatch(/[^\u0020-\u007e]/u);
  expect(JSON.parse(line)).toMatchObject({ text, contact: 'b\u0000b' });
});

test('a message is one line, with the sender before the text', () => {
  expect(messageLine(message, 'bob', at)).toBe('09:41 bob: hi');
  const mine: Message = { ...message, direction: 'out', state: 'delivered' };
  expect(messageLine(mine, 'bob', at)).toBe('09:41 you → bob: hi ✓✓');
  expect(messageLine({ ...mine, state: 'queued' }, 'bob', at)).toBe('09:41 you → bob: hi · queued');
});

test('no line of a message can pass for another message', () => {
  const lines = messageLine(
    { ...message, text: 'one\n09:42 carol: forged\r09:43 x\u0085y' },
    'bob',
    at,
  ).split('\n');
  expect(lines[0]).toBe('09:41 bob: one');
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines.slice(1)) expect(line).toMatch(/^ {5} │ /u);
});

test('a name cannot steer the terminal', () => {
  expect(messageLine(message, 'Alice: hey', at)).toMatch(/^09:41 "Alice: hey": /u);
  expect(messageLine(message, '— bob "x"', at)).toMatch(/^09:41 "— bob 'x'": /u);
  expect(messageLine(message, 'b\u001b[31mob\n', at)).not.toMatch(/[\u001b\n]/u);
});
