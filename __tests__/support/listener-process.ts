import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { listenerArguments } from '../../source/session/home/start-listener.ts';

/** A real listener process on loopback. */
export type ListenerProcess = {
  readonly pid: number;
  readonly port: number;
  /** The process that a signal goes to; under a wrapper it is the wrapper. */
  readonly child: ChildProcess;
  /** Ends it with `signal` and waits until it has ended; answers the exit code, or the signal. */
  readonly end: (signal?: NodeJS.Signals) => Promise<number | NodeJS.Signals>;
  /** Its output on stderr. */
  readonly complaint: () => string;
};

/** The error in the first line of a listener that does not listen, and its exit code. */
export type ListenerFailure = { readonly code: string; readonly exit: number | null };

/** How a listener is started: `wrapper` goes before the program, for example strace; `flags` are more of Node's. */
export type ListenerStart = {
  readonly host?: string;
  readonly port?: number;
  readonly wrapper?: readonly string[];
  readonly flags?: readonly string[];
  /** listener.js of a build; without it the sources. */
  readonly program?: string;
};

/** Starts a listener as the product does: same flags, empty environment. It is killed when the test is over. */
export async function startListenerProcess(inbox: string, how: ListenerStart = {}): Promise<ListenerProcess> {
  const { child, line, complaint } = await run(inbox, how);
  if (!line.listening) throw new Error(`the listener failed: ${JSON.stringify(line)} ${complaint()}`);
  const ended = once(child, 'exit');
  return {
    pid: line.listening.pid,
    port: line.listening.port,
    child,
    complaint,
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
      return child.exitCode ?? child.signalCode ?? 0;
    },
  };
}

/** Starts a listener that is expected to fail. */
export async function failListenerProcess(
  inbox: string,
  where: { readonly host: string; readonly port: number },
): Promise<ListenerFailure> {
  const { child, line } = await run(inbox, where);
  if (child.exitCode === null) await once(child, 'exit');
  return { code: line.failed?.code ?? '', exit: child.exitCode };
}

type FirstLine = { listening?: { pid: number; port: number }; failed?: { code: string } };

async function run(
  inbox: string,
  how: ListenerStart,
): Promise<{ child: ChildProcess; line: FirstLine; complaint: () => string }> {
  const { host = '127.0.0.1', port = 0, wrapper = [], flags = [] } = how;
  const plan = { inbox, host, port, ...(how.program === undefined ? {} : { program: how.program }) };
  const words = [...wrapper, process.execPath, ...flags, ...(await listenerArguments(plan))];
  const child = spawn(words[0] ?? '', words.slice(1), { env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => {
    complaint += text.toString();
  });
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => JSON.parse(String(text)) as FirstLine),
    once(child, 'close').then((): FirstLine => ({ failed: { code: `no line: ${complaint}` } })),
  ]);
  return { child, line, complaint: () => complaint };
}
