// What the built programs load of Node itself: some of its modules are large, and are loaded when one of their exports is only read.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { start } from '../support/command-line.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { listenerProgram } from '../support/pty.ts';
import { tempFolder, tempInbox } from '../support/temp-home.ts';
import { makeFriends } from '../support/two-homes.ts';
import { until } from '../support/until.ts';

/** Node's own modules that neither program needs: the client of fetch, and HTTP/2. */
const heavy = ['internal/deps/undici/undici', 'internal/http2/core'];

const tellAtExit = `process.on('exit', () => process._rawDebug('loaded ' + process.moduleLoadList.join(' ')));`;

/** The heavy modules among those that a program loaded, by what it said at its end. */
function heavyIn(said: string): readonly string[] {
  const loaded = /^loaded (.*)$/mu
    .exec(said)?.[1]
    ?.split('NativeModule ')
    .map((name) => name.trim());
  expect(loaded).toContain('http');
  return heavy.filter((name) => loaded?.includes(name));
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

test('the listener loads neither', async () => {
  const inbox = await tempInbox();
  const hook = join(inbox, 'tell.mjs');
  await writeFile(hook, tellAtExit);
  const listener = await startListenerProcess(inbox, {
    program: listenerProgram,
    flags: ['--import', pathToFileURL(hook).href],
  });
  await listener.end();
  await until('it has told', () => listener.complaint().includes('loaded'));
  expect(heavyIn(listener.complaint())).toEqual([]);
});
