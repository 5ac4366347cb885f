import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listNew } from '../../source/inbox/watch.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { listenerProgram, program } from '../support/pty.ts';
import { canTrace, isBefore, readTrace, tracing } from '../support/strace.ts';
import type { Call } from '../support/strace.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { attack, pair } from './adapter.ts';
import { postRaw } from './forge.ts';
import type { Peer } from './peer.ts';

/** Runs a command of somebody under strace, to its end. */
async function traced(peer: Peer, calls: string, words: readonly string[]): Promise<readonly Call[]> {
  const log = join(await tempFolder(), 'log');
  const [file = '', ...before] = tracing(log, calls);
  const child = spawn(file, [...before, process.execPath, program, ...words, '--home', peer.home], {
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(await once(child, 'exit')).toEqual([0, null]);
  return readTrace(log);
}

/** Fails unless the last page that went into the log of the database before `step` was synced before it. */
function expectCommitted(calls: readonly Call[], step: Call | undefined): void {
  expect(step).toBeDefined();
  const written = calls.findLast(
    (call) => /pwrite64\(.*chat\.db-wal>/.test(call.text) && isBefore(call, step),
  );
  expect(written).toBeDefined();
  const synced = calls.find(
    (call) =>
      /f(?:data)?sync\(.*chat\.db-wal>/.test(call.text) && isBefore(written, call) && isBefore(call, step),
  );
  expect(synced, 'the commit is on the disk').toBeDefined();
}

test(
  'A01 what is said to be safe is on the disk before it is said (needs strace)',
  attack(async (newHome, context) => {
    context.skip(!canTrace, 'strace is not installed');
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);

    // The listener: file, name, folder, and only then the 202.
    await alice.stopListening();
    const log = join(await tempFolder(), 'log');
    const calls = 'fsync,fdatasync,rename,renameat,renameat2,write,writev,sendto,sendmsg';
    const listener = await startListenerProcess(alice.inbox, {
      port: alice.port,
      program: listenerProgram,
      wrapper: tracing(log, calls),
    });
    onTestFinished(() => void (listener.child.exitCode === null && process.kill(listener.pid, 'SIGKILL')));
    expect((await postRaw(bob, alice, randomBytes(4096))).status).toBe(202);
    const [name = ''] = await listNew(alice.inbox);
    process.kill(listener.pid, 'SIGTERM');
    await until('strace has ended', () => listener.child.exitCode !== null);
    const { inbox } = alice;
    const all = await readTrace(log);
    const steps = [
      `fsync\\(\\d+<${inbox}/tmp/${name}>`,
      `rename\\w*\\(.*"${inbox}/tmp/${name}", .*"${inbox}/new/${name}"`,
      `fsync\\(\\d+<${inbox}/new>`,
      'HTTP/1\\.1 202',
    ].map((pattern) => all.find(({ text }) => new RegExp(pattern).test(text)));
    for (const [n, step] of steps.entries()) {
      expect(step, `step ${n}`).toBeDefined();
      if (n > 0) expect(isBefore(steps[n - 1], step), `step ${n} is in its place`).toBe(true);
    }

    // The sender: the message is committed before it leaves; the reader: before the file goes.
    await alice.listen();
    const written = 'pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg';
    const sending = await traced(bob, written, ['send', 'alice', 'hello']);
    expectCommitted(
      sending,
      sending.find(({ text }) => text.includes('POST /message')),
    );
    const names = await listNew(inbox);
    const reading = await traced(alice, 'pwrite64,fsync,fdatasync,unlink,unlinkat', ['sync']);
    expectCommitted(
      reading,
      reading.find(({ text }) => /unlink\w*\(/.test(text) && text.includes(`${inbox}/new/${names.at(-1)}`)),
    );
    expect((await alice.lines()).map(({ text }) => text)).toEqual(['hello']);
  }),
);
