// Line mode on a terminal, with a real peer who writes while somebody types.

import { expect, test } from 'vitest';
import { jsonLines, setUpPerson, type Person } from '../support/command-line.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

async function pair(): Promise<readonly [alice: Person, bob: Person]> {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await alice.does('sync');
  await bob.does('sync');
  await alice.does('read');
  return [alice, bob];
}

async function unreadOf(person: Person): Promise<unknown> {
  const [contact] = jsonLines(await person.does('contacts', '--json'));
  return (contact as { unread: number }).unread;
}

/** The rows of the terminal that are not empty. */
function rowsOf(terminal: ReturnType<typeof startInTerminal>): readonly string[] {
  return terminal.rows().filter(Boolean);
}

test('incoming messages wait until the line being typed is ended, and never break it', async () => {
  const [alice, bob] = await pair();
  const lines = startInTerminal(['--plain', '--home', alice.home]);
  await lines.sees('to bob>', 60_000);
  await bob.does('send', 'alice', 'while nothing is typed', '--wait', 'sent');
  await lines.sees(/\d\d:\d\d bob: while nothing is typed\nto bob>/u);
  lines.type('half a mess');
  await lines.sees('to bob> half a mess');
  await bob.does('send', 'alice', 'in the middle\nof it', '--wait', 'delivered');
  lines.type('age');
  await lines.sees('to bob> half a message');
  expect(lines.screen()).not.toContain('in the middle');
  expect(await unreadOf(alice)).toBe(1);
  lines.type('\r');
  await lines.sees(/to bob> half a message\n\d\d:\d\d bob: in the middle ⏎ of it\n/u);
  await lines.sees('on the disk of bob');
  await until('it counts as read', async () => (await unreadOf(alice)) === 0, 30_000);
  await bob.does('sync');
  await lines.sees('delivered to bob');
  lines.type('typo\u007f\u007f\u007f\u007f');
  lines.type('/keys\r');
  await lines.sees(/your digits, to read out: (?:\d{5} ){5}\d{5}\n/u);
  expect(lines.screen().replaceAll('\n', '')).not.toMatch(/(?:[\dA-F]{4} ){3}/u);
  lines.type('/quit\r');
  expect(await lines.exited).toBe(0);
  expect(lines.raw()).not.toMatch(/\u001b/u);
  expect((await bob.does('read', 'alice')).stdout).toContain('alice: half a message');
});

test('ends with a list of the queued messages, and with 69', async () => {
  const [alice, bob] = await pair();
  await bob.does('listen', '--stop');
  const lines = startInTerminal(['--plain', '--home', alice.home]);
  await lines.sees('to bob>', 60_000);
  lines.type('nobody is there\r');
  await until('it is taken', () => rowsOf(lines).at(-1)?.trim() === 'to bob>');
  lines.type('\u0004');
  expect(await lines.exited).toBe(69);
  expect(lines.raw()).toContain('1 message is still queued for bob.');
  const piped = alice.starts('--plain');
  piped.type('nor now\n');
  piped.endInput();
  const { code, stderr } = await piped.ended;
  expect({ code, stderr }).toMatchObject({
    code: 69,
    stderr: expect.stringContaining('2 messages are still queued for bob.') as string,
  });
});

test('asks about a link that is entered alone, and does not send it', async () => {
  const [alice, bob] = await pair();
  const carol = await setUpPerson('carol');
  const link = (await carol.does('invite')).stdout.trim();
  const lines = startInTerminal(['--plain', '--home', alice.home], { cols: 130 });
  await lines.sees('to bob>', 60_000);
  lines.type(`${link}\r`);
  await lines.sees('y or n>');
  lines.type('y\r');
  await lines.sees('to carol>');
  lines.type('/quit\r');
  await lines.exited;
  expect((await bob.does('read')).stdout).not.toContain('cryptochat:');
});

test('Ctrl+C ends it, even in the middle of a line', async () => {
  const [alice] = await pair();
  const shell = startInTerminal(['--plain', '--home', alice.home]);
  await shell.sees('to bob>', 60_000);
  shell.type('draft');
  await shell.sees('to bob> draft');
  shell.type('\u0003');
  expect(await shell.exited).toBe(130);
});
