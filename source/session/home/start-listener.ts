import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { limits } from '../../core/limits.ts';
import { routesFile } from '../../net/gateways.ts';
import { refusePattern } from './guard-home.ts';
import { ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';

/** The address where a listener should listen, and its inbox; `program` is listener.js of the bundle or source/listener/main.ts. */
export type ListenerPlan = {
  readonly inbox: string;
  readonly host: string;
  readonly port: number;
  readonly program?: string;
  /** True if the router is asked to pass the port on. */
  readonly map?: boolean;
};

/** A started listener: it listens, or gives the reason why it does not. */
type Started =
  | {
      readonly kind: 'listening';
      readonly child: ChildProcess;
      readonly host: string;
      readonly port: number;
      readonly pid: number;
    }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** Every file of the second program when it runs unbundled, below source/. */
export const listenerSources = [
  'listener/main.ts',
  'listener/server.ts',
  'listener/answers.ts',
  'listener/guests.ts',
  'listener/admit.ts',
  'listener/admit-owner.ts',
  'listener/serve-boxes.ts',
  'listener/tickets.ts',
  'listener/collectors.ts',
  'listener/collect.ts',
  'listener/table-at.ts',
  'listener/patience.ts',
  'listener/keep-mapped.ts',
  'listener/follow-moves.ts',
  'listener/take-file.ts',
  'listener/owner-calls.ts',
  'listener/ask-host.ts',
  'listener/waiting.ts',
  'listener/carry.ts',
  'listener/lanes.ts',
  'listener/pulse.ts',
  'listener/post-parcel.ts',
  'inbox/deliver.ts',
  'inbox/boxes.ts',
  'inbox/box-folder.ts',
  'inbox/open-box.ts',
  'inbox/claim-box.ts',
  'inbox/vouchers.ts',
  'inbox/mailboxes.ts',
  'inbox/mapped-port.ts',
  'inbox/invites.ts',
  'inbox/layout.ts',
  'inbox/maildir.ts',
  'inbox/slots.ts',
  'inbox/follow-file.ts',
  'inbox/parcels.ts',
  'inbox/holder.ts',
  'inbox/moves.ts',
  'inbox/reporting.ts',
  'inbox/trouble.ts',
  'disk/files.ts',
  'disk/clear-away.ts',
  'net/tunnel.ts',
  'net/isolation.ts',
  'net/interfaces.ts',
  'net/moved.ts',
  'net/network-sign.ts',
  'net/places.ts',
  'net/ask-udp.ts',
  'net/gateway.ts',
  'net/gateways.ts',
  'net/map-port.ts',
  'net/nat-pmp.ts',
  'net/upnp.ts',
  'core/stops.ts',
  'core/address.ts',
  'core/back-off.ts',
  'core/bell.ts',
  'core/every.ts',
  'core/parcel.ts',
  'core/slot-key-at.ts',
  'core/place.ts',
  'core/proxy.ts',
  'core/way-out.ts',
  'core/box.ts',
  'core/box-bodies.ts',
  'core/box-id.ts',
  'core/fields.ts',
  'core/json.ts',
  'core/request.ts',
  'core/bytes.ts',
  'core/limits.ts',
  'core/message-name.ts',
] as const;

/**
 * The identity of a listener: hex SHA-256 of Node's version, its flags and its program. A listener with a different identity in
 * listener.json belongs to another version of cryptochat, and is replaced.
 */
export async function listenerBuild(plan: ListenerPlan): Promise<string> {
  const { flags, files } = await listenerFlags(plan);
  const hash = createHash('sha256').update(JSON.stringify([process.version, plan.map === true, ...flags]));
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex');
}

/**
 * The arguments of Node for a listener: it may read its own files and the inbox, write the inbox, and nothing else.
 * PROTOCOL.md §8.
 */
export async function listenerArguments(plan: ListenerPlan): Promise<readonly string[]> {
  const { flags, inbox } = await listenerFlags(plan);
  const words = ['--inbox', inbox, '--host', plan.host, '--port', String(plan.port)];
  const map = plan.map ? ['--map'] : [];
  return [...flags, ...words, ...map, '--build', await listenerBuild(plan)];
}

/** The arguments for Node, the program last; every file of the program; the inbox without links. Throws ChatError path-pattern. */
async function listenerFlags(plan: ListenerPlan): Promise<{
  readonly flags: readonly string[];
  readonly files: readonly string[];
  readonly inbox: string;
}> {
  const program = await realpath(plan.program ?? ownProgram());
  const inbox = await realpath(plan.inbox);
  const source = join(dirname(program), '..');
  for (const path of [program, inbox]) refusePattern(path);
  const files = program.endsWith('.ts') ? listenerSources.map((file) => join(source, file)) : [program];
  const flags = [
    '--permission',
    ...[...files, inbox].map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${inbox}`,
    ...(plan.map ? [`--allow-fs-read=${routesFile}`] : []),
    // Node 25 denies the network as well.
    ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
    // SIGUSR1 would open a debugger.
    '--disable-sigusr1',
    // SQLite, and V8 for some of its flags, open files that the permissions do not check.
    '--no-experimental-sqlite',
    '--freeze-flags-after-init',
    // It looks every 8 s whether a program has calmed down, takes one that allocates nothing for busy, and so never gave memory back here.
    '--no-memory-reducer',
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    `--max-old-space-size=${limits.listenerHeapMb}`,
    `--max-semi-space-size=${limits.listenerYoungMb}`,
    program,
  ];
  return { flags, files, inbox };
}

function ownProgram(): string {
  const bundled = fileURLToPath(new URL('listener.js', import.meta.url));
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('../../listener/main.ts', import.meta.url));
}

/** Starts a listener in a session of its own, without an environment; resolves with its first report. */
export async function startListener(plan: ListenerPlan): Promise<Started> {
  const child = spawn(process.execPath, await listenerArguments(plan), {
    cwd: await realpath(plan.inbox),
    env: {},
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-2000);
  });
  const said = await new Promise<unknown>((resolve) => {
    const late = setTimeout(() => child.kill('SIGKILL'), limits.listenerStartMs);
    const say = (line: unknown): void => {
      clearTimeout(late);
      resolve(line);
    };
    createInterface(child.stdout).once('line', (line) => say(parseLine(line)));
    child.once('error', (error) => say({ failed: { code: 'ESPAWN', message: error.message } }));
    child.once('close', () => say({ failed: { code: 'EEXIT', message: lastLine(complaint) } }));
  });
  return readAnswer(said, child);
}

function readAnswer(said: unknown, child: ChildProcess): Started {
  const { listening, failed } = said as {
    listening?: { host: string; port: number; pid: number };
    failed?: { code: string; message: string };
  };
  if (listening) return { kind: 'listening', child, ...listening };
  return { kind: 'failed', code: failed?.code ?? 'ESAID', message: failed?.message ?? '' };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {};
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** The reason why a listener did not start, from its output: `code` is the system's, or one of ours. */
export function listenerFailure(
  { host, port, inbox }: ListenerPlan,
  { code, message }: { readonly code: string; readonly message: string },
): ChatError {
  const isOfSocket = /^(?:listen|bind|getaddrinfo) /u.test(message);
  if (code === 'EADDRINUSE') return new ChatError('port-taken', String(port));
  if (code === 'EACCES' && isOfSocket) return new ChatError('port-forbidden', String(port));
  if (isOfSocket) return new ChatError('listen-nowhere', printableLine(host));
  if (code === 'ENOSPC' || code === 'EDQUOT') return new ChatError('disk-full');
  if (code === 'EROFS') return new ChatError('disk-read-only', printableLine(inbox));
  if (code === 'EREPLACED' || code === 'ENOENT') return new ChatError('inbox-replaced', printableLine(inbox));
  return new ChatError('listener-failed', printableLine(message));
}
