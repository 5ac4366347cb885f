import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { program } from '../support/pty.ts';
import { readTrace, tracing } from '../support/strace.ts';
import type { Call } from '../support/strace.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import type { Peer } from './peer.ts';

/** Runs this person's client under strace during `work`; returns the named system calls. */
export async function tracedWhile(
  peer: Peer,
  calls: string,
  work: () => Promise<unknown>,
): Promise<readonly Call[]> {
  const log = join(await tempFolder(), 'log');
  const [file = '', ...before] = tracing(log, calls);
  const words = [process.execPath, program, 'sync', '--for', '1h', '--home', peer.home];
  const strace = spawn(file, [...before, ...words], { stdio: 'ignore' });
  const exit = once(strace, 'exit');
  onTestFinished(() => void strace.kill('SIGKILL'));
  await until('it holds the home', () => existsSync(join(peer.home, 'keys', 'control')));
  const client = Number(await readFile(`/proc/${strace.pid}/task/${strace.pid}/children`, 'utf8'));
  onTestFinished(() => void (strace.exitCode === null && process.kill(client, 'SIGKILL')));
  await work();
  process.kill(client, 'SIGTERM');
  await exit;
  return readTrace(log);
}
