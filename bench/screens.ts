import { setTimeout as pause } from 'node:timers/promises';
import type { InTerminal } from '../__tests__/support/pty.ts';
import { spread } from './floor.ts';
import { cpuOf, listenerOf, messenger, quit, residentMb, type Pair } from './pair.ts';
import { both, note } from './rows.ts';

/** From the start of the program until something is painted, and until everything is there. */
export async function measureStart({ alice }: Pair): Promise<void> {
  const paint: number[] = [];
  const usable: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    const start = performance.now();
    const screen = messenger(alice);
    screen.type('zq');
    const isPainted = (): boolean => screen.raw().length > 200 && screen.screen().trim() !== '';
    paint.push((await screen.drawn('first paint', isPainted)) - start);
    const isUsable = (): boolean => ['zq', 'listening'].every((text) => screen.screen().includes(text));
    usable.push((await screen.drawn('typed text, the contacts and the listener', isUsable)) - start);
    await quit(screen);
  }
  note('exec → first paint', both(spread(paint)), '60 ms');
  note('exec → typed text shown, contacts and listener ready', both(spread(usable)), '200 ms');
}

/** Keys and messages at a person's pace, and the memory that they leave in use. */
export async function measureTalk({ alice, bob }: Pair): Promise<void> {
  const [a, b] = [messenger(alice), messenger(bob)];
  for (const screen of [a, b]) await screen.sees('listening');
  note('resident memory of the messenger, just opened', `${await residentMb(a.pid)} MB`, '95 MB');
  const echo = await keysEcho(a);
  note('key → echo', both(spread(echo)), '5 / 10 ms');
  a.type('\u0003');
  const times = await linesAtPace(a, b, 40);
  note('Enter in A → drawn on B’s screen', both(spread(times)), '10 / 20 ms');
  note('resident memory of the messenger, after a conversation', `${await residentMb(a.pid)} MB`, '120 MB');
  note('resident memory of the listener', `${await residentMb(await listenerOf(alice))} MB`, '60 MB');
  await Promise.all([quit(a), quit(b)]);
}

/** ms from each of 52 keys, one at a time, until the cursor shows that it was drawn. */
export async function keysEcho(screen: InTerminal): Promise<number[]> {
  await pause(500); // The last parts of a start move the cursor, too.
  const echo: number[] = [];
  for (const letter of 'abcdefghijklmnopqrstuvwxyz'.repeat(2)) {
    const [before, start] = [screen.cursor().x, performance.now()];
    screen.type(letter);
    echo.push((await screen.drawn('the echo', () => screen.cursor().x > before)) - start);
  }
  return echo;
}

/** Lines at a person's pace from one screen to another: ms from Enter until each is drawn there. */
export async function linesAtPace(a: InTerminal, b: InTerminal, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    await pause(400); // A person's pace; the stream is measured by itself.
    const text = `line number ${index} of the bench`;
    a.type(text);
    await a.drawn('the text in the input', () => a.screen().includes(text));
    await pause(100); // Enter right behind other keys belongs to what was pasted.
    const start = performance.now();
    a.type('\r');
    times.push((await b.drawn('the line on the other screen', () => b.screen().includes(text))) - start);
  }
  return times;
}

/** The text on a screen when everything is loaded, also when its listener only collects. */
export const upAndReady = /listening|collecting/u;

/** Ctrl+End goes to the newest message. */
const controlEnd = '\u001b[1;5F';

/** The same between two homes, of which one knows the other by `name`. */
export async function talkAtPace(from: string, to: string, name: string): Promise<number[]> {
  const [a, b] = [messenger(from), messenger(to)];
  for (const screen of [a, b]) await screen.sees(upAndReady);
  a.type(`/query ${name}`);
  await a.sees(`/query ${name}`);
  await pause(100);
  a.type('\r');
  // An earlier measure may have ended before everything was read, and a conversation opens at the first unread message.
  b.type(controlEnd);
  await pause(settleMs);
  const times = await linesAtPace(a, b, 40);
  await Promise.all([quit(a), quit(b)]);
  return times;
}

/** By then, late modules are loaded, too. */
export const settleMs = 4000;

/** The processor time of a key. */
export async function measureKeys({ alice }: Pair): Promise<void> {
  note('processor time for a key', `${(await keyCpuMs(alice)).toFixed(1)} ms`, '5.6 ms');
}

/** The processor time in ms that a home's messenger takes for a key. */
export async function keyCpuMs(home: string): Promise<number> {
  const screen = messenger(home);
  await screen.sees('listening');
  await pause(settleMs);
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
