import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Door } from '../../source/core/door.ts';
import { printableLine } from '../../source/core/printable.ts';
import type { MessageView } from '../../source/core/types.ts';
import { tempFolder } from '../support/temp-home.ts';
import { expectPicture } from './support/golden.ts';
import { mountScreen } from './support/mount.ts';
import { messageOf, sampleClient, sampleState, wholeOf } from './support/samples.ts';

const yesterday = Date.UTC(2026, 10, 22, 21, 10);

const conversation: readonly MessageView[] = [
  messageOf(1, 'Did the new build reach you?', { sentAt: yesterday }),
  messageOf(2, 'It did. Installing it tonight.', { direction: 'out', sentAt: yesterday + 120_000 }),
  messageOf(57, 'Hey, you there?'),
  messageOf(58, 'Yes! how are the new keys?', { direction: 'out' }),
  messageOf(
    59,
    '> Yes! how are the new keys?\nfine — *rotated this morning*, verify me when you have a minute',
  ),
  messageOf(61, 'new key, signed by the key you verified', { kind: 'notice', state: 'received' }),
  messageOf(62, 'verified: same 60 digits. What did you run before the deploy?', { direction: 'out' }),
  messageOf(
    63,
    '```sh\ncryptochat rotate --yes\n```\nhow it works is at https://signal.org/docs/specifications/doubleratchet/',
  ),
  messageOf(65, 'thanks, on my way', { direction: 'out', state: 'sent' }),
  messageOf(66, 'see you at nine, under the clock', { direction: 'out', state: 'queued' }),
];

test('the picture that the README shows is the screen', async () => {
  const conversations = new Map([[1, wholeOf(conversation, 66)]]);
  const words = ['see you at nine, under the clock', 'are you coming?', 'the new map is here'];
  const contacts = sampleState().contacts.map((contact, at) => ({
    ...contact,
    lastWords: printableLine(words[at] ?? ''),
    lastIsMine: at === 0,
  }));
  const client = sampleClient(sampleState({ contacts, conversations }));
  const door: Door = { kind: 'ready', open: () => Promise.resolve(client) };
  const mounted = mountScreen(door, { columns: 92, rows: 28 });
  await mounted.sees('under the clock');
  mounted.type('shall I bring ');
  await mounted.sees('shall I bring');
  await expectPicture(mounted, 'screen');
  expect(readFileSync('README.md', 'utf8')).toContain('(docs/screen.svg)');
});

test('each text of the picture asks to keep its blanks, as Chromium needs it', () => {
  const texts = readFileSync('docs/screen.svg', 'utf8').match(/<text [^>]*>/gu) ?? [];
  expect(texts.length).toBeGreaterThan(50);
  expect(texts.filter((text) => !text.includes('xml:space="preserve"'))).toEqual([]);
});

const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

test.runIf(browser !== undefined)('a browser draws every letter and every blank of it', async () => {
  const folder = await tempFolder();
  const count = `document.body.title = [...document.querySelectorAll('text')].filter((text) =>
    text.getNumberOfChars() !== text.textContent.length).length + ' of ' + document.querySelectorAll('text').length`;
  const page = join(folder, 'page.html');
  writeFileSync(page, `<body>${readFileSync('docs/screen.svg', 'utf8')}<script>${count}</script>`);
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    `--user-data-dir=${folder}`,
    '--dump-dom',
    page,
  ];
  const { stdout } = await promisify(execFile)(browser ?? '', flags);
  expect(/<body title="(?<said>[^"]*)"/u.exec(stdout)?.groups?.['said']).toMatch(/^0 of \d{2,}$/u);
});
