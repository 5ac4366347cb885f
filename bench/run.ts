// `npm run bench`: measures the built program in ptys and over loopback with every fsync on, beside the floor of the
// same run. `npm run bench -- --write` puts the table into docs/PERFORMANCE.md, `--json` prints it as JSON, and names of
// measures (`npm run bench -- stream keys`) take these and the floor.

import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { InTerminal } from '../__tests__/support/pty.ts';
import { limits } from '../source/core/limits.ts';
import { until } from '../__tests__/support/until.ts';
import { admitIn, crowd } from './contacts.ts';
import { bareNode, loopbackPost, sample, spread, syncedWrite } from './floor.ts';
import type { Spread } from './floor.ts';
import { command, makePair, messenger, residentMb } from './pair.ts';
import type { Pair } from './pair.ts';
import { searchIn } from './search.ts';
import { cpuOf, openOnWaiting, streamIn } from './stream.ts';
import { windowIn } from './window.ts';

type Row = { readonly what: string; readonly figure: string; readonly aim: string };

const rows: Row[] = [];
const note = (what: string, figure: string, aim = ''): void => {
  rows.push({ what, figure, aim });
  process.stdout.write(`${what.padEnd(58)} ${figure.padEnd(26)} ${aim}\n`);
};
const both = ({ p50, p95 }: Spread): string => `${p50.toFixed(1)} / ${p95.toFixed(1)} ms`;

const measures: Readonly<Record<string, (pair: Pair) => Promise<void>>> = {
  floor: ({ folder }) => measureFloor(folder),
  start: measureStart,
  talk: measureTalk,
  keys: measureKeys,
  stream: measureStream,
  search: ({ folder }) => measureSearch(folder),
  window: ({ folder }) => measureWindow(folder),
  waiting: measureWaiting,
  contacts: measureContacts,
};

const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const unknown = asked.find((name) => !(name in measures));
if (unknown !== undefined)
  throw new Error(`no measure ${unknown}; there are ${Object.keys(measures).join(', ')}`);
const homes = await makePair();
try {
  for (const [name, measure] of Object.entries(measures))
    if (asked.length === 0 || name === 'floor' || asked.includes(name)) await measure(homes);
} finally {
  await homes.end();
}
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
if (process.argv.includes('--write')) await writeTable();

async function measureFloor(folder: string): Promise<void> {
  note('floor: bare node, start to end (p50 / p95)', both(await bareNode()));
  note('floor: write 4 KiB and fsync', both(await syncedWrite(folder)));
  note('floor: POST of 4 KiB over loopback, kept alive', both(await loopbackPost()));
}

async function measureStart({ alice }: Pair): Promise<void> {
  const paint: number[] = [];
  const usable: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    const start = performance.now();
    const screen = messenger(alice);
    screen.type('zq');
    const isPainted = (): boolean => screen.raw().length > 200 && screen.screen().trim() !== '';
    await until('first paint', isPainted, 60_000, 1);
    paint.push(performance.now() - start);
    const isUsable = (): boolean => ['zq', 'listening'].every((text) => screen.screen().includes(text));
    await until('typed text, the contacts and the listener', isUsable, 60_000, 1);
    usable.push(performance.now() - start);
    await quit(screen);
  }
  note('exec → first paint', both(spread(paint)), '60 ms');
  note('exec → typed text shown, contacts and listener ready', both(spread(usable)), '250 ms');
}

async function measureTalk({ alice, bob }: Pair): Promise<void> {
  const [a, b] = [messenger(alice), messenger(bob)];
  for (const screen of [a, b]) await screen.sees('listening');
  note('resident memory of the messenger, just opened', `${await residentMb(a.pid)} MB`, '110 MB');
  const letters = 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz'.split('');
  const echo = await sample(letters.length, async (index) => {
    const before = a.cursor().x;
    a.type(letters[index] ?? '');
    await until('the echo', () => a.cursor().x === before + 1, 5000, 1);
  });
  note('key → echo', both(spread(echo)), '12 ms');
  a.type('\u0003');
  const times: number[] = [];
  for (let index = 0; index < 40; index += 1) {
    await pause(400); // A person's pace; the stream is measured by itself.
    const text = `line number ${index} of the bench`;
    a.type(text);
    await until('the text in the input', () => a.screen().includes(text));
    await pause(100); // Enter right behind other keys belongs to what was pasted.
    times.push(...(await sample(1, () => sendAndSee(a, b, text))));
  }
  note('Enter in A → drawn on B’s screen', both(spread(times)), '30 ms');
  const listener = JSON.parse(await command(alice, 'status', '--json')) as { listener: { pid: number } };
  note('resident memory of the messenger, after a conversation', `${await residentMb(a.pid)} MB`);
  note('resident memory of the listener', `${await residentMb(listener.listener.pid)} MB`, '70 MB');
  await Promise.all([quit(a), quit(b)]);
}

