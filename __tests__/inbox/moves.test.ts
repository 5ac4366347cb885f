import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hearMoves, tellMoves, type MovesHeard } from '../../source/inbox/moves.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { killLater } from '../support/kill-later.ts';

type Heard = MovesHeard & { readonly moves: () => number; readonly ends: () => number };

function hearing(inbox: string): Heard {
  let [moves, ends] = [0, 0];
  const heard = hearMoves(inbox, { moved: () => (moves += 1), ended: () => (ends += 1) });
  onTestFinished(() => heard.close());
  return { ...heard, moves: () => moves, ends: () => ends };
}

test('a listener hears of each move from a client that looks for moves, and when it stops', async () => {
  const inbox = await tempInbox();
  const heard = hearing(inbox);
  heard.look();
  expect(heard.isTold()).toBe(false);
  const client = await tellMoves(inbox);
  expect((await stat(join(inbox, 'moves'))).mode & 0o777).toBe(0o600);
  heard.look();
  heard.look();
  expect([heard.isTold(), heard.moves()]).toEqual([true, 0]);
  client.moved();
  await until('the move is heard', () => heard.moves() === 1);
  client.moved();
  await until('the next move is heard', () => heard.moves() === 2);
  await client.close();
  await until('the end is heard', () => heard.ends() === 1);
  expect([heard.isTold(), await readdir(inbox)]).toEqual([false, expect.not.arrayContaining(['moves'])]);
  heard.look();
  expect(heard.isTold()).toBe(false);
});

test('a listener hears at once that a client was killed, even while a program that it started runs on', async () => {
  const inbox = await tempInbox();
  const script = `
    const { tellMoves } = await import(${JSON.stringify(join(process.cwd(), 'source/inbox/moves.ts'))});
    const { spawn } = await import('node:child_process');
    const client = await tellMoves(${JSON.stringify(inbox)});
    const other = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    console.log(other.pid);
    setInterval(() => client, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  const [other] = (await once(child.stdout, 'data')) as [Buffer];
  killLater(Number(other.toString()));
  const heard = hearing(inbox);
  heard.look();
  expect(heard.isTold()).toBe(true);
  child.kill('SIGKILL');
  await until('the end is heard', () => heard.ends() === 1);
  heard.look();
  expect(heard.isTold()).toBe(false);
  // The next client finds the pipe of the killed one.
  const next = await tellMoves(inbox);
  heard.look();
  expect(heard.isTold()).toBe(true);
  await next.close();
});

test('moves that nobody listened to are not heard later, and do not hold a client up', async () => {
  const inbox = await tempInbox();
  const client = await tellMoves(inbox);
  // A pipe takes 64 KiB.
  for (let n = 0; n < 70_000; n += 1) client.moved();
  const heard = hearing(inbox);
  heard.look();
  expect(heard.isTold()).toBe(true);
  client.moved();
  await until('the move is heard', () => heard.moves() > 0);
  expect(heard.moves()).toBe(1);
  await client.close();
});

test('anything else in place of the pipe is no client, and does not keep one from telling', async () => {
  const inbox = await tempInbox();
  const path = join(inbox, 'moves');
  const heard = hearing(inbox);
  for (const put of [
    () => writeFile(path, 'a file'),
    () => mkdir(path),
    () => symlink('listener.json', path),
    () => symlink('/dev/null', path),
  ]) {
    await put();
    heard.look();
    expect(heard.isTold()).toBe(false);
    const client = await tellMoves(inbox);
    heard.look();
    expect(heard.isTold()).toBe(true);
    const before = heard.ends();
    await client.close();
    await until('the end is heard', () => heard.ends() === before + 1);
  }
});

test('a client that leaves at once is no longer heard, and can tell again', async () => {
  const inbox = await tempInbox();
  const heard = hearing(inbox);
  const client = await tellMoves(inbox);
  heard.look();
  client.leave();
  client.moved();
  await until('its end is heard', () => heard.ends() === 1);
  heard.look();
  expect([heard.isTold(), heard.moves()]).toEqual([false, 0]);
  const again = await tellMoves(inbox);
  heard.look();
  again.moved();
  await until('a move is heard', () => heard.moves() === 1);
  await client.close();
  expect(heard.isTold()).toBe(true);
  await again.close();
});
