import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fsync, fsyncSync, openSync, readFileSync, renameSync, watch, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { takePort } from '../__tests__/support/ports.ts';
import { openTerminal } from '../__tests__/support/pty.ts';
import { spread, type Spread } from './floor.ts';

const self = fileURLToPath(import.meta.url);
const envelopeBytes = 4096;
const ready = 'listening';

/**
 * The way of a message from Enter to the other screen through three programs of bare Node that do nothing else: a POST, a synced file in a
 * synced folder, a watcher, a synced write, a terminal. Nothing is encrypted, and nothing looked up or laid out.
 */
export async function bareChain(folder: string): Promise<Spread> {
  for (const name of ['tmp', 'new']) await mkdir(join(folder, name), { recursive: true });
  const port = String(await takePort());
  const listener = spawn(process.execPath, [self, 'listen', port, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(listener.stdout, 'data');
  const a = openTerminal([process.execPath, self, 'send', port]);
  const b = openTerminal([process.execPath, self, 'show', folder]);
  for (const screen of [a, b]) await screen.sees(ready);
  const times: number[] = [];
  for (let index = 0; index < 30; index += 1) {
    await pause(150);
    const letter = String.fromCodePoint(97 + (index % 26));
    const [start, before] = [performance.now(), b.raw().length];
    a.type(letter);
    times.push((await b.drawn('the letter', () => b.raw().indexOf(letter.repeat(5), before) >= 0)) - start);
  }
  for (const screen of [a, b]) screen.type('\u0003');
  listener.kill();
  await Promise.all([a.exited, b.exited, once(listener, 'exit')]);
  return spread(times);
}

/** What each of the three programs does, by its name on the command line. */
const roles: Readonly<Record<string, (first: string, second: string) => void>> = {
  send(port) {
    const agent = new Agent({ keepAlive: true });
    onKey((key) => {
      const post = request({ host: '127.0.0.1', port, agent, method: 'POST' }, (answer) => answer.resume());
      post.end(Buffer.alloc(envelopeBytes, key));
    });
    process.stdout.write(ready);
  },
  listen(port, folder) {
    const names = openSync(join(folder, 'new'), 'r');
    let count = 0;
    const server = createServer((incoming, answer) => {
      const [from, to] = [join(folder, 'tmp', 'part'), join(folder, 'new', String((count += 1)))];
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const file = openSync(from, 'w');
        writeSync(file, Buffer.concat(chunks));
        fsync(file, () => {
          closeSync(file);
          renameSync(from, to);
          fsync(names, () => answer.writeHead(202).end());
        });
      });
    });
    server.listen(Number(port), '127.0.0.1', () => process.stdout.write(ready));
  },
  show(folder) {
    const kept = openSync(join(folder, 'kept'), 'a');
    watch(join(folder, 'new'), (_, name) => {
      const bytes = readFileSync(join(folder, 'new', name ?? ''));
      writeSync(kept, bytes);
      fsyncSync(kept);
      process.stdout.write(bytes.subarray(0, 5));
    });
    onKey(() => undefined);
    process.stdout.write(ready);
  },
};

/** Calls `pressed` for each key; Ctrl+C ends the program. */
function onKey(pressed: (key: string) => void): void {
  process.stdin.setRawMode(true).on('data', (key: Buffer) => {
    if (key.toString() === '\u0003') process.exit();
    pressed(key.toString());
  });
}

if (process.argv[1] === self) {
  const [role = '', first = '', second = ''] = process.argv.slice(2);
  roles[role]?.(first, second);
}
