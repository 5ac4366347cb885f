import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectControl } from '../source/session/control/client.ts';
import { until } from '../__tests__/support/until.ts';
import { spread } from './floor.ts';
import { controlOf, acquaint, makeHome, makePair, messenger, quit, type Control, type Pair } from './pair.ts';
import { both, note } from './rows.ts';

/** Contacts that wrote while a messenger was closed, and how much each: a slot holds 2,000 envelopes. */
const [senders, each] = [6, 1667];
const lastText = 'the last of all that waits';

/** A messenger that opens while 10,000 envelopes of six contacts wait: until it has the last of each, and the echo of keys meanwhile. */
export async function measureWaiting(): Promise<void> {
  const pair = await makePair();
  try {
    const names = await writeTo(pair);
    const { caughtUpMs, echoMs } = await openOnWaiting(pair.bob, names);
    const what = `exec → the last of ${senders * each} waiting envelopes of ${senders} contacts received`;
    note(what, `${Math.round(caughtUpMs)} ms`, '10,000 ms');
    note('key → echo meanwhile', both(spread(echoMs)), '25 ms');
  } finally {
    await pair.end();
  }
}

/** Lets six people write to bob, of whom only the listener is there; returns their names. */
async function writeTo(pair: Pair): Promise<readonly string[]> {
  const people = new Map([['alice', pair.alice]]);
  while (people.size < senders) {
    const name = `carol${people.size}`;
    const home = await makeHome(join(pair.folder, name), name);
    pair.others.push(home);
    await acquaint(pair.bob, home);
    people.set(name, home);
  }
  for (const home of people.values()) {
    const sender = messenger(home);
    await sender.sees('listening');
    const control = await controlOf(home);
    await write(control);
    control.end();
    await quit(sender);
  }
  return [...people.keys()];
}

/** Throws when the last message does not get to bob's listener. */
async function write({ calls }: Control): Promise<void> {
  const send = async (text: string): Promise<string> => (await calls.send({ contact: 'bob', text })).id;
  await Promise.all(Array.from({ length: each - 1 }, (_, at) => send(`waiting ${at + 1}`)));
  const { state } = await calls.wait({ id: await send(lastText), want: 'sent', timeoutMs: 120_000 });
  if (state !== 'sent') throw new Error(`the last of ${each} does not get to the listener: ${state}`);
}

/** ms from the start of a messenger until it has the last message of each person, and the echo of each key meanwhile. */
async function openOnWaiting(
  home: string,
  names: readonly string[],
): Promise<{ readonly caughtUpMs: number; readonly echoMs: readonly number[] }> {
  const start = performance.now();
  const screen = messenger(home);
  await screen.sees('alice');
  const to = await until('bob answers', () => connectControl(join(home, 'keys', 'control')));
  const echoMs: number[] = [];
  for (const contact of names) {
    const isThere = async (): Promise<boolean> =>
      (await to.calls.read({ contact, last: 1, peek: true }))[0]?.text === lastText;
    while (!(await isThere())) {
      const before = screen.cursor().x;
      const typed = performance.now();
      screen.type('a');
      echoMs.push((await screen.drawn('the echo', () => screen.cursor().x !== before)) - typed);
      screen.type('\u0015');
      await screen.drawn('an empty line', () => screen.cursor().x === before);
      if (performance.now() - start > 120_000) throw new Error('what waits does not come in');
      await pause(50);
    }
  }
  const caughtUpMs = performance.now() - start;
  to.end();
  await quit(screen);
  return { caughtUpMs, echoMs };
}
