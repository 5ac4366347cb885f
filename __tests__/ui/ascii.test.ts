import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { printableLine } from '../../source/core/printable.ts';
import { qrLines } from '../../source/ui/dialogs/qr.ts';
import { paintSkeleton } from '../../source/ui/terminal/skeleton.ts';
import { asciiOf } from '../../source/ui/text/ascii.ts';
import { asciiSigns, isAsciiIn } from '../../source/ui/text/ascii-signs.ts';
import { widthOf } from '../../source/ui/text/cells.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { until } from '../support/until.ts';
import { expectFrame } from './support/golden.ts';
import { mountScreen, type Mounted, type MountOptions } from './support/mount.ts';
import { contactOf, messageOf, sampleClient, sampleState, type Sample } from './support/samples.ts';

test.each([
  [{ LANG: 'en_US.UTF-8' }, false],
  [{ LANG: 'C.utf8' }, false],
  [{ LANG: 'C' }, true],
  [{ LANG: 'de_DE.ISO-8859-1' }, true],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }, true],
  [{ LANG: 'C', LC_CTYPE: 'en_US.UTF-8' }, false],
  [{ LANG: 'en_US.UTF-8', LC_CTYPE: 'C', LC_ALL: '' }, true],
  [{}, false],
])('%j is about ASCII alone: %s', (env, isAscii) => {
  expect(isAsciiIn(env)).toBe(isAscii);
});

test('every sign that the drawings use has an ASCII character', () => {
  const folder = join(import.meta.dirname, '../../source/ui');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/u.test(name),
  );
  const missing = files.flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8').replaceAll(/\/\*[^]*?\*\/|\/\/[^\n]*/gu, '');
    const words = [...text.matchAll(/say`[^`]*`|'[^'\n]*'/gu)].map(([word]) => word).join('');
    const signs = [...words].filter((sign) => sign > '~' && asciiSigns[sign] === undefined);
    return name.endsWith('emoji-names.ts') ? [] : signs.map((sign) => `${name}: ${sign}`);
  });
  expect(missing).toEqual([]);
});

test('a sign has one column, and so has its character', () => {
  for (const [sign, ascii] of Object.entries(asciiSigns)) {
    expect(widthOf(sign)).toBe(1);
    expect(ascii).toMatch(/^[!-~]$/u);
  }
});

test.each([...hostileStrings, '東京 ✓ ü 👩‍👩‍👧‍👦 1️⃣', 'ß—…'])('%j takes as many columns in ASCII', (text) => {
  const line = printableLine(text);
  expect(asciiOf(line)).toMatch(/^[ -~]*$/u);
  expect(asciiOf(line)).toHaveLength(widthOf(line));
});

const latin = { LANG: 'en_US.ISO-8859-1' };

async function conversation(options: MountOptions = {}, client: Sample = sampleClient()): Promise<Mounted> {
  const door = { kind: 'ready', open: () => Promise.resolve(client) } as const;
  const mounted = mountScreen(door, { env: latin, ...options });
  await mounted.sees('under the clock');
  return mounted;
}

describe('80x24', () => {
  test('conversation', async () => {
    const mounted = await conversation();
    await expectFrame(mounted, 'ascii-conversation-80x24');
    expect(mounted.raw()).toMatch(/^[\u0000-\u007e]*$/u);
  });

  test.each([
    ['settings', '/settings\r', 'keep_listening'],
    ['keys', '\u000f', 'PUBLIC KEY'],
    ['requests', '/requests\r', 'You have no requests'],
  ])('%s', async (name, keys, text) => {
    const mounted = await conversation();
    mounted.type(keys);
    await mounted.sees(text);
    await expectFrame(mounted, `ascii-${name}-80x24`);
    expect(mounted.raw()).toMatch(/^[\u0000-\u007e]*$/u);
  });
});

test('a code has the same modules in blanks as in half blocks', () => {
  const blanks = qrLines({ text: 'cryptochat', border: 1, isAscii: true });
  const halves = qrLines({ text: 'cryptochat', border: 1, isAscii: false });
  const dark = blanks.map((row) => row.map(({ look }) => look === 'ink'));
  const expected = halves.flatMap(([row]) => {
    const signs = (row?.text ?? '').split('');
    return ['▀█', '▄█'].map((upperOrLower) => signs.map((sign) => upperOrLower.includes(sign)));
  });
  expect(dark).toEqual(expected.slice(0, dark.length));
  expect(blanks.every((row) => row.every(({ text }) => text === '  '))).toBe(true);
});

test('a code of a link is drawn by backgrounds alone, where there is room', async () => {
  const mounted = await conversation({ columns: 130, rows: 70 });
  mounted.type('/invite\r');
  await mounted.sees('one person');
  await until('the frame', () => mounted.beyond() === '');
  expect(mounted.raw()).toMatch(/^[\u0000-\u007e]*$/u);
});

test('writes nothing but ASCII, whatever people are called and write', async () => {
  const messages = hostileStrings.map((text, at) => messageOf(at + 1, `${text} x`));
  const contacts = [contactOf(1, 'Zoë 東京'), contactOf(2, 'Алиса', { unread: 1 })];
  const state = sampleState({ name: printableLine('Ünï'), contacts });
  const [conversationOfBob] = state.conversations.values();
  const client = sampleClient({
    ...state,
    conversations: new Map([[1, { ...conversationOfBob!, messages }]]),
  });
  const door = { kind: 'ready', open: () => Promise.resolve(client) } as const;
  const mounted = mountScreen(door, { env: { ...latin, TERM: 'foot' } });
  await mounted.sees('write to Zo? ????.');
  mounted.type('ü 東京\u001b[5~\u001b[5~\u001b[O');
  client.state.update((now) => ({ ...now, contacts: [contacts[0]!, { ...contacts[1]!, unread: 2 }] }));
  await until('a note', () => mounted.raw().includes('777;notify;cryptochat;?????: new message'));
  expect(mounted.raw()).toContain('\u001b]2;(2) cryptochat - ?n?\u0007');
  expect(mounted.raw()).toMatch(/^[\u0000-\u007e]*$/u);
});

test('the first frame is ASCII, too', () => {
  let written = '';
  const tty = { write: (text: string) => void (written += text), columns: 80, rows: 24 };
  paintSkeleton(tty, undefined, latin);
  expect(written).toMatch(/^[\u0000-\u007e]*$/u);
  expect(written).toContain('----+----');
});