async function sendAndSee(from: InTerminal, to: InTerminal, text: string): Promise<void> {
  from.type('\r');
  await until('the line on the other screen', () => to.screen().includes(text), 15_000, 1);
}

async function measureStream(pair: Pair): Promise<void> {
  for (const atOnce of [25, 200]) {
    const { queuedASecond, deliveredASecond, cpuMs } = await streamIn(pair, { count: 4000, atOnce });
    const rate = (perSecond: number): string => `${Math.round(perSecond)} messages/s`;
    note(`queueing, ${atOnce} under way`, rate(queuedASecond));
    note(
      `sustained A → B until delivered, both screens, ${atOnce} under way`,
      rate(deliveredASecond),
      '1,500/s',
    );
    const sum = cpuMs.reduce((all, one) => all + one, 0);
    const each = cpuMs.map((ms) => ms.toFixed(2)).join(' + ');
    note('processor time for one message, of all four programs', `${sum.toFixed(2)} ms (${each})`, '1.5 ms');
  }
}

async function measureKeys({ alice }: Pair): Promise<void> {
  note('processor time for a key', `${(await keyCpuMs(alice)).toFixed(1)} ms`, '5.6 ms');
}

async function keyCpuMs(home: string): Promise<number> {
  const screen = messenger(home);
  await screen.sees('listening');
  const before = await cpuOf(screen.pid);
  const count = 200;
  for (let index = 0; index < count; index += 1) {
    screen.type('abcdefghij'[index % 10] ?? '');
    await pause(25);
  }
  const cpu = (await cpuOf(screen.pid)) - before;
  screen.type('\u0003');
  await quit(screen);
  return cpu / count;
}

async function measureSearch(folder: string): Promise<void> {
  const { word, nothing } = await searchIn(folder, 100_000);
  note('search 100,000 messages for a word', both(word), '5 ms');
  note('search 100,000 messages for two letters that none has', both(nothing), '250 ms');
}

async function measureWindow(folder: string): Promise<void> {
  const [short, long] = [await windowIn(folder, 100), await windowIn(folder, 1_000_000)];
  const times = (one: Spread, other: Spread): string => `${(one.p50 / other.p50).toFixed(1)} times`;
  const full = await windowIn(folder, 10_000);
  note('a window of 600 messages, among 10,000', both(full.page));
  note('a window of 600 messages, among 1,000,000', both(long.page));
  note('… of that among 10,000', times(long.page, full.page), '1.5 times');
  note('one more message to 1,000,000, committed', both(long.arrival));
  note('… of that to 100', times(long.arrival, short.arrival), '1.5 times');
}

/** As many as one contact may have waiting. */
async function measureWaiting(pair: Pair): Promise<void> {
  const { caughtUpMs, echoMs } = await openOnWaiting(pair, limits.slotFiles);
  note(
    `exec → the last of ${limits.slotFiles} waiting envelopes received`,
    `${Math.round(caughtUpMs)} ms`,
    '2,000 ms',
  );
  note('key → echo meanwhile', both(spread(echoMs)), '25 ms');
}

/** The last measure, because it leaves both homes with a thousand contacts. */
async function measureContacts(pair: Pair): Promise<void> {
  const few = await withContacts(pair);
  for (const home of [pair.alice, pair.bob]) await crowd(home, 1000);
  const many = await withContacts(pair);
  const times = (of: (cost: ContactsCost) => number): string => `${(of(many) / of(few)).toFixed(1)} times`;
  note(
    '1,000 contacts: the listener admits a POST',
    times(({ admit }) => admit.p50),
    '1.5 times',
  );
  note(
    '1,000 contacts: processor time for one message, all programs',
    times(({ message }) => message),
    '1.5 times',
  );
  note(
    '1,000 contacts: processor time for a key',
    times(({ key }) => key),
    '1.5 times',
  );
}

type ContactsCost = { readonly admit: Spread; readonly message: number; readonly key: number };

async function withContacts(pair: Pair): Promise<ContactsCost> {
  const { cpuMs } = await streamIn(pair, { count: 2000, atOnce: 25 });
  const message = cpuMs.reduce((all, one) => all + one, 0);
  return { admit: await admitIn(pair.alice), message, key: await keyCpuMs(pair.alice) };
}

async function quit(screen: InTerminal): Promise<void> {
  screen.type('\u0011');
  await screen.exited;
}

async function writeTable(): Promise<void> {
  const file = new URL('../docs/PERFORMANCE.md', import.meta.url);
  const text = await readFile(file, 'utf8');
  const table = [
    '| what | p50 / p95 | aim |',
    '|---|---|---|',
    ...rows.map((row) => `| ${row.what} | ${row.figure} | ${row.aim} |`),
  ];
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? ''}, Node ${process.version}`;
  const block = `<!-- bench -->\n\nMeasured on ${machine}:\n\n${table.join('\n')}\n\n<!-- /bench -->`;
  await writeFile(file, text.replace(/<!-- bench -->[\s\S]*<!-- \/bench -->/, block));
}
