import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Calls } from '../../core/calls.ts';
import { asFailure, ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import { loadConfig } from '../home/config.ts';
import { connectControl, type ControlClient } from '../control/client.ts';
import { callMethod, callsFrom, ranks, type Hello, type Rank } from '../control/methods.ts';
import { serveControl } from '../control/server.ts';
import { createGate, isMoved } from '../control/gate.ts';
import { homePaths } from '../control/home-paths.ts';
import { runningListener } from '../home/running-listener.ts';
import { openSession, type Session } from '../session.ts';
import type { Key } from '../home/unlock.ts';

/** A home that is open in this process, and served to every other one. */
export type Hold = {
  readonly session: Session;
  /** The session's calls, rejected as "moved" (gate.ts) from the moment the home is given up. */
  readonly calls: Calls;
  /** Resolves when this process starts to give up the home, to a stronger holder or by `end`. */
  readonly leaving: Promise<void>;
  readonly isLeaving: () => boolean;
  /** Gives it up. The listener keeps running when the settings say so or it ran before, unless `keepListening` says otherwise. */
  readonly end: (options?: { readonly keepListening?: boolean }) => Promise<void>;
};

/** The claim of a process to the home, and its purpose. */
export type Holding = {
  readonly home: string;
  readonly version: string;
  readonly rank: Rank;
  /** As in SessionOptions. */
  readonly program?: string | undefined;
  /** ms since 1970 until which the home is only connected to: the process that took it over from us comes first. */
  readonly notBefore?: number;
};

/** How the process that holds the home and the one that wants it meet. */
export type Approach =
  | { readonly kind: 'held'; readonly hold: Hold }
  | { readonly kind: 'served'; readonly client: ControlClient; readonly hello: Hello };

/** How long another process may hold the home without answering on its socket, because it is just opening or closing it. */
const patienceMs = 30_000;
const pauseMs = 30;

/** The calls that can queue something to send. */
const leavesMail: ReadonlySet<keyof Calls> = new Set(['send', 'join', 'accept', 'rotate', 'revoke', 'retry']);
/** How long to try mail that others queued through us before giving up the home. */
const carryMs = 2000;

/**
 * Opens the home, or connects to the client that has it open, whichever is possible; a weaker holder gives it up first. It asks for `key`
 * only when there is nobody to connect to. Throws ChatError home-busy when neither works for 30 s.
 */
export async function approach(holding: Holding, key: () => Promise<Key>): Promise<Approach> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const served = await connect(holding);
    if (served === 'leaving') continue;
    if (served) return served;
    const hold = Date.now() < (holding.notBefore ?? 0) ? null : await tryHold(holding, await key());
    if (hold) return { kind: 'held', hold };
    if (Date.now() > until) throw new ChatError('home-busy');
    await new Promise((done) => setTimeout(done, pauseMs));
  }
}

async function connect({ home, rank }: Holding): Promise<Approach | 'leaving' | null> {
  const client = await connectControl(homePaths(home).control);
  if (!client) return null;
  try {
    const hello = await client.hello(rank);
    if (!hello.yields) return { kind: 'served', client, hello };
  } catch (error) {
    if (!isMoved(error)) throw error;
  }
  await client.gone;
  return 'leaving';
}

/** Null when another process has the database. */
async function tryHold(holding: Holding, key: Key): Promise<Hold | null> {
  const { home, rank, program } = holding;
  await refuseReadOnly(home);
  const config = await loadConfig(home);
  const goesOn = config.keepListening || (await runningListener(homePaths(home).inbox)) !== null;
  const listen = rank === 'none' ? 'none' : 'supervise';
  try {
    return await serve(holding, await openSession({ home, ...key, config, listen, program }), goesOn);
  } catch (error) {
    if (error instanceof ChatError && error.code === 'home-busy') return null;
    throw asFailure(error);
  }
}

/** On a disk mounted read-only, SQLite says only that it could not lock. */
async function refuseReadOnly(home: string): Promise<void> {
  const code = await access(homePaths(home).keys, constants.W_OK).then(
    () => '',
    (error: NodeJS.ErrnoException) => error.code,
  );
  if (code === 'EROFS') throw new ChatError('disk-read-only', printableLine(home));
}

async function serve({ home, rank, version }: Holding, session: Session, goesOn: boolean): Promise<Hold> {
  const gate = createGate(session);
  const leaving = Promise.withResolvers<void>();
  let ending: Promise<void> | undefined;
  const end: Hold['end'] = (options) => {
    ending ??= others.carry().then(() => leave(options));
    return ending;
  };
  const hello = (wants: Rank): Hello => {
    const yields = ranks.indexOf(wants) > ranks.indexOf(rank);
    if (yields) others.leaveIt();
    if (yields) void end();
    return { version, pid: process.pid, holds: rank, yields };
  };
  const others = createOthers(session, gate.calls);
  const server = await serveControl({ path: homePaths(home).control, calls: others.calls, hello }).catch(
    async (error: unknown) => {
      await session.close({ keepListening: goesOn });
      throw error;
    },
  );
  // The socket goes before the database's lock: the next holder binds it again.
  const leave: Hold['end'] = async (options) => {
    leaving.resolve();
    await gate.close();
    await server.close();
    await session.close({ keepListening: goesOn, ...options });
  };
  return { session, calls: gate.calls, leaving: leaving.promise, isLeaving: () => ending !== undefined, end };
}

/** The clients on the socket: the calls for them, and the mail that they queued. */
type Others = {
  readonly calls: Calls;
  /** Resolves when the mail that they queued was tried, or another process carries it. */
  readonly carry: () => Promise<void>;
  readonly leaveIt: () => void;
};

/** A command that queued through us may end before we do: then only we can send its mail. */
function createOthers(session: Session, calls: Calls): Others {
  let queued = false;
  const left = Promise.withResolvers<void>();
  return {
    calls: callsFrom((method, params) => {
      queued ||= leavesMail.has(method);
      return callMethod(calls, method, params);
    }),
    async carry() {
      if (!queued) return;
      const late = setTimeout(left.resolve, carryMs);
      await Promise.race([session.idle().catch(() => undefined), left.promise]);
      clearTimeout(late);
    },
    leaveIt: left.resolve,
  };
}
