import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startListenerProcess } from '../support/listener-process.ts';
import { listenerProgram } from '../support/pty.ts';
import { talk } from '../support/raw-talk.ts';
import { ask } from '../support/signed-post.ts';
import { canTrace, readTrace, tracing } from '../support/strace.ts';
import type { Call } from '../support/strace.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { attack, figure } from './adapter.ts';

const paths = [
  '/invite/../../keys/identity.public.pem',
  '/invite/..%2f..%2fkeys%2fidentity.public.pem',
  '/invite/%2e%2e/%2e%2e/keys/vault.json',
  '/invite/%2e%2e%2f%2e%2e%2fslots.json',
  '/invite/%00',
  `/invite/${'A'.repeat(42)}%00`,
  `/invite/${'../'.repeat(14)}A`,
  `/invite/${'.'.repeat(43)}`,
  '/invite/ready',
  '/invite/',
];
const bare = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** Every path that a call names, or that a descriptor in it stands for. */
function pathsIn({ text }: Call): readonly string[] {
  if (text.includes('getcwd(')) return [];
  const named = [...text.matchAll(/"([^"]+)"|(?<!AT_FDCWD)<(\/[^>]*)>/g)];
  return named.map(([, asked, behind]) => asked ?? behind ?? '');
}

test(
  'A11 answers a guessed invite with 404 and looks nowhere else (that part needs strace)',
  attack(async (newHome) => {
    const alice = await newHome('alice');
    await alice.invite();
    await alice.stopListening();
    const log = join(await tempFolder(), 'log');
    const { port, pid, child, complaint } = await startListenerProcess(alice.inbox, {
      port: alice.port,
      program: listenerProgram,
      wrapper: canTrace ? tracing(log, '%file') : [],
    });
    onTestFinished(() => void (child.exitCode === null && process.kill(pid, 'SIGKILL')));
    expect((await ask({ port })).status).toBe(404);
    const begun = canTrace ? (await readFile(log, 'utf8')).split('\n').length : 0;

    const nonce = (): string => randomBytes(16).toString('base64url');
    for (const path of paths) {
      const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nx-cc-nonce: ${nonce()}\r\n\r\n`;
      expect(await talk(port, request)).toBe(bare);
    }
    const guesses = Array.from({ length: figure(10_000, 300) }, () => randomBytes(32).toString('base64url'));
    for (const guess of guesses) {
      const reply = await ask({ port, path: `/invite/${guess}`, headers: { 'x-cc-nonce': nonce() } });
      expect(reply.status).toBe(404);
    }
    process.kill(pid, 'SIGTERM');
    await until('it has ended', () => child.exitCode !== null);
    expect(complaint()).toBe('');
    if (!canTrace) return;

    const calls = (await readTrace(log)).filter(({ began }) => began >= begun);
    const ending = calls.findIndex(({ text }) => text.includes('SIGTERM'));
    const touched = new Set(calls.slice(0, ending).flatMap(pathsIn));
    const invites = join(alice.inbox, 'invites');
    const elsewhere = [...touched].filter((path) => !path.startsWith(`${invites}/`));
    // The listener checks that nobody replaced its folders, recounts the inbox from time to time, looks for parcels, checks for moves once a
    // minute, and notices when the machine was asleep; the C library asks the kernel about memory and processors.
    const own = `${alice.inbox}(?:/(?:new|out|tmp|invites|slots\\.json|mailboxes\\.json|vouchers\\.json|moves))?$`;
    const usual = new RegExp(`^(?:${own}|/proc/sys/|/proc/uptime$|/sys/)`);
    expect(elsewhere.filter((path) => !usual.test(path))).toEqual([]);
    expect(touched.size).toBeGreaterThan(guesses.length);
  }),
);
