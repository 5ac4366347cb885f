import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listNew } from '../../source/inbox/watch.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { listenerProgram } from '../support/pty.ts';
import { canTrace, isBefore, readTrace, tracing } from '../support/strace.ts';
import type { Call } from '../support/strace.ts';
import { diskFolder, tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { attack, pair } from './adapter.ts';
import { postRaw } from './forge.ts';
import { tracedWhile } from './traced-client.ts';

const calledThen = 'read,openat,pwrite64,fsync,fdatasync,unlink,unlinkat,write,writev,sendto,sendmsg';

/** Fails unless the database log was written to and synced between two steps. */
function expectCommitted(calls: readonly Call[], from: Call | undefined, to: Call | undefined): void {
  const between = calls.filter((call) => isBefore(from, call) && isBefore(call, to));
  const written = between.findLast(({ text }) => /pwrite64\(.*chat\.db-wal>/.test(text));
  const synced = between.find(
    (call) => /f(?:data)?sync\(.*chat\.db-wal>/.test(call.text) && isBefore(written, call),
  );
  expect(written, 'something was written').toBeDefined();
  expect(synced, 'and is on the disk').toBeDefined();
}

test(
  'A01 syncs mail to the disk before calling it safe (needs strace)',
  attack(async (newHome, context) => {
    context.skip(!canTrace, 'strace is not installed');
    const folder = await diskFolder();
    const [alice, bob] = [await newHome('alice', { folder }), await newHome('bob')];
    await pair(alice, bob);

    // The listener writes the file, its name and its folder, and only then answers 202.
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

    // The sender commits between the wish and the POST.
    await alice.listen();
    const sending = await tracedWhile(bob, calledThen, async () => {
      await bob.send(alice, 'hello');
      await until('it has arrived', async () => (await bob.status())['queued'] === 0);
    });
    // The request follows a greeting, and both may be read at once. The other posts tell contacts that bob is back.
    const wish = sending.find(({ text }) => /read\(.*method/.test(text));
    const post = sending.findLast((call) => call.text.includes('POST /message') && isBefore(wish, call));
    expectCommitted(sending, wish, post);
    // The reader commits after it reads the file and before it removes it.
    const last = (await listNew(inbox)).at(-1) ?? '';
    const reading = await tracedWhile(alice, calledThen, () =>
      until('it is read', async () => (await listNew(inbox)).length === 0),
    );
    expectCommitted(
      reading,
      reading.find(({ text }) => text.includes('openat(') && text.includes(`${inbox}/new/${last}`)),
      reading.find(({ text }) => /unlink\w*\(/.test(text) && text.includes(`${inbox}/new/${last}`)),
    );
    const said = (await alice.lines()).filter(({ kind }) => kind === 'text');
    expect(said.map(({ text }) => text)).toEqual(['hello']);
  }),
);
