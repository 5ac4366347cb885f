// What the built programs load of Node itself: some of its modules are large, and are loaded when one of their exports is only read.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { start } from '../support/command-line.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { listenerProgram, openTerminal, program } from '../support/pty.ts';
import { tempFolder, tempInbox } from '../support/temp-home.ts';
import { makeFriends } from '../support/two-homes.ts';
import { until } from '../support/until.ts';

/** Node's own modules that neither program needs: the client of fetch, and HTTP/2. */
const heavy = ['internal/deps/undici/undici', 'internal/http2/core'];

const tellAtExit = `process.on('exit', () => process._rawDebug('loaded ' + process.moduleLoadList.join(',')));`;

/** The names of modules in a list of what is loaded, with commas between. */
function namesIn(list: string): readonly string[] {
  return list.split(',').map((name) => name.replace('NativeModule ', ''));
}

/** The heavy modules among those that a program loaded, by what it said at its end. */
function heavyIn(said: string, unwanted = heavy): readonly string[] {
  const loaded = namesIn(/^loaded (.*)$/mu.exec(said)?.[1] ?? '');
  expect(loaded).toContain('http');
  return unwanted.filter((name) => loaded.includes(name));
}

test('a command that sends loads neither', async () => {
  const folder = await tempFolder();
  const hook = join(folder, 'tell.mjs');
  await writeFile(hook, tellAtExit);
  const [, bob] = await makeFriends(folder);
  const sending = start(['send', 'alice', 'hello', '--wait', 'sent', '--timeout', '2s', '--home', bob.home], {
    NODE_OPTIONS: `--import ${pathToFileURL(hook).href}`,
  });
  await sending.ended;
  expect(heavyIn(sending.said())).toEqual([]);
});

test('the listener loads neither, and TLS only for a host that is reached by https', async () => {
  const inbox = await tempInbox();
  const hook = join(inbox, 'tell.mjs');
  await writeFile(hook, tellAtExit);
  const listener = await startListenerProcess(inbox, {
    program: listenerProgram,
    flags: ['--import', pathToFileURL(hook).href],
  });
  await listener.end();
  await until('it has told', () => listener.complaint().includes('loaded'));
  expect(heavyIn(listener.complaint(), [...heavy, 'https', 'tls'])).toEqual([]);
});

/** Called before the program: tells what is loaded when the first frame is written. */
const tellAtFirstFrame = (file: string): string => `
  const { write } = process.stdout;
  process.stdout.write = function (...args) {
    process.stdout.write = write;
    process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(file)}, process.moduleLoadList.join(','));
    return write.apply(this, args);
  };`;

test('nothing that only later frames need is loaded before the first one', async () => {
  const folder = await tempFolder();
  const [hook, told] = [join(folder, 'tell.cjs'), join(folder, 'told')];
  await writeFile(hook, tellAtFirstFrame(told));
  const screen = openTerminal([process.execPath, '--require', hook, program, '--home', join(folder, 'home')]);
  try {
    await screen.sees('cryptochat');
  } finally {
    screen.kill('SIGKILL');
    await screen.exited;
  }
  const loaded = namesIn(await readFile(told, 'utf8'));
  expect(loaded).toContain('tty');
  const late = ['crypto', 'fs/promises', 'internal/fs/streams', 'child_process', 'http', 'v8', 'zlib', 'dns'];
  expect(late.filter((name) => loaded.includes(name))).toEqual([]);
});
