import { close, url } from 'node:inspector';

/**
 * Makes this process deaf to everything that would let another one look into it: SIGUSR1 (Node opens a debugger on 127.0.0.1:9229 for it),
 * a debugger that is open already, and what NODE_OPTIONS may have tied to SIGUSR2 (a heap snapshot, a report). The listener runs as the
 * same user, so it can send signals to this process and connect to its ports. Call it first, and again before a key is read: a signal that
 * came while Node was starting opens the debugger a moment later.
 */
export function refuseDebuggers(): void {
  if (!process.listeners('SIGUSR1').includes(ignore)) process.on('SIGUSR1', ignore);
  if (url() !== undefined) close();
}

/**
 * Takes away what flags and NODE_OPTIONS tied to signals: a heap snapshot, a report. Only before this program listens for signals
 * of its own.
 */
export function dropForeignSignals(): void {
  const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  for (const [, name] of flags.matchAll(/--heapsnapshot-signal[=\s]+["']?(SIG\w+)/gu))
    process.removeAllListeners(name);
  if (process.report.reportOnSignal) process.report.reportOnSignal = false;
}

function ignore(): void {
  return undefined;
}
