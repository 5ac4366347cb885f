import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { mountScreen, type Mounted, type MountOptions } from './support/mount.ts';
import { sampleClient } from './support/samples.ts';

async function inVim(options: MountOptions = {}): Promise<Mounted> {
  const client = sampleClient();
  const door = { kind: 'ready', open: () => Promise.resolve(client) } as const;
  const screen = mountScreen(door, { ...options, settings: { editing: 'vim', ...options.settings } });
  await screen.sees('write to bob');
  return screen;
}

test('shows the mode, and the command that has begun, in the bottom line', async () => {
  const screen = await inVim();
  await screen.sees(/^ INSERT/mu);
  screen.type('one two\u001b');
  await screen.sees(/^ NORMAL/mu);
  screen.type('2d');
  await screen.sees(/^ NORMAL {2}2d/mu);
  screen.type('b');
  await screen.sees(/❯ o$/mu);
  screen.type('v');
  await screen.sees(/^ VISUAL/mu);
  screen.type('\u001b');
  await screen.sees(/^ NORMAL/mu);
  screen.type('V');
  await screen.sees(/^ V-LINE/mu);
});

test('Escape and a letter in reads of their own are two keys, without a pause between them', async () => {
  const screen = await inVim();
  screen.type('abc');
  await screen.sees('❯ abc');
  screen.type('\u001b');
  await screen.sees('NORMAL');
  screen.type('x');
  await screen.sees(/❯ ab$/mu);
});

test('draws the selection inverse', async () => {
  const screen = await inVim();
  screen.type('one two\u001b');
  await screen.sees('NORMAL');
  screen.type('viw');
  await screen.sees('VISUAL');
  await until('two is inverse', () => screen.lookOf('two').includes('inverse'), 4000);
  expect(screen.lookOf('one ')).not.toContain('inverse');
});

test('Enter sends in normal mode, and sends nothing while text is selected', async () => {
  const client = sampleClient();
  const screen = mountScreen(
    { kind: 'ready', open: () => Promise.resolve(client) },
    { settings: { editing: 'vim' } },
  );
  await screen.sees('write to bob');
  screen.type('hello\u001b');
  await screen.sees('NORMAL');
  screen.type('V');
  await screen.sees('V-LINE');
  screen.type('\r');
  screen.type('\u001b');
  await screen.sees('NORMAL');
  expect(client.asked.some(([call]) => call === 'send')).toBe(false);
  screen.type('\r');
  await until('it is sent', () => client.asked.some(([call]) => call === 'send'), 4000);
  await screen.sees('NORMAL');
});

test('Escape in insert mode leaves notices alone, and closes no popup on its own', async () => {
  const screen = await inVim();
  screen.type('/qu');
  await screen.sees('Commands');
  screen.type('\u001b');
  await screen.sees('NORMAL');
  await until('the popup is gone', () => !screen.screen().includes('Commands'), 4000);
  screen.type('A');
  await screen.sees('INSERT');
  await screen.sees('Commands');
});

test('letters are commands in normal mode; a reply is written in insert mode', async () => {
  const screen = await inVim();
  screen.type('\u001b');
  await screen.sees('NORMAL');
  screen.type('zzz\tQ');
  screen.type('k');
  await screen.sees('r reply');
  screen.type('r');
  await screen.sees('❯ > ');
  await screen.sees('INSERT');
});

test('a question mark in an empty draft opens the help in normal mode, too', async () => {
  const screen = await inVim();
  screen.type('\u001b');
  await screen.sees('NORMAL');
  screen.type('?');
  await screen.sees('type to search');
  screen.type('vim');
  await screen.sees('Normal mode of vim');
});

test('names no key in normal mode that does something else there', async () => {
  const screen = await inVim({ columns: 120 });
  await screen.sees('Ctrl+R rotate');
  screen.type('\u001b');
  await screen.sees('NORMAL');
  await until('the hint is gone', () => !screen.screen().includes('Ctrl+R rotate'), 4000);
});

test('another conversation begins without a selection and without half a command', async () => {
  const screen = await inVim();
  screen.type('abc\u001b');
  await screen.sees('NORMAL');
  screen.type('V');
  await screen.sees('V-LINE');
  screen.type('\u001b[1;3B');
  await screen.sees('write to carol');
  await screen.sees('NORMAL');
});

test('dialogs take text as without vim mode', async () => {
  const screen = await inVim();
  screen.type('\u001b');
  await screen.sees('NORMAL');
  screen.type('\u000b');
  await screen.sees('Go to');
  screen.type('xdd');
  await screen.sees(/❯ +xdd/u);
});

test('the keys of a selected message come before every mode', async () => {
  const screen = await inVim();
  await screen.sees(/^ INSERT/mu);
  screen.type('\u001b[A');
  await screen.sees('reply');
  expect(screen.screen()).not.toContain('INSERT');
});

test.each([
  ['"', 'no registers'],
  ['q', 'no macros'],
  ['@', 'no macros'],
  ['m', 'no marks'],
  ["'", 'no marks'],
  ['`', 'no marks'],
])('%s says that there are %s', async (key, said) => {
  const screen = await inVim();
  screen.type('one\u001b');
  await screen.sees('NORMAL');
  screen.type(key);
  await screen.sees(`vim mode has ${said}`);
  expect(screen.screen()).toContain('❯ one');
});
